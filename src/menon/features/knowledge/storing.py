"""Units that take documents in: a version, the run that is to read it, and its job."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.jobs import Job, enqueue
from menon.core.runs import store as runs
from menon.core.runs.models import RunKind
from menon.features.knowledge import collections, queries, rules
from menon.features.knowledge.models import (
    Collection,
    Document,
    DocumentStatus,
    DocumentVersion,
    SourceType,
)
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class NewDocument:
    """What is known of a document before it is read."""

    collection: str
    source: str
    source_type: SourceType
    title: str = ""
    media_type: str = ""
    category: str = ""
    tags: Sequence[str] = ()
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    digest: str = ""
    size: int = 0
    origin: dict[str, Any] = field(default_factory=dict[str, Any])
    text: str = ""


def queue(session: Session, who: Principal, new: NewDocument, *, job: Job, now: datetime) -> str:
    """Store a document, or its next version, and enqueue its indexing; returns the document's id.

    The same bytes under the same name change nothing.
    """
    collection = collections.writable(session, who, new.collection, now=now)
    document = queries.by_source(session, collection.id, new.source)
    if document is None:
        document = _new_document(session, who, collection, new, now)
    elif _is_same(session, document, new):
        _describe(document, new)
        return document.id
    else:
        document.newest += 1
        document.updated_at = now
    _describe(document, new)
    version = DocumentVersion(
        document_id=document.id,
        number=document.newest,
        digest=new.digest,
        title=new.title,
        media_type=new.media_type,
        text=new.text,
        about=new.about,
        pages=[],
        origin=new.origin,
        created_by=who.user_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    enqueue_indexing(session, document, version, job=job, now=now)
    return document.id


def enqueue_indexing(
    session: Session, document: Document, version: DocumentVersion, *, job: Job, now: datetime
) -> str:
    """Have a version indexed by a durable run; returns the run's id."""
    run_id = new_id()
    runs.create(
        session,
        runs.NewRun(
            id=run_id,
            kind=RunKind.INGEST,
            owner_id=document.owner_id,
            title=f"Index {document.title or document.source}",
            subject=f"document:{document.id}",
            input={"document_id": document.id, "version": version.number},
        ),
        now,
    )
    document.run_id, document.status = run_id, DocumentStatus.QUEUED
    document.error_code = document.error_detail = None
    payload = {"document_id": document.id, "version_key": version.key}
    enqueue(session, job, payload, run_id=run_id, now=now)
    return run_id


def copy_version(
    session: Session,
    document: Document,
    old: DocumentVersion,
    *,
    now: datetime,
    anew: bool = False,
) -> DocumentVersion:
    """A version once more as the document's next one.

    Args:
        session: the unit's session.
        document: whose version it is.
        old: the version.
        now: when that happens.
        anew: read its text again where it came from; otherwise the text is copied.
    """
    document.newest += 1
    copy = DocumentVersion(
        document_id=document.id,
        number=document.newest,
        origin=old.origin,
        created_by=old.created_by,
        created_at=now,
    )
    if anew and old.origin:
        copy.title, copy.about = old.origin.get("title", ""), old.origin.get("about", {})
    else:
        for name in ("digest", "title", "media_type", "form", "language", "text", "about", "pages"):
            setattr(copy, name, getattr(old, name))
    if old.key == document.current_key and copy.text:  # with what was edited since
        copy.title, copy.about = document.title, document.about
    session.add(copy)
    session.flush()
    return copy


def _new_document(
    session: Session, who: Principal, collection: Collection, new: NewDocument, now: datetime
) -> Document:
    document = Document(
        id=new_id(),
        collection_id=collection.id,
        owner_id=collection.owner_id or who.user_id,
        source=new.source,
        source_type=new.source_type,
        version=0,
        newest=1,
        chunks=0,
        created_at=now,
        updated_at=now,
    )
    session.add(document)
    return document


def _describe(document: Document, new: NewDocument) -> None:
    document.size = new.size
    document.title = new.title or document.title or new.source
    document.category = new.category or document.category or ""
    document.tags = list(new.tags) or document.tags or []
    document.about = rules.merged(document.about or {}, new.about)


def _is_same(session: Session, document: Document, new: NewDocument) -> bool:
    if document.status == DocumentStatus.FAILED or not new.digest:
        return False
    newest = queries.version(session, document, document.newest)
    same_words = not new.title or new.title == document.title
    return newest.digest == new.digest and same_words
