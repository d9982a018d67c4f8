"""What is selected of knowledge; every query starts from `readable`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, and_, case, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runs.models import Run, RunState
from menon.features.knowledge.index import Scope
from menon.features.knowledge.models import (
    Chunk,
    Collection,
    Document,
    DocumentStatus,
    DocumentVersion,
    Visibility,
)
from menon.kit.text import clean

_COLUMNS = {
    "category": Document.category,
    "source": Document.source,
    "source_type": Document.source_type,
    "media_type": Document.media_type,
    "document_id": Document.id,
}


_READING = (DocumentStatus.QUEUED, DocumentStatus.PROCESSING)
_STOPPED = (RunState.FAILED, RunState.CANCELLED, RunState.INTERRUPTED)


def readable(who: Principal) -> Select[Collection]:
    """The collections that somebody may read: their own and shared ones; all for admins."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(Collection)
    shared = Collection.visibility == Visibility.EVERYBODY
    return select(Collection).where(or_(Collection.owner_id == who.user_id, shared))


def readable_documents(who: Principal) -> Select[Document]:
    """The documents of readable collections, but for those that are being deleted."""
    collections = readable(who).with_only_columns(Collection.id)
    return select(Document).where(
        Document.collection_id.in_(collections), Document.status != DocumentStatus.DELETING
    )


