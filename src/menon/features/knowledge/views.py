"""Knowledge as callers see it: units that read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Interrupted
from menon.core.http import Listing, Page
from menon.core.runs.models import Run
from menon.features.knowledge import queries, rules
from menon.features.knowledge.models import (
    Chunk,
    Collection,
    Document,
    DocumentStatus,
    DocumentVersion,
)
from menon.features.knowledge.reading import Place, Span, clamped, made_at
from menon.features.knowledge.schemas import (
    CategoryOut,
    CollectionOut,
    DocumentOut,
    ItemOut,
    ProgressOut,
    VersionOut,
)
from menon.kit.pages import encode_cursor


def collection(session: Session, who: Principal, name: str, space: str) -> CollectionOut:
    """One collection with its counts."""
    return _collections(session, who, [queries.collection(session, who, name)], space)[0]


def collections(session: Session, who: Principal, page: Page, space: str) -> Listing[CollectionOut]:
    """A page of collections with their counts."""
    rows = queries.collections_page(session, who, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=_collections(session, who, kept, space), next_cursor=more)


def document(session: Session, who: Principal, document_id: str) -> DocumentOut:
    """One document."""
    return shown(session, who, [queries.document(session, who, document_id)])[0]


def documents(
    session: Session, who: Principal, page: Page, wanted: queries.Wanted
) -> Listing[DocumentOut]:
    """A page of documents, newest first."""
    rows = queries.documents_page(session, who, page, wanted)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=shown(session, who, kept), next_cursor=more)


def total(session: Session, who: Principal) -> int:
    """How many documents there are to read."""
    ids = queries.readable_documents(who).with_only_columns(Document.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A document at a passage."""

    item: ItemOut
    passage: Span | None = None
    position: int = 0
    """Which passage of its version it is, from 1; 0 where that is not known."""
    of: int = 0
    current: int = 0
    """The number of the published version."""


def opened(session: Session, who: Principal, document_id: str, place: Place) -> Opened:
    """A document in the version that the place is in; chunks of older versions are gone."""
    row = queries.document(session, who, document_id)
    chunk = queries.chunk(session, row, place.chunk)
    if chunk is not None:
        version = session.get_one(DocumentVersion, chunk.version_key)
        found = item(session, who, document_id, version.number)
        span, at = (chunk.start, chunk.end), chunk.position + 1
        return Opened(item=found, passage=span, position=at, of=version.chunks, current=row.version)
    made = made_at(place.chunk)
    earlier = queries.version_at(session, row, made) if made and not place.version else None
    found = item(session, who, document_id, place.version or earlier)
    span = clamped(place.span, len(found.content)) if place.span else None
    return Opened(item=found, passage=span, current=row.version)


def item(session: Session, who: Principal, document_id: str, number: int | None = None) -> ItemOut:
    """A document with the text of a version, the published one by default."""
    row = queries.document(session, who, document_id)
    version = queries.version(session, row, number or row.version or row.newest)
    (out,) = shown(session, who, [row])
    values: dict[str, Any] = out.model_dump() | {"version": version.number}
    return ItemOut(**values, content=version.text, pages=version.pages, space=version.space)


def versions(session: Session, who: Principal, document_id: str) -> Listing[VersionOut]:
    """All versions of a document, newest first."""
    row = queries.document(session, who, document_id)
    found = session.execute(
        select(DocumentVersion, func.length(DocumentVersion.text))
        .where(DocumentVersion.document_id == row.id)
        .order_by(DocumentVersion.number.desc())
    )
    items = [
        VersionOut(
            number=version.number,
            title=version.title,
            media_type=version.media_type,
            characters=characters or 0,
            chunks=version.chunks,
            is_current=version.key == row.current_key,
            created_by=version.created_by,
            created_at=version.created_at,
            published_at=version.published_at,
        )
        for version, characters in found
    ]
    return Listing(items=items)


def categories(session: Session, who: Principal) -> Listing[CategoryOut]:
    """The categories of readable documents as a tree."""
    rows = session.execute(
        queries.readable_documents(who)
        .with_only_columns(Document.category, func.count())
        .where(Document.category != "")
        .group_by(Document.category)
    )
    counts = Counter({row[0]: row[1] for row in rows})
    return Listing(items=[CategoryOut.model_validate(node) for node in rules.tree(counts)])


def totals(session: Session, who: Principal, space: str) -> tuple[int, int, int]:
    """Readable documents, their chunks, and how many of those have vectors of this space."""
    own = queries.readable_documents(who).with_only_columns(Document.current_key)
    documents = session.scalar(select(func.count()).select_from(own.subquery())) or 0
    chunks = session.scalar(
        select(func.count()).select_from(Chunk).where(Chunk.version_key.in_(own))
    )
    embedded = session.scalar(
        select(func.coalesce(func.sum(DocumentVersion.chunks), 0)).where(
            DocumentVersion.key.in_(own), DocumentVersion.space == space
        )
    )
    return documents, chunks or 0, int(embedded or 0) if space else 0


def shown(session: Session, who: Principal, rows: Sequence[Document]) -> list[DocumentOut]:
    """Documents as they go over the wire."""
    runs = queries.runs(session, rows)
    ids = {row.collection_id for row in rows}
    found = session.execute(select(Collection.id, Collection.name).where(Collection.id.in_(ids)))
    names: dict[str, str] = {row.id: row.name for row in found}
    return [
        _shown(who, row, runs.get(row.run_id or ""), names.get(row.collection_id, ""))
        for row in rows
    ]


def _shown(who: Principal, row: Document, run: Run | None, collection_name: str) -> DocumentOut:
    status, error, progress = queries.status(row, run), None, None
    if row.error_code:
        error = {"code": row.error_code, "detail": row.error_detail}
    elif run and status == DocumentStatus.FAILED:
        detail = run.error_detail or f"Reading it was {run.state}; read it again."
        error = {"code": run.error_code or Interrupted.code, "detail": detail}
    elif run:
        progress = ProgressOut(done=run.done or 0, total=run.total, note=run.note or "")
    other = {"collection", "metadata", "status", "error", "progress", "is_mine"}
    values: dict[str, Any] = {
        name: getattr(row, name) for name in DocumentOut.model_fields if name not in other
    }
    return DocumentOut(
        **values,
        collection=collection_name,
        metadata=row.about,
        status=status,
        error=error,
        progress=progress,
        is_mine=row.owner_id == who.user_id,
    )


def _collections(
    session: Session, who: Principal, rows: list[Collection], space: str
) -> list[CollectionOut]:
    counts = queries.counts(session, [row.id for row in rows])
    return [
        CollectionOut(
            id=row.id,
            slug=row.slug,
            name=row.name,
            description=row.description,
            visibility=row.visibility,
            is_mine=row.owner_id == who.user_id,
            documents=counts.get(row.id, (0, 0))[0],
            chunks=counts.get(row.id, (0, 0))[1],
            space=space,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
