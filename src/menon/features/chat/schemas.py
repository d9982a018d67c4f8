"""Wire shapes of chat."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.agents.schemas import AgentName
from menon.features.chat.models import ConversationKind, ConversationStatus

Text = Annotated[str, Field(min_length=1, max_length=100_000)]
ModelName = Annotated[str, Field(max_length=200, description="`auto` or `provider:name`.")]
Ident = Annotated[str, Field(max_length=80)]


class PastIn(Wire):
    """A message that the client remembers."""

    role: Literal["user", "assistant", "system"]
    content: Annotated[str, Field(max_length=100_000)]


class ChatIn(Wire):
    """A question to an agent.

    With `session_id` the conversation is kept and the answer goes on when the client leaves;
    without, it lives as long as the connection.
    """

    message: Text | None = None
    history: list[PastIn] = Field(default=[], max_length=200)
    session_id: Ident | None = None
    agent: AgentName | None = None
    model: ModelName | None = None
    filters: dict[str, Any] = Field(default={}, max_length=50)
    magic_key: Annotated[str | None, Field(max_length=200)] = None
    parent_id: Annotated[
        str | None, Field(max_length=36, description="Branch: answer behind this message.")
    ] = None
    regenerate: Annotated[
        str | None, Field(max_length=36, description="Answer the question of this message anew.")
    ] = None
    resume: Annotated[
        str | None, Field(max_length=36, description="Go on with this interrupted answer.")
    ] = None

    first: Annotated[bool, Field(description="Branch: begin anew, behind no message at all.")] = (
        False
    )

    @model_validator(mode="after")
    def has_one_wish(self) -> "ChatIn":
        wishes = [self.message, self.regenerate, self.resume]
        if sum(wish is not None for wish in wishes) != 1:
            raise ValueError("send exactly one of message, regenerate and resume")
        if self.message is None and self.session_id is None:
            raise ValueError("regenerate and resume need the session_id")
        return self


class SessionIn(Wire):
    """A new conversation."""

    session_type: ConversationKind = ConversationKind.GENERAL
    title: Annotated[str, Field(max_length=200)] = ""
    agent: AgentName = ""
    model_name: ModelName = ""
    user_id: Annotated[str | None, Field(max_length=36)] = None
    is_resumable: bool = True
    config: dict[str, Any] = Field(default={}, max_length=50)


class SessionOut(Wire):
    """A conversation."""

    id: str
    session_type: str
    user_id: str
    title: str
    status: str
    is_resumable: bool
    agent: str
    model: str
    config: dict[str, Any]
    summary: str
    message_count: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime


class StatusIn(Wire):
    """Another status, title or both."""

    status: ConversationStatus | Literal["resumable"] | None = None
    title: Annotated[str | None, Field(max_length=200)] = None


class MessageOut(Wire):
    """A message."""

    id: str
    session_id: str
    parent_id: str | None
    role: str
    content: str
    state: str
    run_id: str | None
    span_id: str
    model: str
    citations: list[Any]
    tools: list[Any]
    error: dict[str, Any] | None
    usage: dict[str, Any]
    siblings: list[str] = Field(default=[])
    """The branches at this place, this message among them."""
    created_at: datetime


class SendIn(Wire):
    """A message to a conversation; the answer comes whole."""

    message: Text
    model_name: ModelName | None = None
    filters: dict[str, Any] = Field(default={}, max_length=50)


class SendOut(Wire):
    """An answer with what it took."""

    session_id: str
    message_id: str
    run_id: str
    response: str
    citations: list[Any]
    model: str
    state: str
    """`waiting` where somebody must decide first: the answer goes on then."""
    error: dict[str, Any] | None
    approvals: list[str]
    """The ids of what it waits for."""
    performance_metrics: dict[str, Any]


class StatsOut(Wire):
    """Counts and tokens of a conversation."""

    session_id: str
    messages: int
    questions: int
    answers: int
    input_tokens: int
    output_tokens: int
    cost: float
    seconds: float
    first_at: datetime | None
    last_at: datetime | None


class TemplateOut(Wire):
    """A prompt to begin with."""

    id: str
    title: str
    prompt: str
    session_type: str


class ChatModelOut(Wire):
    """A model that can chat."""

    name: str
    provider: str
    tools: bool
    context: int | None
    is_default: bool


class RememberIn(Wire):
    """A message to keep in somebody's memory."""

    role: Literal["user", "assistant", "system"] = "user"
    content: Text
    session_id: Ident | None = None


class SummaryOut(Wire):
    """What somebody's conversations were about."""

    user_id: str
    summary: str
    messages: int
    model: str


class CleanupOut(Wire):
    """What the retention job deleted."""

    deleted: int
    before: datetime


class AskForm(Wire):
    """The composer's fields."""

    message: Text
    session_id: Annotated[str | None, Field(max_length=80)] = None
    agent: AgentName | None = None
    model: Annotated[str | None, Field(max_length=200)] = None
    replaces: Annotated[str | None, Field(max_length=36)] = None


class TitleForm(Wire):
    """A conversation's title."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
