"""Documents: taken in, changed, read; `collections` and `removing` stand beside."""

import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict
from menon.core.http import Listing, Page
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.files.service import Blobs
from menon.features.knowledge import jobs, queries, rules, storing, views
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.models import Document, DocumentStatus, SourceType
from menon.features.knowledge.queries import Wanted
from menon.features.knowledge.reading import Place
from menon.features.knowledge.schemas import (
    CategoryOut,
    DocumentOut,
    IndexIn,
    ItemIn,
    ItemOut,
    ItemPatch,
    ReembedIn,
    ReembedOut,
    VersionOut,
)

_FRONT = re.compile(r"---[ \t]*\r?\n")
"""What begins so may have front matter: it is read like a file, where a bomb does no harm."""


async def upload(
    runtime: Runtime,
    who: Principal,
    pieces: AsyncIterable[bytes],
    *,
    filename: str,
    media_type: str | None,
    collection_name: str = "",
    source: str = "",
    title: str = "",
    category: str = "",
    tags: list[str] | None = None,
    metadata: dict[str, Any] | None = None,
) -> DocumentOut:
    """Keep a file and have it indexed by a durable run; its progress is in the run's events."""
    limit = runtime.settings[HttpSettings].upload_bytes
    blob = await runtime[Blobs].keep(pieces, limit=limit)
    new = storing.NewDocument(
        collection=collection_name,
        source=rules.source(source or filename),
        source_type=SourceType.UPLOAD,
        title=title,
        category=category,
        tags=tags or (),
        about=metadata or {},
        digest=blob.digest,
        size=blob.size,
        origin={
            "blob": blob.digest,
            "filename": filename,
            "type": media_type,
            "title": title,
            "about": metadata or {},
        },
    )
    return await _queued(runtime, who, new)


async def add(runtime: Runtime, who: Principal, body: ItemIn | IndexIn) -> DocumentOut:
    """Have a text, or what stands at an address, indexed by a durable run."""
    url = body.url if isinstance(body, IndexIn) else None
    content = body.content or ""
    text = content.encode()
    origin = {"url": url, "title": body.title, "about": body.metadata} if url else {}
    if _FRONT.match(content):
        blob = await runtime[Blobs].keep(_once(text), limit=len(text))
        origin = {"blob": blob.digest, "filename": "text.md", "type": "text/markdown"}
        origin |= {"title": body.title, "about": body.metadata}
    new = storing.NewDocument(
        collection=body.collection,
        source=rules.source(body.source or url or body.title or "text"),
        source_type=SourceType.WEB if url else SourceType.TEXT,
        title=body.title,
        media_type="" if url else "text/markdown",
        category=body.category,
        tags=body.tags,
        about=body.metadata,
        digest="" if url else hashlib.sha256(text).hexdigest(),
        size=len(text),
        origin=origin,
        text="" if origin else content,
    )
    return await _queued(runtime, who, new)


async def _once(text: bytes) -> AsyncGenerator[bytes]:
    yield text


async def change(
    runtime: Runtime, who: Principal, document_id: str, body: ItemPatch
) -> DocumentOut:
    """Change a document; another content becomes its next version."""
    await runtime.db.write(_change, who, document_id, body, runtime.clock.now())
    return await document(runtime, who, document_id)


async def read_again(runtime: Runtime, who: Principal, document_id: str) -> DocumentOut:
    """Go on with a version that failed, or read the document anew as its next version."""
    await runtime.db.write(_read_again, who, document_id, runtime.clock.now())
    return await document(runtime, who, document_id)


async def restore(runtime: Runtime, who: Principal, document_id: str, number: int) -> DocumentOut:
    """Make the text of an older version the next one."""
    await runtime.db.write(_restore, who, document_id, number, runtime.clock.now())
    return await document(runtime, who, document_id)


async def reembed(runtime: Runtime, who: Principal, body: ReembedIn) -> ReembedOut:
    """Index documents again, with the embedding model that is installed now."""
    run_ids = await runtime.db.write(_reembed, who, body, runtime.clock.now())
    return ReembedOut(items=run_ids, documents=len(run_ids), space=runtime[Desk].space)


async def document(runtime: Runtime, who: Principal, document_id: str) -> DocumentOut:
    """One document."""
    return await runtime.db.read(views.document, who, document_id)