def collection(session: Session, who: Principal, name: str, *, lock: bool = False) -> Collection:
    """A collection by id or slug; one's own before a shared one of the same slug.

    Raises:
        NotFound: there is none that this principal may read.
    """
    name = clean(name)
    query = (
        readable(who)
        .where(or_(Collection.id == name, Collection.slug == name))
        .order_by(Collection.owner_id != who.user_id, Collection.id)
        .limit(1)
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no collection {name!r}, or it is not yours.")
    return found


def document(session: Session, who: Principal, document_id: str, *, lock: bool = False) -> Document:
    """A document.

    Raises:
        NotFound: there is none that this principal may read.
    """
    query = readable_documents(who).where(Document.id == clean(document_id))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def by_source(session: Session, collection_id: str, source: str) -> Document | None:
    """The document of this name in a collection, locked."""
    return session.scalar(
        select(Document)
        .where(Document.collection_id == collection_id, Document.source == source)
        .with_for_update()
    )


def version(session: Session, document: Document, number: int | None = None) -> DocumentVersion:
    """A version of a document, the published one by default.

    Raises:
        NotFound: it has no such version, or none is published yet.
    """
    wanted = document.version if number is None else number
    found = session.scalar(
        select(DocumentVersion).where(
            DocumentVersion.document_id == document.id, DocumentVersion.number == wanted
        )
    )
    if found is None:
        raise NotFound(f"The document has no version {wanted}.")
    return found


def version_at(session: Session, document: Document, seconds: float) -> int | None:
    """The number of the newest version that was there at some time."""
    at = datetime.fromtimestamp(seconds, UTC)
    return session.scalar(
        select(func.max(DocumentVersion.number)).where(
            DocumentVersion.document_id == document.id, DocumentVersion.created_at <= at
        )
    )


def chunk(session: Session, document: Document, chunk_id: str) -> Chunk | None:
    """A chunk of a document, if it is still there."""
    wanted = (Chunk.id == clean(chunk_id), Chunk.document_id == document.id)
    return session.scalar(select(Chunk).where(*wanted)) if chunk_id else None


def collections_page(session: Session, who: Principal, page: Page) -> list[Collection]:
    """A page of collections by age, one more where another page follows."""
    query = readable(who).order_by(Collection.id).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(Collection.id > str(after[0]))
    return list(session.scalars(query))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which documents a list shows; all where nothing is said."""

    collection: str | None = None
    """Id or slug."""
    category: str | None = None
    statuses: tuple[DocumentStatus, ...] = ()
    tag: str | None = None
    text: str | None = None
    """Words of title or source."""


def documents_page(session: Session, who: Principal, page: Page, wanted: Wanted) -> list[Document]:
    """A page of documents, newest first, one more where another page follows."""
    query = readable_documents(who).order_by(Document.id.desc()).limit(page.limit + 1)
    if wanted.collection:
        inside = collection(session, who, wanted.collection).id
        query = query.where(Document.collection_id == inside)
    if wanted.category:
        query = query.where(Document.category == clean(wanted.category))
    if wanted.statuses:
        query = query.where(_status().in_(wanted.statuses))
    if wanted.tag:
        query = query.where(_has(sql_cast(Document.tags, String), clean(wanted.tag)))
    if wanted.text:
        named = (Document.title, Document.source)
        words = clean(wanted.text)
        query = query.where(or_(*(c.icontains(words, autoescape=True) for c in named)))
    if after := page.after(1):
        query = query.where(Document.id < str(after[0]))
    return list(session.scalars(query))


def runs(session: Session, documents: Sequence[Document]) -> Mapping[str, Run]:
    """The runs that read documents at the moment, or were to."""
    ids = [row.run_id for row in documents if row.run_id and row.status in _READING]
    return {run.id: run for run in session.scalars(select(Run).where(Run.id.in_(ids)))}


def status(document: Document, run: Run | None) -> str:
    """Where a document stands; a run that was cancelled cannot say so itself."""
    stopped = run is not None and run.state in _STOPPED
    return DocumentStatus.FAILED if stopped and document.status in _READING else document.status


def _status() -> ColumnElement[str]:
    """The same in SQL."""
    stopped = select(Run.id).where(Run.id == Document.run_id, Run.state.in_(_STOPPED)).exists()
    return case(
        (and_(Document.status.in_(_READING), stopped), DocumentStatus.FAILED.value),
        else_=Document.status,
    )


def counts(session: Session, collection_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """Documents and searchable chunks of collections."""
    rows = session.execute(
        select(Document.collection_id, func.count(), func.coalesce(func.sum(Document.chunks), 0))
        .where(
            Document.collection_id.in_(collection_ids),
            Document.status != DocumentStatus.DELETING,
        )
        .group_by(Document.collection_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def scope(
    session: Session, who: Principal, *, names: Sequence[str], filters: Mapping[str, Any]
) -> Scope:
    """Where a search may look: decided before anything is ranked.

    Args:
        session: the unit's session.
        who: whose rights the search has.
        names: collections by id or slug; all that are readable when empty.
        filters: metadata that must match; a list means any of its values.
    """
    if names:
        ids = {collection(session, who, name).id for name in names}
    else:
        ids = set(session.scalars(readable(who).with_only_columns(Collection.id)))
    collections = tuple(sorted(ids))
    if not filters:
        return Scope(collections=collections)
    query = select(Document.current_key).where(
        Document.collection_id.in_(collections),
        Document.current_key.is_not(None),
        *(matches(name, wanted) for name, wanted in filters.items()),
    )
    keys = cast("list[int]", session.scalars(query).all())
    return Scope(collections=collections, versions=frozenset(keys))


def matches(name: str, wanted: Any) -> ColumnElement[bool]:
    """A condition on documents: a column, a tag, or a key of the metadata.

    Raises:
        InvalidInput: the value is not a scalar or a list of such.
    """
    values: list[Any] = cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]
    if not values or any(isinstance(value, dict | list) for value in values):
        raise InvalidInput(f"The filter {name!r} wants a value or a list of values.")
    if name in _COLUMNS:
        return _COLUMNS[name].in_([str(value) for value in values])
    if name == "title":
        return or_(*(Document.title.icontains(str(v), autoescape=True) for v in values))
    if name in {"tag", "tags"}:
        tags = sql_cast(Document.tags, String)
        return or_(*(_has(tags, str(value)) for value in values))
    field = Document.about[name]
    return or_(*(_equals(field, value) for value in values))


def anything(session: Session) -> bool:
    """Whether there is anything to search."""
    return session.scalar(select(Chunk.key).limit(1)) is not None


def chunks(session: Session, keys: Sequence[int]) -> Mapping[int, tuple[Chunk, Document]]:
    """Chunks that are published, with their documents."""
    rows = session.execute(
        select(Chunk, Document)
        .join(Document, Document.current_key == Chunk.version_key)
        .where(Chunk.key.in_(keys))
    )
    return {row[0].key: (row[0], row[1]) for row in rows}


def _equals(field: Any, value: Any) -> ColumnElement[bool]:
    if isinstance(value, bool):
        return field.as_boolean() == value
    if isinstance(value, int | float):
        return or_(field.as_float() == float(value), field.as_string() == str(value))
    if value is None:
        return field.as_string().is_(None)
    # A list in the metadata holds the value as a JSON string.
    text = field.as_string()
    return or_(text == str(value), _has(text, str(value)))


def _has(column: Any, value: str) -> ColumnElement[bool]:
    return column.contains(json.dumps(value, ensure_ascii=False), autoescape=True)
