"""Working on jobs in this process.

commit; others' in 50 ms, or 250; due → claim what waits ─→ attempt: run begins, steps, run ends
2 s ─→ adopt what dead instances left, with its steps ─↗
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from menon.core import instances
from menon.core.db.wake import on_wake
from menon.core.errors import DatabaseError, Internal
from menon.core.instances import Self
from menon.core.jobs import taking
from menon.core.jobs.attempt import attempt
from menon.core.jobs.claim import Claim
from menon.core.jobs.fold import (
    cancel_all,
    cancelled_waiting,
    close_all,
    fold,
    open_though_ended,
)
from menon.core.jobs.job import Job
from menon.core.jobs.outbox import TOPIC
from menon.core.jobs.patience import patiently
from menon.core.jobs.settings import JobSettings
from menon.core.jobs.steps import Steps
from menon.core.jobs.upkeep import sweep
from menon.core.runs.events import Error
from menon.core.runtime import Runtime

POLL_S = 0.05
"""The look whether another process wrote, which may have enqueued something."""

ALONE_S = 0.25
"""The same where no other server or worker lives: who writes then is a command on the terminal, and
twenty looks a second took .7 % of a core."""

AGAIN_S = 0.25
"""The look for what is due and was not taken: there was no room, or others had locked it."""

LOOK_S = 2.0
"""The look at the outbox when nothing says that there is something to find."""

GATHER_S = 0.005
"""Jobs that end within this time make room for one claim."""

ADOPT_S = 2.0
"""The look for what dead processes left."""

UPKEEP_S = 60.0
"""Closing jobs whose runs have ended, and the sweep of old ones."""

log = structlog.stdlib.get_logger(__name__)


class Worker:
    """The jobs that this process works on."""

    def __init__(self, runtime: Runtime, jobs: Iterable[Job]) -> None:
        how = runtime.settings[JobSettings]
        self._runtime = runtime
        self._jobs = {job.name: job for job in jobs}
        self._room: dict[str, int] = {"interactive": how.interactive, "bulk": how.bulk}
        self._me = runtime[Self].id
        self._keep = timedelta(days=how.keep_days)
        self._busy: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._wake = asyncio.Event()
        self._mark = 0
        self._look_at = 0.0
        self._pause = POLL_S
        self._due: datetime | None = None
        self._steps = Steps(runtime.db, self._me)
        self._threads = ThreadPoolExecutor(how.threads, thread_name_prefix="job-step")

    @property
    def busy(self) -> int:
        """How many jobs this process works on."""
        return len(self._busy)

    async def run(self) -> None:
        """Take jobs as they come, until cancelled."""
        loop = asyncio.get_running_loop()
        on_wake(self._runtime.db, TOPIC, lambda: loop.call_soon_threadsafe(self._wake.set))
        adopt_at, upkeep_at = 0.0, loop.time() + UPKEEP_S
        while True:
            try:
                if loop.time() >= adopt_at:
                    adopt_at = loop.time() + ADOPT_S
                    await self._adopt()
                if await self._may_wait():
                    await self._take()
                if loop.time() >= upkeep_at:
                    upkeep_at = loop.time() + UPKEEP_S
                    await self._keep_up()
            except DatabaseError as error:
                log.warning("jobs.database_away", code=error.code, detail=error.detail)
            except Exception:
                # One mistake must not end all work of this process; the next round tries again.
                log.exception("jobs.round_failed")
            # Not `wait_for`: it loses a cancellation that comes together with the signal.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._wake.wait()
            if self._wake.is_set():
                self._look_at = 0.0
            self._wake.clear()

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, wait for what runs, and let go of what takes longer."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        # A step that blocks cannot be stopped; what it answers counts for nothing any more.
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _may_wait(self) -> bool:
        """Whether a look at the outbox may find what the last one did not."""
        now, mark = asyncio.get_running_loop().time(), await self._runtime.db.foreign()
        due = self._due is not None and self._due <= self._runtime.clock.now()
        if mark == self._mark and now < self._look_at and not due:
            return False
        self._mark, self._look_at = mark, now + AGAIN_S
        return True

    async def _take(self) -> None:
        """Start what waits, as far as there is room."""
        free = self._free()
        db, now = self._runtime.db, self._runtime.clock.now()
        if not free:
            return
        waits = await db.read(taking.waits, set(free), self._jobs, now)
        self._due = waits.later
        if not waits.due:
            self._look_at = asyncio.get_running_loop().time() + LOOK_S
            return
        room = {queue: free[queue] for queue in waits.due}
        for claim in await db.write(taking.claim, self._me, room, self._jobs, now):
            self._start(claim)

    async def _adopt(self) -> None:
        """Take what dead processes left, and end what was cancelled before it began."""
        db, now = self._runtime.db, self._runtime.clock.now()
        alive, cancelled, begun = await db.read(_seen, now, self._busy)
        if cancelled:
            await db.write(cancel_all, cancelled, now)
            alive, _, begun = await db.read(_seen, now, self._busy)  # who began meanwhile lives
        self._pause = POLL_S if alive - {self._me} else ALONE_S
        if not begun:
            return
        adopt = partial(taking.adopt, busy=list(self._busy), alive=alive)
        claims = await db.write(adopt, self._me, self._free(), self._jobs, now)
        for claim in claims:
            self._start(claim)

    async def _keep_up(self) -> None:
        """Put right what does not fit together, and drop what is old."""
        db, now = self._runtime.db, self._runtime.clock.now()
        if ended := await db.read(open_though_ended):
            await db.write_bulk(close_all, ended, now)
        await self._refuse_foreign()
        swept = await sweep(db, now - self._keep)
        if ended or swept:
            log.info("jobs.kept_up", closed=len(ended), swept=swept)

    def _free(self) -> dict[str, int]:
        taken = list(self._busy.values())
        free = {queue: room - taken.count(queue) for queue, room in self._room.items()}
        return {queue: room for queue, room in free.items() if room > 0}

    def _start(self, claim: Claim) -> None:
        self._busy[claim.id] = claim.queue
        self._tasks[claim.id] = asyncio.create_task(self._work(claim), name=f"job-{claim.name}")

    async def _work(self, claim: Claim) -> None:
        try:
            await self._attempt(claim)
        except Exception:
            # The row says that we took it; the next look finds that nobody works on it.
            log.exception("jobs.attempt_failed", job=claim.name, run_id=claim.run_id)
        finally:
            self._tasks.pop(claim.id, None)
            self._busy.pop(claim.id, None)
            asyncio.get_running_loop().call_later(GATHER_S, self._wake.set)

    async def _attempt(self, claim: Claim) -> None:
        job = self._jobs[claim.name]
        await attempt(self._runtime, claim, job, self._steps, self._threads)

    async def _refuse_foreign(self) -> None:
        """End jobs that nobody can do: this process does not know them, and there is no other."""
        db, now = self._runtime.db, self._runtime.clock.now()
        if set(await db.read(instances.alive, now)) - {self._me}:
            return
        before = now - timedelta(seconds=UPKEEP_S)
        for job_id, name in await db.read(taking.foreign, self._jobs, before):
            await self._refuse(job_id, name)

    async def _refuse(self, job_id: str, name: str) -> None:
        ending = Error(code=Internal.code, detail=f"No job {name!r} is installed here.")
        db, now = self._runtime.db, self._runtime.clock.now()
        await patiently(lambda: db.write(fold, job_id, ending, now))


def _seen(
    session: Session, now: datetime, busy: Collection[str]
) -> tuple[set[str], list[tuple[str, str]], bool]:
    """Who works, what was cancelled before it began, and whether others have begun anything."""
    return instances.alive(session, now), cancelled_waiting(session), taking.begun(session, busy)
