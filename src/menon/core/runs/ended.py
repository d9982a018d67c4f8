"""What others hear of the end of long work: webhooks, the log of events, features above.

Only durable work tells: an answer of a chat is followed live, and a delivery that told of itself
would be delivered for ever.
"""

from datetime import datetime
from typing import ClassVar, Protocol

from sqlalchemy.orm import Session

from menon.core.events import DomainEvent, publish
from menon.core.runs.models import LIVE, RunKind, RunState

_SILENT = LIVE | {RunKind.DELIVERY}


class RunEnded(DomainEvent, frozen=True, kw_only=True):
    """Durable work is over."""

    run_id: str
    kind: str
    owner_id: str
    title: str
    error_code: str | None = None

    @property
    def subject(self) -> str:
        return f"run:{self.run_id}"


class RunCompleted(RunEnded, frozen=True, kw_only=True):
    """It has done what it was for."""

    type: ClassVar[str] = "run.completed"


class RunFailed(RunEnded, frozen=True, kw_only=True):
    """It ended with an error, which the run tells."""

    type: ClassVar[str] = "run.failed"


class RunCancelled(RunEnded, frozen=True, kw_only=True):
    """Somebody ended it."""

    type: ClassVar[str] = "run.cancelled"


_KINDS: dict[str, type[RunEnded]] = {
    RunState.COMPLETED: RunCompleted,
    RunState.FAILED: RunFailed,
    RunState.CANCELLED: RunCancelled,
}


class Ended(Protocol):
    """What is told of a run's end."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def owner_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def error_code(self) -> str | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def tell_ended(session: Session, run: Ended) -> None:
    """Publish the end of a run that others may wait for; stands in the unit that ends it."""
    kind = _KINDS.get(run.state)
    if kind is None or run.kind in _SILENT or run.ended_at is None:
        return
    event = kind(
        run_id=run.id,
        kind=run.kind,
        owner_id=run.owner_id,
        title=run.title,
        error_code=run.error_code,
    )
    publish(session, event, now=run.ended_at)
