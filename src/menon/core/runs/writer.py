"""The writing end of a run's log."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from menon.core.runs.events import Event, State
from menon.core.runs.finishing import Record
from menon.core.runs.live import Live
from menon.core.runs.store import Spent

BEHIND = 500
"""Unstored events of one run above which its model is slowed."""


class Keeper(Protocol):
    """Stores what writers append."""

    def now(self) -> datetime: ...

    def dirty(self, live: Live) -> None: ...

    async def flushed(self) -> None: ...

    async def finish(
        self, live: Live, ending: Event, *, spent: Spent | None, record: Record
    ) -> bool: ...

    async def park(
        self, live: Live, state: State, *, spent: Spent | None, record: Record
    ) -> bool: ...


class RunWriter:
    """The one writer of a run's log under an epoch."""

    def __init__(self, runs: Keeper, live: Live) -> None:
        self._runs = runs
        self._live = live
        self._begun = False
        self.cancelled_by: str | None = None
        """Who asked to cancel the run, when its task is cancelled for that reason."""
        self.paused_by: str | None = None
        """Who asked to pause it, likewise."""

    @property
    def run_id(self) -> str:
        return self._live.run_id

    @property
    def epoch(self) -> int:
        """What the writer is fenced by."""
        return self._live.epoch

    def begin(self) -> None:
        """The run's task takes its first step; one that was to stop before that does so now."""
        self._begun = True
        task = asyncio.current_task()
        if task is not None and (self.cancelled_by is not None or self.paused_by is not None):
            task.cancel()

    def stop(self, task: asyncio.Task[None]) -> None:
        """Cancel the run's task; before its first step its body could not tell of it."""
        if self._begun:
            task.cancel()

    async def emit(self, data: Event, *, item: str | None = None) -> datetime:
        """Append an event and return its time; waits for the flusher when that is far behind."""
        at = self._runs.now()
        self._live.add(data, at=at, item=item)
        self._runs.dirty(self._live)
        if self._live.unstored > BEHIND:
            await self._runs.flushed()
        return at

    async def finish(
        self,
        ending: Event,
        *,
        spent: Spent | None = None,
        record: Record = None,
    ) -> bool:
        """End the run in one unit with `record`, which stores what the run made.

        Returns:
            False when a newer writer owns the run; `record` did not run then.
        """
        return await self._runs.finish(self._live, ending, spent=spent, record=record)

    async def park(
        self,
        state: State,
        *,
        spent: Spent | None = None,
        record: Record = None,
    ) -> bool:
        """Have the run wait, without this process, in one unit with `record`; see `finish`."""
        return await self._runs.park(self._live, state, spent=spent, record=record)


Body = Callable[[RunWriter], Awaitable[None]]
