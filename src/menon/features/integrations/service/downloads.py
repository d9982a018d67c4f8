"""Large files fetched by a durable run: resumed where the line, or the process, broke.

POST ─→ run + job ─→ `downloads/RUN.part`, piece by piece ─→ the store of files ─→ GET content
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM, Principal
from menon.core.errors import Conflict, ExternalError, NotFound, StorageFull
from menon.core.jobs import JobContext, enqueue, job
from menon.core.runs import store
from menon.core.runs.events import Artifact
from menon.core.runs.models import RunKind, RunState
from menon.core.runtime import Runtime
from menon.core.telemetry.redact import redact
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import Piece, Progress, download
from menon.features.files.service import Blobs
from menon.features.integrations.http_schemas import DownloadIn, DownloadOut
from menon.features.integrations.service.hosts import Hosts
from menon.features.integrations.service.requests import target_of
from menon.features.integrations.service.webhooks import admitted
from menon.features.integrations.settings import IntegrationSettings
from menon.features.runs import service as runs
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope
from menon.kit.ids import new_id

T = TypeVar("T")

SUBJECT = "http:download"
_KIB = 1024
_READ = 1_048_576
_STRANGE = re.compile(r"[^\w.-]+")


class Part:
    """What is kept of a file that is not whole yet."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self._file = folder / f"{run_id}.part"
        self._about = folder / f"{run_id}.json"

    def kept(self) -> Progress:
        """Where an earlier attempt stopped."""
        try:
            about = msgspec.json.decode(self._about.read_bytes(), type=Progress)
            return replace(about, done=self._file.stat().st_size)
        except (OSError, msgspec.DecodeError):
            return Progress()

    def write(self, piece: Piece) -> None:
        """Add a piece; the first one makes the file anew."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if piece.at == 0:
                self._file.write_bytes(b"")
                self._about.write_bytes(msgspec.json.encode(piece.progress))
            with self._file.open("ab") as out:
                out.write(piece.data)
        except OSError as error:
            raise StorageFull from error

    async def read(self) -> AsyncGenerator[bytes]:
        """The whole file."""
        at = 0
        while data := await _aside(lambda at=at: _slice(self._file, at)):
            at += len(data)
            yield data

    def drop(self) -> None:
        """Remove what is kept."""
        self._file.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)


@job("integrations.download", queue="bulk")
async def downloading(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Fetch one file into the store of files."""
    found: dict[str, Any] = await context.step("fetch", fetch_file, context, payload)
    await context.emit(
        Artifact(
            name=found["filename"],
            media_type=found["media_type"],
            size=found["size"],
            ref=f"/api/v1/http/downloads/{context.run_id}",
        )
    )
    await context.step("forget", forget_headers, context.runtime, context.run_id)
    return found


async def fetch_file(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Fetch what is missing of a file and keep the whole; answers what was kept."""
    runtime, url = context.runtime, str(payload["url"])
    limit = runtime.settings[IntegrationSettings].download_bytes
    part = Part(folder(runtime), context.run_id)
    now = await _aside(part.kept)
    headers = await _headers(runtime, context.run_id)
    pieces = download(runtime[Outbound].client, url, headers=headers, kept=now, limit=limit)
    async with aclosing(pieces):
        async for piece in pieces:
            await _aside(lambda piece=piece: part.write(piece))
            now = piece.progress
            total = -(-now.total // _KIB) if now.total else None
            await context.progress(now.done // _KIB, total, "KiB")
    if now.total is not None and now.done < now.total:
        raise ExternalError(f"{url!r} ended after {now.done} of {now.total} bytes.")
    async with aclosing(part.read()) as whole:
        blob = await runtime[Blobs].keep(whole, limit=limit)
    await _aside(part.drop)
    return {
        "blob": blob.digest,
        "size": blob.size,
        "media_type": now.media_type,
        "filename": str(payload["filename"]),
    }


async def begin(runtime: Runtime, who: Principal, body: DownloadIn) -> DownloadOut:
    """Begin to fetch a file and answer where it can be followed.

    Raises:
        TargetRefused: the address is not public.
        RateLimited: too many requests went to this host.
    """
    url = await admitted(runtime, body.url)
    rate = runtime.settings[IntegrationSettings].http_per_minute
    runtime[Hosts].admit(who.user_id, str(target_of(url).endpoint), per_minute=rate)
    runtime[Hosts].release(who.user_id, str(target_of(url).endpoint))
    run_id = new_id()
    if body.headers:
        sealed = msgspec.json.encode(body.headers).decode()
        await vault.put(runtime, SYSTEM, _place(run_id), value=sealed)
    name = named(body.filename or unquote(Path(urlsplit(url).path).name))
    await runtime.db.write(_begin, who, run_id, url, name=name, now=runtime.clock.now())
    path = f"/api/v1/http/downloads/{run_id}"
    events = f"/api/v1/runs/{run_id}/events"
    return DownloadOut(run_id=run_id, state=RunState.QUEUED, events=events, content=path)


async def content(runtime: Runtime, who: Principal, run_id: str) -> tuple[Path, str]:
    """Where a downloaded file lies, and its name.

    Raises:
        NotFound: there is no such download, or it is somebody else's.
        Conflict: it is not whole.
    """
    run = await runs.get(runtime, who, run_id)
    if run.subject != SUBJECT:
        raise NotFound
    if run.state != RunState.COMPLETED:
        raise Conflict(f"The download is {run.state}; follow its run.")
    return runtime[Blobs].path(run.output["blob"]), str(run.output["filename"])


def named(text: str) -> str:
    """A file name that is harmless everywhere."""
    return _STRANGE.sub("_", text).strip("._")[:100] or "download"


def folder(runtime: Runtime) -> Path:
    """Where the parts of files lie."""
    return runtime.settings.root.data_dir / "downloads"


def drop_parts(runtime: Runtime, before: datetime) -> int:
    """Remove parts that nobody added to since a time; answers how many files went."""
    place, gone = folder(runtime), 0
    for file in place.iterdir() if place.is_dir() else ():
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            gone += 1
    return gone


async def forget_headers(runtime: Runtime, run_id: str) -> None:
    """Drop the headers of a download that is done; they may be credentials."""
    scope = SecretScope.INTEGRATION
    for found in await vault.list_secrets(runtime, SYSTEM, scope=scope, subject=run_id):
        await vault.delete(runtime, SYSTEM, found.id)


async def _headers(runtime: Runtime, run_id: str) -> dict[str, str]:
    sealed = await vault.find(runtime, SYSTEM, _place(run_id))
    return msgspec.json.decode(sealed, type=dict[str, str]) if sealed else {}


def _place(run_id: str) -> Place:
    return Place(scope=SecretScope.INTEGRATION, subject=run_id, name="headers")


def _begin(
    session: Session, who: Principal, run_id: str, url: str, *, name: str, now: datetime
) -> None:
    run = store.NewRun(
        id=run_id,
        kind=RunKind.TASK,
        owner_id=who.user_id,
        title=f"Download {name}",
        subject=SUBJECT,
        input={"url": redact(url), "filename": name},
    )
    store.create(session, run, now)
    enqueue(session, downloading, {"url": url, "filename": name}, run_id=run_id, now=now)


def _slice(file: Path, at: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(at, os.SEEK_SET)
        return opened.read(_READ)


async def _aside(call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, call)
