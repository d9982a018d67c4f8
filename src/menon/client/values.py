"""What the server answers, as far as a client needs it; other fields are passed over."""

from datetime import datetime
from typing import Any

import msgspec

from menon.core.runs.events import Citation, Usage


class AgentInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An agent of the server."""

    id: str
    slug: str
    name: str
    description: str = ""
    version: int = 1
    status: str = "active"
    configuration: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A run: something that takes its time, with a log of events."""

    id: str
    kind: str
    state: str
    title: str = ""
    model: str = ""
    output: Any = None
    error: dict[str, Any] | None = None
    usage: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    created_at: datetime | None = None
    ended_at: datetime | None = None


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that the server keeps."""

    id: str
    title: str = ""
    agent: str = ""
    status: str = ""
    message_count: int = 0


class ApprovalInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a run wants to do, and may not without a person."""

    id: str
    run_id: str
    what: str
    args: Any
    args_hash: str
    """Names exactly these arguments: a decision is about nothing else."""
    state: str
    tool: str = ""
    effect: str = ""
    expires_at: datetime | None = None


class CollectionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A collection of documents."""

    id: str
    name: str
    description: str = ""
    visibility: str = "private"


class DocumentInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the knowledge base."""

    id: str
    collection: str
    source: str
    title: str = ""
    status: str = ""
    version: int = 1
    chunks: int = 0
    run_id: str | None = None
    """The run that reads it; `wait` for it before you search."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that was found."""

    title: str
    source: str
    text: str
    score: float
    chunk_id: str
    document_id: str
    span: tuple[int, int]


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """The passages, best first."""

    items: list[Hit]
    mode: str = ""
    """`lexical` where the server has no embedding model."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent answered."""

    run_id: str
    text: str
    output: Any = None
    """The answer as a value, where the agent answers in a form."""
    citations: tuple[Citation, ...] = ()
    usage: Usage = msgspec.field(default_factory=Usage)
    model: str = ""
    agent: str = ""
