"""Wire shapes of runs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from menon.core.http import Wire


class Progress(Wire):
    """How far a run is."""

    done: int
    total: int | None
    note: str


class RunOut(Wire):
    """A run."""

    id: str
    kind: str
    state: str
    epoch: int
    title: str
    subject: str
    owner_id: str
    parent_id: str | None
    model: str
    input: dict[str, Any]
    output: Any
    progress: Progress
    error: dict[str, Any] | None
    attempts: int
    usage: dict[str, Any]
    trace_id: str
    span_id: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EventOut(Wire):
    """A domain event: something that happened, told to whom it concerns."""

    id: str
    type: str
    subject: str
    at: datetime
    data: dict[str, Any]


class TicketOut(Wire):
    """A sign-in for one socket or event stream."""

    ticket: Annotated[str, Field(description="Say `?ticket=` once, within 30 s.")]
    expires_at: datetime
