"""Firing: the unit that starts an execution for a planned time, and the task that looks for it.

due → claimed → (run, job, fire, next time) in one unit. Two workers cannot both claim a schedule,
and a planned time fires once for good, even when the clock is turned back. After a time in which
nobody worked it fires once, not for each time that was missed.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from menon.core.errors import DatabaseError, Internal, MenonError
from menon.core.jobs import JobSettings
from menon.core.runtime import Runtime
from menon.features.workflows.schedules import queries as schedule_queries
from menon.features.workflows.schedules.models import (
    Schedule,
    ScheduleFire,
    ScheduleState,
    TriggerType,
)
from menon.features.workflows.schedules.rules import Cron, Every, Trigger, next_time
from menon.kit.ids import new_id
from menon.kit.text import shorten

LOOK_S = 1.0
"""A schedule fires at most so late."""

Start = Callable[[Session, Schedule, datetime], str]
"""Starts an execution with the rights of the schedule's owner, and answers the id of its run."""

log = structlog.stdlib.get_logger(__name__)


def trigger_of(row: Schedule) -> Trigger:
    """What a schedule goes by."""
    if row.trigger_type == TriggerType.INTERVAL and row.interval_seconds is not None:
        return Every(seconds=row.interval_seconds, since=row.since)
    return Cron(expression=row.cron_expression or "", zone=row.timezone)


def plan(row: Schedule, after: datetime) -> None:
    """Set the next time; a schedule without one pauses."""
    row.next_at = next_time(trigger_of(row), after)
    if row.next_at is None:
        pause(row, "Its time never comes again.")


def pause(row: Schedule, reason: str) -> None:
    """Have a schedule not fire until somebody resumes it."""
    row.state, row.reason, row.next_at = ScheduleState.PAUSED, shorten(reason, 500), None


def fire(session: Session, schedule_id: str, start: Start, now: datetime) -> str | None:
    """Start what a due schedule wants, once for its planned time; answers the id of the run.

    A schedule that cannot start, since its workflow or its owner is gone, pauses and says why.
    """
    row = schedule_queries.claimed(session, schedule_id, now)
    if row is None or row.next_at is None:
        return None
    planned = row.next_at
    plan(row, max(now, planned))
    if schedule_queries.has_fired(session, row.id, planned):
        return None
    try:
        with session.begin_nested():
            return begin(session, row, start, now, planned=planned)
    except MenonError as error:
        pause(row, error.detail)
        log.warning("schedule.paused", schedule_id=row.id, code=error.code, detail=error.detail)
        return None


def begin(
    session: Session, row: Schedule, start: Start, now: datetime, *, planned: datetime | None = None
) -> str:
    """Start an execution and keep that this schedule did it."""
    run_id = start(session, row, now)
    session.add(
        ScheduleFire(
            id=new_id(), schedule_id=row.id, planned_at=planned, fired_at=now, run_id=run_id
        )
    )
    row.last_at, row.last_run_id = now, run_id
    session.flush()
    return run_id


class Ticker:
    """Fires what is due."""

    def __init__(self, runtime: Runtime, start: Start) -> None:
        self._db = runtime.db
        self._clock = runtime.clock
        self._start = start

    async def run(self) -> None:
        """Look each second, until cancelled."""
        while True:
            try:
                await self.once()
            except DatabaseError as error:
                log.warning("schedules.database_away", code=error.code, detail=error.detail)
            await asyncio.sleep(LOOK_S)

    async def once(self) -> list[str]:
        """Fire what is due now; answers the ids of the runs."""
        now = self._clock.now()
        found = [
            await self._fire(one, now) for one in await self._db.read(schedule_queries.due, now)
        ]
        return [run_id for run_id in found if run_id is not None]

    async def _fire(self, schedule_id: str, now: datetime) -> str | None:
        try:
            return await self._db.write(fire, schedule_id, self._start, now)
        except DatabaseError:
            raise
        except Exception:
            # It would fail each second, and hold up nobody else's.
            log.exception("schedule.failed", schedule_id=schedule_id)
            await self._db.write(_set_aside, schedule_id)
            return None


def open_ticker(
    start: Start,
) -> Callable[[Runtime], contextlib.AbstractAsyncContextManager[Ticker]]:
    """An opener that fires schedules in processes that work on jobs."""

    @contextlib.asynccontextmanager
    async def opened(runtime: Runtime) -> AsyncGenerator[Ticker]:
        ticker = Ticker(runtime, start)
        if not runtime.settings[JobSettings].worker:
            yield ticker
            return
        task = asyncio.create_task(ticker.run(), name="schedules")
        try:
            yield ticker
        finally:
            task.cancel()
            await asyncio.wait([task])

    return opened


def _set_aside(session: Session, schedule_id: str) -> None:
    row = session.get(Schedule, schedule_id, with_for_update=True)
    if row is not None:
        pause(row, f"{Internal.code}: it could not be started; the server's log says why.")
