"""Tables of knowledge: one truth for text, vectors and access; indexes are derived from it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json

Key = BigInteger().with_variant(Integer, "sqlite")
"""A number made by the database; SQLite knows only INTEGER as one."""


class Visibility(StrEnum):
    """Who may read a collection."""

    PRIVATE = "private"
    EVERYBODY = "everybody"


class SourceType(StrEnum):
    """How a document came here."""

    UPLOAD = "upload"
    WEB = "web"
    TEXT = "text"
    MANUAL = "manual"
    RSS = "rss"
    CONNECTOR = "connector"


class DocumentStatus(StrEnum):
    """Where a document's newest version stands; an older one stays searchable meanwhile."""

    QUEUED = "queued"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"
    """Invisible; its chunks are being removed."""


class Collection(Base):
    """A group of documents with one owner and one visibility."""

    __tablename__ = "collection"
    __table_args__ = (UniqueConstraint("owner_id", "slug"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(1000), default="")
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PRIVATE)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Document(Base):
    """A document; `source` names it within its collection."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("collection_id", "source"),
        Index("ix_document_owner_id_id", "owner_id", "id"),
        Index("ix_document_category", "category"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(String(36))
    source: Mapped[str] = mapped_column(String(1000))
    """Relative path, address or name."""
    source_type: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(500), default="")
    media_type: Mapped[str] = mapped_column(String(150), default="")
    category: Mapped[str] = mapped_column(String(100), default="")
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Metadata: front matter, properties and what the caller gave; filters look here."""
    status: Mapped[str] = mapped_column(String(20), default=DocumentStatus.QUEUED)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(String(1000))
    version: Mapped[int] = mapped_column(Integer, default=0)
    """The number of the published version; 0 before the first."""
    newest: Mapped[int] = mapped_column(Integer, default=1)
    """The number of the newest version, published or not."""
    current_key: Mapped[int | None] = mapped_column(Key, index=True)
    """The key of the published version: the only one that searches see."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the newest version's source."""
    chunks: Mapped[int] = mapped_column(Integer, default=0)
    run_id: Mapped[str | None] = mapped_column(Id)
    """The run that works, or worked last, on it."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DocumentVersion(Base):
    """A document's text as it was at some time; never changed once published."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"), {"sqlite_autoincrement": True})

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the source's bytes."""
    title: Mapped[str] = mapped_column(String(500), default="")
    media_type: Mapped[str] = mapped_column(String(150), default="")
    form: Mapped[str] = mapped_column(String(20), default="markdown")
    """How the text was split: markdown, code or text."""
    language: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    pages: Mapped[list[Any]] = mapped_column(Json, default=list)
    """`[start, end, number]` of each page in the text."""
    origin: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Where the bytes are: `blob`, `url` or nothing when the text came directly."""
    chunks: Mapped[int] = mapped_column(Integer, default=0)
    space: Mapped[str] = mapped_column(String(100), default="")
    """The embedding space of its vectors; empty when it has none."""
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Chunk(Base):
    """A span of a version's text: what is found and cited."""

    __tablename__ = "chunk"
    # FTS5 keeps its own copy under the key, so that a key must never be given twice.
    __table_args__ = (UniqueConstraint("version_key", "position"), {"sqlite_autoincrement": True})

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    version_key: Mapped[int] = mapped_column(ForeignKey("document_version.key", ondelete="CASCADE"))
    document_id: Mapped[str] = mapped_column(Id, index=True)
    collection_id: Mapped[str] = mapped_column(Id)
    position: Mapped[int] = mapped_column(Integer)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    heading: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    """float16; on PostgreSQL the column `embedding` holds it instead."""
    counts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """On PostgreSQL: how often each term occurs, for BM25."""
    length: Mapped[int] = mapped_column(Integer, default=0)
    """Tokens, for BM25."""


class IndexChange(Base):
    """What became searchable and what no longer is: how processes learn of each other's commits."""

    __tablename__ = "index_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)
    version_key: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(10))
    """`publish` or `retire`."""


class TermCount(Base):
    """On PostgreSQL: in how many chunks a term occurs."""

    __tablename__ = "term_count"

    term: Mapped[str] = mapped_column(String(300), primary_key=True)
    chunks: Mapped[int] = mapped_column(BigInteger)


class CorpusTotal(Base):
    """On PostgreSQL: chunks and tokens that are searchable, in one row."""

    __tablename__ = "corpus_total"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    chunks: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
