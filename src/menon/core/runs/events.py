"""The closed union of run events, in the order in which they usually appear, and their envelope.

metadata → (state | progress | step_started → step_finished | thinking | content | tool_call →
approval_required → approval_resolved → tool_result | citation | artifact | retrying | reset)*
→ usage → complete | error | cancelled

A stored event and a streamed one are the same thing; each wire projects it.
"""

from datetime import datetime
from typing import Any, ClassVar

import msgspec


class _Data(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The payload of one event type."""

    type: ClassVar[str]


class Metadata(_Data, frozen=True, kw_only=True):
    """Who answers, with what."""

    type: ClassVar[str] = "metadata"
    agent: str
    version: int | None = None
    model: str
    """Qualified: `offline:extractive`, `openai:NAME`."""
    conversation: str | None = None


class Content(_Data, frozen=True, kw_only=True):
    """A piece of the answer."""

    type: ClassVar[str] = "content"
    text: str


class Thinking(_Data, frozen=True, kw_only=True):
    """A piece of the model's reasoning."""

    type: ClassVar[str] = "thinking"
    text: str


class ToolCall(_Data, frozen=True, kw_only=True):
    """A tool is about to run."""

    type: ClassVar[str] = "tool_call"
    call_id: str
    name: str
    args: dict[str, Any]
    effect: str
    """`read`, `write`, `egress` or `exec`."""


class ToolResult(_Data, frozen=True, kw_only=True):
    """A tool has ended."""

    type: ClassVar[str] = "tool_result"
    call_id: str
    ok: bool
    summary: str
    artifact: str | None = None


class Citation(_Data, frozen=True, kw_only=True):
    """A passage that the answer rests on: data, never text that a model invented."""

    type: ClassVar[str] = "citation"
    index: int
    """Counts from 1; the answer's text refers to it as `[1]`."""
    chunk_id: str
    document_id: str
    source: str
    title: str
    span: tuple[int, int]
    """Start and end in characters of the document's cleaned text, end exclusive."""
    score: float


class ApprovalRequired(_Data, frozen=True, kw_only=True):
    """The run waits for a person."""

    type: ClassVar[str] = "approval_required"
    approval_id: str
    what: str
    args_hash: str
    expires: datetime | None = None
    call_id: str = ""
    """The tool call that waits; its arguments stand in its `tool_call`."""


class ApprovalResolved(_Data, frozen=True, kw_only=True):
    """A person has decided."""

    type: ClassVar[str] = "approval_resolved"
    approval_id: str
    decision: str
    by: str


class Progress(_Data, frozen=True, kw_only=True):
    """How far a job is."""

    type: ClassVar[str] = "progress"
    done: int
    total: int | None = None
    note: str = ""


class StepStarted(_Data, frozen=True, kw_only=True):
    """A workflow step begins an attempt."""

    type: ClassVar[str] = "step_started"
    node: str
    attempt: int = 1


class StepFinished(_Data, frozen=True, kw_only=True):
    """A workflow step has ended."""

    type: ClassVar[str] = "step_finished"
    node: str
    outcome: str
    output: Any = None


class Artifact(_Data, frozen=True, kw_only=True):
    """A job has made a file."""

    type: ClassVar[str] = "artifact"
    name: str
    media_type: str
    size: int
    """Bytes."""
    ref: str


class State(_Data, frozen=True, kw_only=True):
    """The run changed its state."""

    type: ClassVar[str] = "state"
    before: str = msgspec.field(name="from")
    after: str = msgspec.field(name="to")
    reason: str | None = None


class Retrying(_Data, frozen=True, kw_only=True):
    """Something failed before anything was seen of it and is tried again."""

    type: ClassVar[str] = "retrying"
    attempt: int
    after_s: float
    cause: str


class Reset(_Data, frozen=True, kw_only=True):
    """What a reader saw belongs to an older epoch; go on from this snapshot."""

    type: ClassVar[str] = "reset"
    snapshot: dict[str, Any]


class Usage(_Data, frozen=True, kw_only=True):
    """What the run has used so far."""

    type: ClassVar[str] = "usage"
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """US dollars; 0 where the price is unknown or nothing is charged."""


class Complete(_Data, frozen=True, kw_only=True):
    """The run ended well."""

    type: ClassVar[str] = "complete"
    output: Any = None


class Error(_Data, frozen=True, kw_only=True):
    """The run failed; `code` is one of the codes of `core.errors`."""

    type: ClassVar[str] = "error"
    code: str
    detail: str


class Cancelled(_Data, frozen=True, kw_only=True):
    """The run was stopped."""

    type: ClassVar[str] = "cancelled"
    by: str


Event = (
    Metadata
    | Content
    | Thinking
    | ToolCall
    | ToolResult
    | Citation
    | ApprovalRequired
    | ApprovalResolved
    | Progress
    | StepStarted
    | StepFinished
    | Artifact
    | State
    | Retrying
    | Reset
    | Usage
    | Complete
    | Error
    | Cancelled
)

TYPES: dict[str, type[Event]] = {cls.type: cls for cls in Event.__args__}
ENDS = frozenset({Complete.type, Error.type, Cancelled.type})
"""The types after which a run's log is closed."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event in its run: what is stored, and what every wire carries or projects."""

    v: int = 1
    run: str
    epoch: int
    seq: int
    at: datetime
    type: str
    data: Event
    span: str | None = None
    node: str | None = None
    item: str | None = None
    parent: str | None = None

    @property
    def id(self) -> str:
        """The public event id, `epoch.seq`."""
        return f"{self.epoch}.{self.seq}"
