"""Wire shapes of questioning."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, ConfigDict, Field, model_validator

from menon.apps.socratic.agreements.schemas import ConflictOut
from menon.apps.socratic.sessions.models import SessionStatus
from menon.core.http import Wire

Id = Annotated[str, Field(min_length=1, max_length=200)]
RoleName = Annotated[str, Field(min_length=1, max_length=40)]


class Mode(StrEnum):
    """In which order is asked: role by role, what matters most next, or by the roles given."""

    SEQUENTIAL = "sequential"
    DYNAMIC = "dynamic"
    CUSTOM = "custom"


class SessionIn(Wire):
    """A session that is to begin."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    project_id: Id
    mode: Annotated[Mode, Field(validation_alias=AliasChoices("mode", "questioning_mode"))] = (
        Mode.DYNAMIC
    )
    active_roles: Annotated[
        list[RoleName] | None,
        Field(max_length=7, validation_alias=AliasChoices("active_roles", "roles")),
    ] = None
    """Who asks; the mode's own roles where nobody is named."""


class Choice(Wire):
    """An answer to choose: what is stored, and what people read."""

    value: str
    text: str


class QuestionOut(Wire):
    """A question."""

    id: str
    question_id: str
    session_id: str
    role_type: str
    question_text: str
    original_text: str
    """In the words of the bank."""
    model: str
    """Who found the words: `offline:rules`, or a model by its qualified name."""
    question_category: str
    why: str
    """Why it matters."""
    kind: str
    options: list[Choice]
    recommended: str
    """What the bank would answer; empty where that is nobody's to say."""
    slots: list[str]
    entity: str | None
    order_index: int
    asked_at: datetime | None
    answered: bool
    response: dict[str, Any] | None = None
    """The last answer to it, where it is listed."""


class StatusOut(Wire):
    """How far a session is."""

    session_id: str
    project_id: str
    status: str
    questioning_mode: str
    active_roles: list[str]
    answered_questions: int
    total_questions: int
    """Answered, and still to come as things stand."""
    current_role: str
    coverage: float
    """Of the slots, weighted, 0 to 1."""
    open_conflicts: int
    hard_conflicts: int


class SessionOut(StatusOut):
    """A session."""

    id: str
    mode: str
    initiated_by: str
    version: int
    started_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    next_question: QuestionOut | None = None


class NextOut(Wire):
    """The question that waits for an answer; null once a session is complete."""

    session_id: str
    status: str
    question: QuestionOut | None
    next_question: QuestionOut | None


class ResponseIn(Wire):
    """An answer."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    response_text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=5000,
            validation_alias=AliasChoices("response_text", "response", "answer", "text"),
        ),
    ]
    question_id: Id | None = None
    """Which question it answers; the one that waits by default."""
    confidence_level: Annotated[
        int,
        Field(
            ge=1, le=5, strict=True, validation_alias=AliasChoices("confidence_level", "confidence")
        ),
    ] = 3
    revise: bool = False
    """Change an answer that was given before."""
    response_metadata: dict[str, Any] = Field(default={}, max_length=50)

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Let an answer pass that has more than blanks."""
        if not self.response_text.strip():
            raise ValueError("an answer needs a word; say `skip` where you do not know")
        return self


class ParseOut(Wire):
    """What was read from an answer, for one slot."""

    slot: str
    value: Any
    status: str
    shown: str
    """In words, for whoever answered."""


class AnswerOut(Wire):
    """What came of an answer."""

    id: str
    response_id: str
    session_id: str
    question_id: str
    respondent: str
    response_text: str
    confidence_level: int
    parses: list[ParseOut]
    notes: list[str]
    """What no parser could read, word for word."""
    model: str
    """Who read it: `offline:rules`, or a model by its qualified name."""
    responded_at: datetime
    next_question: QuestionOut | None
    conflicts: list[ConflictOut]
    """Contradictions that came with this answer."""
    status: StatusOut
    session_complete: bool


class StateIn(Wire):
    """What a session is to do."""

    model_config = ConfigDict(extra="forbid")

    status: SessionStatus | None = None
    action: Literal["pause", "resume", "complete"] | None = None

    @model_validator(mode="after")
    def says_one(self) -> Self:
        """Let a wish pass that says one thing."""
        if (self.status is None) == (self.action is None):
            raise ValueError("say either `status` or `action`")
        return self

    @property
    def wanted(self) -> SessionStatus:
        """The status that the session is to have."""
        words = {
            "pause": SessionStatus.PAUSED,
            "resume": SessionStatus.ACTIVE,
            "complete": SessionStatus.COMPLETED,
        }
        return self.status or words[self.action or "resume"]


class GenerateIn(Wire):
    """Questions that somebody wants to see before their turn."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=100)] = 10
    role: RoleName | None = None
    """Only this role's questions."""


class GeneratedOut(Wire):
    """Questions that are still to come, in their order; each can be answered by its id."""

    session_id: str
    questions: list[QuestionOut]
    total: int
    """All that are still to come."""
    model: str
    """Who proposed them: `offline:rules`, or a model beside the rules."""
