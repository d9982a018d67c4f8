"""The runs of this process: who writes them, who follows them, and when they are stored.

    RunWriter.emit → Live (memory) ──────────────→ follow() in this process
                       └→ flusher, 250 ms or 1,000 rows, one unit for all runs → RunEvent
                                                     └→ tailer → follow() in other processes

A run is not a connection: its task goes on when readers leave. One flusher per process stores the
events of all runs (1000 streams that flush each for themselves cost 92 % of a core, grouped 29 %).
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.orm import Session

from menon.core.errors import MenonError, NotFound
from menon.core.instances import Self
from menon.core.runs import control, finishing, orphans, queries, store
from menon.core.runs.asked import Asked
from menon.core.runs.events import ENDS, Envelope, Event, Reset, State
from menon.core.runs.finishing import Record
from menon.core.runs.fold import fold
from menon.core.runs.kinds import RunType
from menon.core.runs.live import Live
from menon.core.runs.models import ENDED, RunState
from menon.core.runs.store import Spent
from menon.core.runs.tail import Tailer
from menon.core.runs.writer import Body, RunWriter
from menon.core.runtime import Runtime
from menon.core.telemetry.context import run_id as current_run

FLUSH_S = 0.25
FLUSH_ROWS = 1000
_SWEEP_S = 5.0

log = structlog.stdlib.get_logger(__name__)


class RunLog:
    """The live runs of this process."""

    def __init__(self, runtime: Runtime, types: Iterable[RunType] = ()) -> None:
        self._db = runtime.db
        self._types = {str(kind.kind): kind for kind in types}
        self._clock = runtime.clock
        self._instance = runtime[Self]
        self._live: dict[str, Live] = {}
        self._writers: dict[str, tuple[RunWriter, asyncio.Task[None]]] = {}
        self._dirty: dict[str, Live] = {}
        self._idle: set[str] = set()
        self._flush_now = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._tailer = Tailer(runtime.db)
        self._asked = Asked(runtime.db)

    def now(self) -> datetime:
        """The time by the process's clock."""
        return self._clock.now()

    @property
    def open(self) -> int:
        """How many runs are generated here."""
        return len(self._writers)

    async def start(
        self, run_id: str, body: Body, *, durable: bool = False, epoch: int = 0, after: int = 0
    ) -> asyncio.Task[None]:
        """Generate a run here, in a task that lives on when every reader leaves.

        Args:
            run_id: the run.
            body: writes its log.
            durable: it does not end with its process: another one starts it again.
            epoch: where the run has begun already; a new one otherwise.
            after: where the log of this epoch goes on (`control.take_up`).
        """
        if not epoch:
            instance = None if durable else self._instance.id
            epoch = await self._db.write(store.begin, run_id, self.now(), instance=instance)
        live = Live(run_id, epoch, after=after)
        writer = RunWriter(self, live)
        self._live[run_id] = live
        task = asyncio.create_task(self._run(writer, live, body), name=f"run-{run_id}")
        self._writers[run_id] = (writer, task)
        return task

    async def cancel(self, run_id: str, by: str) -> RunState:
        """Ask for the end of a run, wherever it is generated; returns the state it was in."""
        ask = partial(control.request_cancel, types=self._types)
        state = await self._db.write(ask, run_id, by, self.now())
        self._cancel_here(run_id, by)
        return state

    async def pause(self, run_id: str, by: str) -> RunState:
        """Have a durable run stop until `jobs.go_on`; returns the state it was in."""
        state = await self._db.write(control.request_pause, run_id, by, self.now())
        self._pause_here(run_id, by)
        return state

    def leave(self, run_id: str) -> None:
        """Cancel a run that is generated here because its only reader left."""
        self._cancel_here(run_id, "the client left")

    async def follow(
        self, run_id: str, *, after: tuple[int, int] = (0, 0), unfolded: bool = False
    ) -> AsyncGenerator[list[Envelope]]:
        """Yield a run's events after `(epoch, seq)` in batches, until it ends.

        A reader of an older epoch receives `reset` first, and then the current epoch from its
        beginning. With `unfolded` what is stored is told word by word, as it was live.

        Raises:
            NotFound: there is no such run.
        """
        epoch, ended = await self._where(run_id)
        seq = after[1] if after[0] == epoch else 0
        if after[0] not in {0, epoch}:
            yield [await self._reset(run_id, epoch)]
        while True:
            before = seq
            async for batch in self._available(run_id, epoch, seq, unfolded=unfolded):
                seq = batch[-1].seq
                yield batch
                if batch[-1].type in ENDS:
                    return
            if ended:
                return
            # What was stored when the log in memory closed needs no signal to be read.
            if seq == before and run_id not in self._live:
                await self._tailer.changed()
            latest, ended = await self._where(run_id)
            if latest != epoch:
                if epoch:  # of a run that had not begun there is nothing to take back
                    yield [await self._reset(run_id, latest)]
                epoch, seq = latest, 0

    def _available(
        self, run_id: str, epoch: int, seq: int, *, unfolded: bool
    ) -> AsyncIterator[list[Envelope]]:
        """What can be read now: from memory until the log closes, or what is stored so far."""
        live = self._live.get(run_id)
        if live is not None and live.epoch == epoch and seq >= live.first - 1:
            return live.follow(seq)
        return queries.told(self._db, run_id, epoch=epoch, after=seq, unfolded=unfolded)

    async def stored(self, run_id: str, *, epoch: int, limit: int) -> list[Envelope]:
        """The first stored events of an epoch."""
        return await self._db.read(queries.events_after, run_id, epoch=epoch, after=0, limit=limit)

    def dirty(self, live: Live) -> None:
        """The log has events to store."""
        self._dirty[live.run_id] = live
        if live.unstored >= FLUSH_ROWS:
            self._flush_now.set()

    async def flushed(self) -> None:
        """Store everything that waits; returns once it is committed."""
        async with self._flushing:
            batch, self._dirty = self._dirty, {}
            waiting = [(live, events) for live in batch.values() if (events := live.pending())]
            if not waiting:
                return
            try:
                rows = [row for _, events in waiting for row in fold(events)]
                fenced = await self._db.write(store.append, rows)
            except BaseException:  # who waits for the flush of all may be cancelled
                self._dirty = batch | self._dirty
                raise
        for live, events in waiting:
            if live.run_id in fenced:
                self._cancel_here(live.run_id, "")
            else:
                live.stored(events[-1].seq)

    async def finish(
        self, live: Live, ending: Event, *, spent: Spent | None, record: Record
    ) -> bool:
        """See `RunWriter.finish`."""
        event = live.end(ending, at=self.now())

        # The rows in the unit: while one waits for its turn they would take 30 KiB a run.
        def ends(session: Session, end: Envelope, *, before: list[Envelope]) -> bool:
            end_with = partial(finishing.finish, spent=spent, record=record, now=end.at)
            return end_with(session, end, before=before, rows=live.whole())

        return await self._close(live, event, ends)

    async def park(self, live: Live, state: State, *, spent: Spent | None, record: Record) -> bool:
        """See `RunWriter.park`."""
        parks = partial(control.park, spent=spent, record=record)
        return await self._close(live, live.end(state, at=self.now()), parks)

    async def _close(self, live: Live, event: Envelope, unit: Callable[..., bool]) -> bool:
        async with self._flushing:
            self._dirty.pop(live.run_id, None)
            kept = await self._db.write(unit, event, before=live.pending())
        if kept:
            live.stored(event.seq)
        return kept

    async def work(self) -> None:
        """Flush, look for cancellations, and end what dead processes left; until cancelled."""
        sweep_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            # Not `wait_for`: it loses a cancellation that comes together with the signal.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await self._flush_now.wait()
            self._flush_now.clear()
            try:
                await self.flushed()
                if self._writers:
                    await self._poll_asked()
                if loop.time() >= sweep_at:
                    sweep_at = loop.time() + _SWEEP_S
                    await self.sweep()
            except MenonError as error:
                log.warning("runs.flush_failed", code=error.code, detail=error.detail)

    async def sweep(self) -> list[str]:
        """End the runs that nobody generates any more, and return their ids."""
        ended = await self._db.write(orphans.interrupt_orphans, self.now(), self._types)
        # Of this process: runs whose start or whose end could not be stored. One look is not
        # enough, since a run that is about to start looks the same.
        idle = await self._db.read(orphans.open_of, self._instance.id) - self._writers.keys()
        stranded, self._idle = self._idle & idle, idle
        if stranded:
            ended += await self._db.write(orphans.interrupt, stranded, self.now(), self._types)
        return ended

    async def stop(self) -> None:
        """Cancel what is generated here; each run stores what it has and becomes interrupted."""
        tasks = [task for _, task in self._writers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(MenonError):
            await self.flushed()
        self._tailer.close()

    async def _run(self, writer: RunWriter, live: Live, body: Body) -> None:
        current_run.set(live.run_id)
        writer.begin()
        try:
            await body(writer)
        finally:
            live.close()
            if self._live.get(live.run_id) is live:  # not a newer start of the same run
                del self._live[live.run_id]
                self._writers.pop(live.run_id, None)

    def _cancel_here(self, run_id: str, by: str) -> None:
        found = self._writers.get(run_id)
        if found and found[0].cancelled_by is None:
            found[0].cancelled_by = by
            found[0].stop(found[1])

    def _pause_here(self, run_id: str, by: str) -> None:
        found = self._writers.get(run_id)
        if found and found[0].cancelled_by is None and found[0].paused_by is None:
            found[0].paused_by = by
            found[0].stop(found[1])

    async def _poll_asked(self) -> None:
        for run_id, cancel, pause in await self._asked.of(list(self._writers)):
            if cancel is not None:
                self._cancel_here(run_id, cancel)
            elif pause is not None:
                self._pause_here(run_id, pause)

    async def _where(self, run_id: str) -> tuple[int, bool]:
        if live := self._live.get(run_id):
            return live.epoch, False
        found = await self._db.read(queries.epoch_and_state, run_id)
        if found is None:
            raise NotFound
        return found[0], RunState(found[1]) in ENDED

    async def _reset(self, run_id: str, epoch: int) -> Envelope:
        data = Reset(snapshot=await self._db.read(queries.snapshot, run_id, self._types))
        return Envelope(run=run_id, epoch=epoch, seq=0, at=self.now(), type=data.type, data=data)