async def documents(
    runtime: Runtime, who: Principal, page: Page, wanted: Wanted | None = None
) -> Listing[DocumentOut]:
    """A page of documents, newest first."""
    return await runtime.db.read(views.documents, who, page, wanted or Wanted())


async def total(runtime: Runtime, who: Principal) -> int:
    """How many documents there are to read."""
    return await runtime.db.read(views.total, who)


async def item(
    runtime: Runtime, who: Principal, document_id: str, number: int | None = None
) -> ItemOut:
    """A document with its text."""
    return await runtime.db.read(views.item, who, document_id, number)


async def opened(runtime: Runtime, who: Principal, document_id: str, place: Place) -> views.Opened:
    """A document at a passage, in the version that the passage is of."""
    return await runtime.db.read(views.opened, who, document_id, place)


async def versions(runtime: Runtime, who: Principal, document_id: str) -> Listing[VersionOut]:
    """All versions of a document, newest first."""
    return await runtime.db.read(views.versions, who, document_id)


async def categories(runtime: Runtime, who: Principal) -> Listing[CategoryOut]:
    """The category tree."""
    return await runtime.db.read(views.categories, who)


async def _queued(runtime: Runtime, who: Principal, new: storing.NewDocument) -> DocumentOut:
    document_id = await runtime.db.write(
        storing.queue, who, new, job=jobs.index, now=runtime.clock.now()
    )
    return await document(runtime, who, document_id)


def _change(
    session: Session, who: Principal, document_id: str, body: ItemPatch, now: datetime
) -> None:
    found = queries.document(session, who, document_id, lock=True)
    authorize(who, Action.AUTHOR, owner=found.owner_id)
    if body.version is not None and body.version != found.version:
        raise Conflict(f"The document is at version {found.version} by now; read it again.")
    for field in ("title", "category", "tags"):
        value = getattr(body, field)
        if value is not None:
            setattr(found, field, value)
    if body.metadata is not None:
        found.about = body.metadata
    found.updated_at = now
    if body.content is None:
        return
    text = body.content
    new = storing.NewDocument(
        collection=found.collection_id,
        source=found.source,
        source_type=SourceType(found.source_type),
        title=found.title,
        media_type="text/markdown",
        category=found.category,
        tags=found.tags,
        about=found.about,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        size=len(text.encode()),
        text=text,
    )
    storing.queue(session, who, new, job=jobs.index, now=now)


def _idle(session: Session, who: Principal, document_id: str) -> Document:
    """The document, locked, which nobody reads at the moment."""
    found = queries.document(session, who, document_id, lock=True)
    authorize(who, Action.AUTHOR, owner=found.owner_id)
    run = queries.runs(session, [found]).get(found.run_id or "")
    if queries.status(found, run) in {DocumentStatus.QUEUED, DocumentStatus.PROCESSING}:
        raise Conflict(f"The document is being read already; follow run {found.run_id!r}.")
    return found


def _read_again(session: Session, who: Principal, document_id: str, now: datetime) -> None:
    found = _idle(session, who, document_id)
    version = queries.version(session, found, found.newest)
    if version.published_at is not None:
        version = storing.copy_version(session, found, version, now=now, anew=True)
    storing.enqueue_indexing(session, found, version, job=jobs.index, now=now)


def _restore(
    session: Session, who: Principal, document_id: str, number: int, now: datetime
) -> None:
    found = _idle(session, who, document_id)
    version = queries.version(session, found, number)
    copy = storing.copy_version(session, found, version, now=now)
    storing.enqueue_indexing(session, found, copy, job=jobs.index, now=now)


def _reembed(session: Session, who: Principal, body: ReembedIn, now: datetime) -> list[str]:
    query = queries.readable_documents(who).where(Document.current_key.is_not(None))
    if body.collection:
        inside = queries.collection(session, who, body.collection).id
        query = query.where(Document.collection_id == inside)
    if body.document_ids:
        query = query.where(Document.id.in_(body.document_ids))
    if not who.is_admin:
        query = query.where(Document.owner_id == who.user_id)
    runs: list[str] = []
    for found in session.scalars(query.limit(1000)).all():
        old = queries.version(session, found)
        copy = storing.copy_version(session, found, old, now=now)
        runs.append(storing.enqueue_indexing(session, found, copy, job=jobs.index, now=now))
    return runs
