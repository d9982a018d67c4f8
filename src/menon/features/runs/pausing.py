"""Following a run until it ends, or until it waits for a person: for wires that answer once."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from menon.core.runs.events import (
    ApprovalRequired,
    ApprovalResolved,
    Envelope,
    Event,
    Reset,
    State,
)
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunState
from menon.core.runtime import Runtime


@dataclass(kw_only=True)
class Pause:
    """A fold over the events of a run: what it waits for."""

    decided: set[str] = field(default_factory=set[str])
    """Approvals that somebody has decided, though the log may not say so yet."""
    waits: bool = False
    _asked: dict[str, ApprovalRequired] = field(default_factory=dict[str, ApprovalRequired])

    def add(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case State():
                self.waits = event.after == RunState.WAITING
            case ApprovalRequired() if event.approval_id not in self.decided:
                self._asked[event.approval_id] = event
            case ApprovalResolved():
                self.decided.add(event.approval_id)
                self._asked.pop(event.approval_id, None)
            case Reset():
                self.waits = False
                self._asked.clear()
            case _:
                pass

    @property
    def asked(self) -> tuple[ApprovalRequired, ...]:
        """The approvals that it waits for; none while it is at work."""
        return tuple(self._asked.values()) if self.waits else ()


async def until_pause(
    runtime: Runtime, run_id: str, pause: Pause, *, after: tuple[int, int] = (0, 0)
) -> AsyncGenerator[list[Envelope]]:
    """A run's events in batches, to its end or to where nothing happens without a person."""
    async with aclosing(runtime[RunLog].follow(run_id, after=after)) as batches:
        async for batch in batches:
            for event in batch:
                pause.add(event.data)
            yield batch
            if pause.asked:
                return
