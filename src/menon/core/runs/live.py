"""The live log of one run in this process: one writer, any number of readers.

    writer.emit(event) → [stored later by the flusher] → readers pull from any seq

Readers pull from one list, so a slow one costs nothing but its own delay. `complete`, effects and
approvals become visible only after their commit; text deltas may be seen up to one flush before.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from menon.core.runs.events import (
    ENDS,
    ApprovalRequired,
    ApprovalResolved,
    Artifact,
    Envelope,
    Event,
    ToolResult,
)
from menon.core.runs.fold import Folded, Folding

HELD = ENDS | {ApprovalRequired.type, ApprovalResolved.type, Artifact.type, ToolResult.type}
"""Types that reach readers only once they are stored."""

KEPT = 8
"""Stored events of a live run that stay in memory, a second of an answer or more; a reader who is
further behind reads the database. Each takes 270 bytes: an answer of 2,000 events took 600 KiB when
all of them stayed."""
_AT_ONCE = 8
"""Events that memory lets go of together."""


class Live:
    """The events of a run that is being generated here."""

    def __init__(self, run_id: str, epoch: int, *, after: int = 0) -> None:
        self.run_id = run_id
        self.epoch = epoch
        self.closed = False
        self._events: list[Envelope] = []
        self._dropped = self._stored = self._shown = after
        """What is stored already of a log that goes on is read from the database."""
        self._gone = None if after else Folding()
        """What memory has let go of, for the end; of a log that goes on the database has it."""
        self._waiters: list[asyncio.Future[None]] = []
        self._ending: Envelope | None = None

    @property
    def seq(self) -> int:
        """The seq of the last event; they count from 1."""
        return self._dropped + len(self._events)

    @property
    def first(self) -> int:
        """The lowest seq that is still in memory."""
        return self._dropped + 1

    @property
    def unstored(self) -> int:
        """How many events wait for the flusher."""
        return self.seq - self._stored

    def add(self, data: Event, *, at: datetime, item: str | None = None) -> Envelope:
        """Append an event; readers see it at once unless it, or one before it, must be stored."""
        event = self._append(data, at=at, item=item)
        if self._shown == event.seq - 1 and event.type not in HELD:
            self._shown = event.seq
            self._wake()
        return event

    def end(self, data: Event, *, at: datetime) -> Envelope:
        """Append the last event, once: after a failure the first one stands.

        Readers see it when it is stored, whatever it is: a run does not wait before that.
        """
        if self._ending is None:
            self._ending = self._append(data, at=at)
        return self._ending

    def pending(self) -> list[Envelope]:
        """The events that are not stored yet, but for the ending, which has a unit of its own."""
        end = len(self._events) - (self._ending is not None)
        return self._events[self._stored - self._dropped : end]

    def whole(self) -> list[Envelope | Folded] | None:
        """All rows of the epoch, once it has its ending; None where only the database has them."""
        return None if self._gone is None else self._gone.ended(self._events)

    def stored(self, seq: int) -> None:
        """Everything up to `seq` is committed: show it, and drop what memory need not keep."""
        self._stored = max(self._stored, seq)
        if self._stored > self._shown:
            self._shown = self._stored
            for event in self._events[self._shown - self._dropped :]:
                if event.type in HELD or event is self._ending:
                    break
                self._shown = event.seq
            self._wake()
        excess = min(len(self._events) - KEPT, self._stored - self._dropped)
        if excess >= _AT_ONCE:
            if self._gone is not None:
                self._gone.take(self._events[:excess])
            del self._events[:excess]
            self._dropped += excess

    def close(self) -> None:
        """No event will follow."""
        self.closed = True
        self._wake()

    def shown(self, after: int) -> list[Envelope]:
        """The visible events after a seq."""
        return self._events[max(0, after - self._dropped) : self._shown - self._dropped]

    async def follow(self, after: int) -> AsyncIterator[list[Envelope]]:
        """Yield what becomes visible after a seq, in batches, until the log is closed."""
        while True:
            if after < self._dropped:
                return
            batch = self.shown(after)
            if batch:
                after = batch[-1].seq
                yield batch
            elif self.closed:
                return
            else:
                await self._wait()

    def _append(self, data: Event, *, at: datetime, item: str | None = None) -> Envelope:
        event = Envelope(
            run=self.run_id,
            epoch=self.epoch,
            seq=self.seq + 1,
            at=at,
            type=data.type,
            data=data,
            item=item,
        )
        self._events.append(event)
        return event

    async def _wait(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
