"""Indexing as a durable run: read, cut, embed, store in small batches, publish in one commit.

Killed at any place it goes on where it was: the text and the chunks that are stored stay, and a
version is searchable either whole or not at all.
"""

from collections.abc import AsyncGenerator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from menon.core.errors import ContentError, MenonError, NotFound
from menon.core.jobs import JobContext, job
from menon.core.runtime import Runtime
from menon.engine.documents.document import Parsed
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import fetch
from menon.engine.retrieval.split import Chunk, split
from menon.features.files.service import Blobs
from menon.features.knowledge import publishing
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.models import Document, DocumentVersion
from menon.features.knowledge.settings import KnowledgeSettings

BATCH = 16
"""Chunks a unit: about 10 ms on SQLite, so that people's writes pass."""


@job("knowledge.index", queue="bulk")
async def index(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Index one version of a document."""
    version_key = payload["version_key"]
    count = await make(context, version_key)
    gone = await context.write("publish", publish, context.runtime, version_key)
    await context.step("sweep", sweep, context.runtime, *gone)
    return {"document_id": payload["document_id"], "chunks": count}


async def make(context: JobContext, version_key: int) -> int:
    """Read a version and store its chunks; what goes wrong is told by its document too."""
    runtime = context.runtime
    try:
        await context.step("read", read, runtime, version_key)
        return await context.step("store", store, runtime, version_key, context)
    except MenonError as error:
        await context.write("fail", publishing.fail, version_key, error.code, error.detail)
        raise


async def read(runtime: Runtime, version_key: int) -> int:
    """Turn a version's bytes into text; answers how many characters it has."""
    origin, source, text = await runtime.db.read(_origin, version_key)
    if text:
        return len(text)
    desk = runtime[Desk]
    if blob := origin.get("blob"):
        parsed = await desk.reader.read(
            runtime[Blobs].path(blob), filename=source, declared_type=origin.get("type")
        )
    elif url := origin.get("url"):
        parsed = await _fetched(runtime, url)
    else:
        raise NotFound("The document has neither text nor a file.")
    await runtime.db.write_bulk(publishing.keep_text, version_key, parsed)
    return len(parsed.text)


async def store(runtime: Runtime, version_key: int, context: JobContext) -> int:
    """Cut a version's text, embed the chunks and store them; answers how many there are."""
    desk = runtime[Desk]
    title, form, text = await runtime.db.read(_text, version_key)
    count = desk.embedder.count_tokens if desk.embedder else len
    chunks = split(text, form, title=title, count=count)
    done = await runtime.db.read(_stored, version_key, desk.space)
    if done is None:
        await sweep(runtime, version_key)
        done = 0
    while done < len(chunks):
        await context.progress(done, len(chunks), f"Indexing {title}")
        some = chunks[done : done + BATCH]
        pieces = await _pieces(desk, some, done)
        await runtime.db.write_bulk(
            publishing.add_pieces, desk.finder, version_key, pieces, space=desk.space
        )
        done += len(some)
    await context.progress(len(chunks), len(chunks), f"Indexed {title}")
    return len(chunks)


async def sweep(runtime: Runtime, *version_keys: int) -> int:
    """Remove the chunks of versions that are not searchable, a few at a time."""
    finder, gone = runtime[Desk].finder, 0
    for key in version_keys:
        while some := await runtime.db.write_bulk(finder.remove, key, BATCH * 4):
            gone += some
    return gone


def publish(session: Session, runtime: Runtime, version_key: int) -> list[int]:
    """Make a version searchable."""
    desk, now = runtime[Desk], runtime.clock.now()
    return publishing.publish(session, desk.finder, version_key, space=desk.space, now=now)


async def _pieces(desk: Desk, chunks: list[Chunk], first: int) -> list[publishing.Piece]:
    vectors: list[Any] = [None] * len(chunks)
    if desk.embedder is not None:
        vectors = list(await desk.embed([chunk.in_context for chunk in chunks], bulk=True))
    return [
        publishing.Piece(
            position=first + n,
            start=chunk.start,
            end=chunk.end,
            heading=chunk.title[:500],
            text=chunk.text,
            vector=vector,
        )
        for n, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True))
    ]


async def _fetched(runtime: Runtime, url: str) -> Parsed:
    limit = runtime.settings[KnowledgeSettings].fetch_bytes
    page = await fetch(runtime[Outbound].client, url, max_bytes=limit)
    if page.status >= 400:
        raise ContentError(f"{url!r} answered with status {page.status}.")

    async def body() -> AsyncGenerator[bytes]:
        yield page.body

    blob = await runtime[Blobs].keep(body(), limit=limit)
    name = PurePosixPath(unquote(urlsplit(page.url).path)).name or "page.html"
    declared = page.headers.get("content-type")
    return await runtime[Desk].reader.read(
        runtime[Blobs].path(blob.digest), filename=name, declared_type=declared
    )


def _stored(session: Session, version_key: int, space: str) -> int | None:
    """How many chunks are stored; None where they were cut and embedded by another model."""
    done = publishing.stored(session, version_key)
    version = session.get_one(DocumentVersion, version_key)
    return None if done and version.space != space else done


def _origin(session: Session, version_key: int) -> tuple[dict[str, Any], str, str]:
    version = session.get(DocumentVersion, version_key)
    if version is None:
        raise NotFound("The document was deleted meanwhile.")
    document = session.get_one(Document, version.document_id)
    document_name = str(version.origin.get("filename") or document.source)
    return version.origin, document_name, version.text


def _text(session: Session, version_key: int) -> tuple[str, Any, str]:
    version = session.get(DocumentVersion, version_key)
    if version is None:
        raise NotFound("The document was deleted meanwhile.")
    return version.title, version.form, version.text
