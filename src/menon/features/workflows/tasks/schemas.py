"""Wire shapes of tasks."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from menon.core.http import Wire
from menon.engine.analysis.analyze import Analysis
from menon.engine.analysis.summary import Length
from menon.features.agents.schemas import HistoryMessage

LongText = Annotated[str, Field(min_length=1, max_length=200_000)]


class TaskType(StrEnum):
    """What a task does with its input."""

    GENERATE = "generate"
    CHAT = "chat"
    SUMMARIZE = "summarize"
    ANALYZE = "analyze"


class Priority(StrEnum):
    """Which of the waiting tasks is taken first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class GenerateIn(Wire):
    """Have the agent write something."""

    type: Literal["generate"]
    prompt: Annotated[str, Field(min_length=1, max_length=100_000)]
    context: dict[str, Any] = Field(default={}, max_length=50)
    """Facts that the agent is told with the prompt."""


class ChatIn(Wire):
    """Have the agent answer a message."""

    type: Literal["chat"]
    message: Annotated[str, Field(min_length=1, max_length=100_000)]
    history: list[HistoryMessage] = Field(default=[], max_length=200)


class SummarizeIn(Wire):
    """Say in short what a text says."""

    type: Literal["summarize"]
    text: LongText
    length: Length = Length.MEDIUM


class AnalyzeIn(Wire):
    """Say what a text is like."""

    type: Literal["analyze"]
    text: LongText
    kind: Analysis = Analysis.GENERAL


TaskInput = Annotated[GenerateIn | ChatIn | SummarizeIn | AnalyzeIn, Field(discriminator="type")]


class TaskIn(Wire):
    """A new task."""

    agent_id: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    """Id or slug; the assistant where none is named."""
    input: TaskInput
    priority: Priority = Priority.NORMAL


class TaskProgress(Wire):
    """How far a task is."""

    done: int
    total: int | None
    note: str


class TaskOut(Wire):
    """A task; its events are followed at `/runs/{id}/events`."""

    id: str
    task_id: str
    """The same as `id`, which is also the id of its run."""
    type: TaskType
    agent_id: str
    state: str
    priority: Priority
    input: dict[str, Any]
    output: dict[str, Any] | None
    engine: str | None
    """What made the output: a model such as `openai:NAME`, or `offline:` and how."""
    progress: TaskProgress
    error: dict[str, Any] | None
    attempts: int
    usage: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
