"""How a job says that its run waits for something, and that its slot is free until then."""

from collections.abc import Callable
from typing import Literal

from sqlalchemy.orm import Session

from menon.core.runs.models import RunState


class Parked(Exception):
    """Raised by a job: its run becomes `state`, and nothing of it runs until `go_on`.

    Args:
        state: what the run becomes.
        reason: shown to people.
        record: runs in the unit that parks the run, after it; there the continuation is enqueued
            (`go_on` with a time) or that is written which somebody will answer.
    """

    def __init__(
        self,
        state: Literal[RunState.WAITING, RunState.PAUSED],
        reason: str = "",
        *,
        record: Callable[[Session], object] | None = None,
    ) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason
        self.record = record
