"""What the MCP tools give: small shapes, since a model reads all of them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from menon.core.http import Wire


class Passage(Wire):
    """A passage that was found."""

    title: str
    source: str
    heading: str
    text: str
    document_id: str
    span: tuple[int, int]
    score: float


class Found(Wire):
    """The passages, best first."""

    passages: list[Passage]
    mode: Literal["hybrid", "lexical", "semantic"]


class DocumentText(Wire):
    """A part of a document's text."""

    document_id: str
    title: str
    source: str
    collection: str
    version: int
    text: str
    start: int
    next_start: int | None
    """Where to go on; null at the end."""
    characters: int


class DocumentCard(Wire):
    """A document in a list."""

    document_id: str
    title: str
    source: str
    collection: str
    category: str
    tags: list[str]
    status: str
    updated_at: datetime


class Documents(Wire):
    """A page of documents, newest first."""

    documents: list[DocumentCard]
    next_cursor: str | None


class CollectionCard(Wire):
    """A collection in a list."""

    slug: str
    name: str
    description: str
    documents: int
    is_mine: bool


class Collections(Wire):
    """A page of collections."""

    collections: list[CollectionCard]
    next_cursor: str | None


class Added(Wire):
    """A document that is being read."""

    document_id: str
    status: str
    run_id: str | None


class AgentCard(Wire):
    """An agent in a list."""

    agent: str
    """What `ask_agent` takes."""
    name: str
    description: str
    tools: list[str]
    is_mine: bool


class Agents(Wire):
    """A page of agents, newest first."""

    agents: list[AgentCard]
    next_cursor: str | None


class Cited(Wire):
    """A passage that an answer rests on."""

    index: int
    title: str
    source: str
    document_id: str
    span: tuple[int, int]


class Awaited(Wire):
    """A decision that a run waits for."""

    approval_id: str
    what: str
    expires_at: datetime | None


class Failure(Wire):
    """Why a run failed."""

    code: str
    detail: str


class Answer(Wire):
    """What an agent said, or what it waits for."""

    run_id: str
    state: str
    answer: str
    citations: list[Cited]
    model: str
    error: Failure | None = None
    approvals: list[Awaited] = Field(default=[])
    where: str = ""
    """The page where a person can decide."""


class RunCard(Wire):
    """A run in a list."""

    run_id: str
    kind: str
    state: str
    title: str
    created_at: datetime
    ended_at: datetime | None


class Runs(Wire):
    """A page of runs, newest first."""

    runs: list[RunCard]
    next_cursor: str | None


class RunReport(RunCard):
    """A run with what it made so far."""

    done: int
    total: int | None
    note: str
    output: Any
    error: Failure | None
    approvals: list[Awaited]
    where: str
    """The run's page."""


class ConversationCard(Wire):
    """A conversation in a list."""

    conversation_id: str
    title: str
    agent: str
    messages: int
    updated_at: datetime


class Conversations(Wire):
    """A page of conversations, the latest used first."""

    conversations: list[ConversationCard]
    next_cursor: str | None


class Spoken(Wire):
    """A message."""

    role: str
    content: str
    created_at: datetime


class Conversation(Wire):
    """The last messages of a conversation, oldest first."""

    conversation_id: str
    title: str
    messages: list[Spoken]
