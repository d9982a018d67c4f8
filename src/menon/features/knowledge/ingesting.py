"""Reading folders, files and addresses into a collection from the command line."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from menon.core.auth import Principal
from menon.core.errors import MenonError, NotFound
from menon.core.runtime import Runtime
from menon.features.knowledge import collections, service
from menon.features.knowledge.models import Visibility
from menon.features.knowledge.schemas import CollectionIn, DocumentOut, IndexIn

_PIECE = 262_144
_LOOK_S = 0.2


class Target(NamedTuple):
    """The collection to fill."""

    collection: str
    shared: bool


async def ingest(
    runtime: Runtime,
    who: Principal,
    places: Sequence[str],
    target: Target,
    echo: Callable[..., Any],
) -> int:
    """Queue everything, wait for it with progress; answers how many documents failed."""
    await _ensure(runtime, who, target)
    queued: list[DocumentOut] = []
    failed = 0
    for place, source in _files(places):
        try:
            queued.append(await _queue(runtime, who, place, source, target.collection))
        except MenonError as error:
            failed += 1
            echo(f"  {source}: {error.code} {error.detail}", err=True)
    return failed + await _wait(runtime, who, [d.id for d in queued], echo)


async def _ensure(runtime: Runtime, who: Principal, target: Target) -> None:
    if not target.collection:
        return
    try:
        await collections.get(runtime, who, target.collection)
    except NotFound:
        visibility = Visibility.EVERYBODY if target.shared else Visibility.PRIVATE
        made = CollectionIn(name=target.collection, visibility=visibility)
        await collections.create(runtime, who, made)


async def _queue(
    runtime: Runtime, who: Principal, place: Path | str, source: str, collection: str
) -> DocumentOut:
    if isinstance(place, str):
        body = IndexIn(url=place, source=source, collection=collection)
        return await service.add(runtime, who, body)
    return await service.upload(
        runtime,
        who,
        _pieces(place),
        filename=place.name,
        media_type=None,
        collection_name=collection,
        source=source,
    )


async def _wait(
    runtime: Runtime, who: Principal, ids: Sequence[str], echo: Callable[..., Any]
) -> int:
    waiting, failed, total = set(ids), 0, len(set(ids))
    while waiting:
        for document_id in sorted(waiting):
            row = await service.document(runtime, who, document_id)
            if row.status in {"queued", "processing"}:
                continue
            waiting.discard(document_id)
            done = f"  {total - len(waiting)}/{total}"
            if row.status == "ready":
                echo(f"{done} {row.source}: {row.chunks} chunks")
            else:
                failed += 1
                detail = (row.error or {}).get("detail", "")
                echo(f"{done} {row.source}: failed: {detail}", err=True)
        if waiting:
            await asyncio.sleep(_LOOK_S)
    return failed


def _files(places: Sequence[str]) -> Iterator[tuple[Path | str, str]]:
    """What to read, and the name under which it is known: the path below the given folder."""
    for place in places:
        if place.startswith(("http://", "https://")):
            yield place, place
            continue
        path = Path(place)
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                below = file.relative_to(path)
                hidden = any(part.startswith((".", "_")) for part in below.parts)
                if file.is_file() and not hidden:
                    yield file, below.as_posix()
        else:
            yield path, path.name


async def _pieces(file: Path) -> AsyncGenerator[bytes]:
    loop = asyncio.get_running_loop()
    with file.open("rb") as source:
        while piece := await loop.run_in_executor(None, source.read, _PIECE):
            yield piece
