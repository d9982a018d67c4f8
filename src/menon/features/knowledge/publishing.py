"""Units that index a version: its text, its chunks in batches, and their publication at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from menon.core.errors import NotFound
from menon.engine.documents.document import Parsed
from menon.features.knowledge import rules
from menon.features.knowledge.index import Finder
from menon.features.knowledge.index.finder import NewChunk, Vector
from menon.features.knowledge.models import Chunk, Document, DocumentStatus, DocumentVersion
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A chunk with its vector, ready to be stored."""

    position: int
    start: int
    end: int
    heading: str
    text: str
    vector: Vector | None


def stored(session: Session, version_key: int) -> int:
    """How many chunks of a version are stored already: where an interrupted indexing goes on."""
    query = select(func.max(Chunk.position)).where(Chunk.version_key == version_key)
    last = session.scalar(query)
    return 0 if last is None else last + 1


def add_pieces(
    session: Session, finder: Finder, version_key: int, pieces: Sequence[Piece], *, space: str
) -> None:
    """Store a batch of chunks, invisibly: nothing points to their version yet."""
    version, document = _alive(session, version_key)
    version.space = space
    sqlite = session.get_bind().dialect.name == "sqlite"
    rows = [
        {
            "id": new_id(),
            "version_key": version_key,
            "document_id": document.id,
            "collection_id": document.collection_id,
            "position": piece.position,
            "start": piece.start,
            "end": piece.end,
            "heading": piece.heading,
            "text": piece.text,
            "vector": _halves(piece.vector) if sqlite else None,
            "length": 0,
        }
        for piece in pieces
    ]
    keys = session.scalars(
        insert(Chunk).returning(Chunk.key, sort_by_parameter_order=True), rows
    ).all()
    finder.add(
        session,
        [
            NewChunk(
                key=key,
                title=piece.heading,
                text=piece.text,
                collection_id=document.collection_id,
                vector=piece.vector,
            )
            for key, piece in zip(keys, pieces, strict=True)
        ],
    )


def publish(
    session: Session, finder: Finder, version_key: int, *, space: str, now: datetime
) -> list[int]:
    """Make a version the one that searches see; answers those whose chunks nobody needs now."""
    version, document = _alive(session, version_key)
    version.space, version.published_at = space, now
    version.chunks = stored(session, version_key)
    if document.newest == version.number:
        document.status = DocumentStatus.READY
        document.error_code = document.error_detail = None
    if document.version > version.number:
        return [version_key]
    if document.current_key != version_key:
        if document.current_key is not None:
            finder.retire(session, document.current_key)
        _show(document, version, now)
        session.flush()
        finder.publish(session, version_key)
    older = select(DocumentVersion.key).where(
        DocumentVersion.document_id == document.id, DocumentVersion.number < version.number
    )
    kept = select(Chunk.version_key).where(Chunk.version_key.in_(older)).distinct()
    return list(session.scalars(kept))


def keep_text(session: Session, version_key: int, parsed: Parsed) -> None:
    """Store what was read."""
    version, document = _alive(session, version_key)
    if document.newest == version.number:
        document.status = DocumentStatus.PROCESSING
    version.text, version.form = parsed.text, parsed.kind
    version.title = (version.title or parsed.title)[:500]
    version.media_type, version.language = parsed.media_type, parsed.language or ""
    version.about = rules.merged(parsed.metadata, version.about)
    version.pages = [[page.start, page.end, page.number] for page in parsed.pages]
    version.digest = version.digest or hashlib.sha256(parsed.text.encode()).hexdigest()


def fail(session: Session, version_key: int, code: str, detail: str) -> None:
    """Say why the newest version could not be indexed; an older one stays searchable."""
    version = session.get(DocumentVersion, version_key)
    if version is None:
        return
    document = session.get_one(Document, version.document_id, with_for_update=True)
    if document.status != DocumentStatus.DELETING and document.newest == version.number:
        document.status = DocumentStatus.FAILED
        document.error_code, document.error_detail = code, detail[:1000]


def _alive(session: Session, version_key: int) -> tuple[DocumentVersion, Document]:
    """A version and its document, locked.

    Raises:
        NotFound: it was deleted, or is about to be.
    """
    version = session.get(DocumentVersion, version_key)
    document = version and session.get(Document, version.document_id, with_for_update=True)
    if version is None or document is None or document.status == DocumentStatus.DELETING:
        raise NotFound("The document was deleted meanwhile.")
    return version, document


def _show(document: Document, version: DocumentVersion, now: datetime) -> None:
    document.current_key, document.version = version.key, version.number
    document.title, document.media_type = version.title or document.source, version.media_type
    document.chunks, document.updated_at = version.chunks, now
    document.about = version.about
    document.category = rules.category(version.about, document.category)
    document.tags = rules.tags(version.about, document.tags)


def _halves(vector: Vector | None) -> bytes | None:
    return None if vector is None else vector.astype("float16").tobytes()
