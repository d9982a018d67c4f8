"""What does not fit together is put right, whoever left it so."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends

from menon.core.errors import Overloaded
from menon.core.jobs import JobContext, Jobs, job, taking, worker
from menon.core.jobs.fold import close_all, fold, open_though_ended
from menon.core.jobs.models import JobRow, JobState
from menon.core.runs.events import Cancelled
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunState
from menon.core.runtime import Runtime
from menon.kit.clock import SystemClock
from menon.kit.ids import new_id


@job("echo")
async def echo(context: JobContext, _payload: dict[str, Any]) -> Any:
    return await context.step("say", str, context.key("say"))


def _change(session: Session, run_id: str, **values: Any) -> None:
    session.execute(update(Run).where(Run.id == run_id).values(values))


def _states(session: Session) -> list[str]:
    return list(session.scalars(select(JobRow.state)))


def _lose(session: Session) -> None:
    """A process takes the job and dies before it begins."""
    assert (
        len(taking.claim(session, new_id(), {"interactive": 1}, {"echo"}, SystemClock().now())) == 1
    )


async def _closed(runtime: Runtime) -> None:
    async with asyncio.timeout(60):
        while set(await runtime.db.read(_states)) != {JobState.CLOSED}:
            await asyncio.sleep(0.02)


async def test_a_lost_job_that_was_cancelled_meanwhile_does_not_run(working: Working) -> None:
    async with working(echo, worker=False) as runtime:
        run_id = await runtime.db.write(add, runtime, echo, {})
        await runtime.db.write(_lose)
        await runtime[RunLog].cancel(run_id, "ada")
    async with working(echo) as runtime:
        assert await ends(runtime, run_id) == ("cancelled", None)


async def test_a_job_that_took_many_processes_down_is_not_begun_again(working: Working) -> None:
    async with working(echo, worker=False) as runtime:
        run_id = await runtime.db.write(add, runtime, echo, {})
        await runtime.db.write(_change, run_id, attempts=25)
    async with working(echo) as runtime:
        assert await ends(runtime, run_id) == ("failed", "RUN_001")


async def test_a_job_whose_run_has_ended_is_closed(working: Working) -> None:
    async with working(echo, worker=False) as runtime:
        run_id = await runtime.db.write(add, runtime, echo, {})
        await runtime.db.write(_change, run_id, state=RunState.COMPLETED)
    async with working(echo) as runtime:
        await _closed(runtime)


async def test_a_job_that_only_enqueueing_processes_see_is_closed_by_upkeep(
    working: Working,
) -> None:
    async with working(echo, worker=False) as runtime:
        assert runtime[Jobs].busy == 0
        run_id = await runtime.db.write(add, runtime, echo, {})
        await runtime.db.write(_change, run_id, state=RunState.FAILED)
        left = await runtime.db.read(open_though_ended)
        await runtime.db.write(close_all, left, runtime.clock.now())
        assert await runtime.db.read(open_though_ended) == []
        await runtime.db.write(fold, left[0], Cancelled(by="late"), runtime.clock.now())
        assert await runtime.db.read(_states) == [JobState.CLOSED]


async def test_upkeep_happens_by_itself(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "UPKEEP_S", 0.05)
    async with working(echo, interactive=0) as runtime:
        assert runtime[Jobs].busy == 0
        run_id = await runtime.db.write(add, runtime, echo, {})
        await runtime.db.write(_change, run_id, state=RunState.FAILED)
        await _closed(runtime)


async def test_a_round_that_fails_is_followed_by_another(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[Exception] = [Overloaded(), ValueError("a mistake")]
    waits = taking.waits

    def failing(
        session: Session, queues: set[str], names: set[str], now: datetime
    ) -> taking.Waiting:
        if faults:
            raise faults.pop()
        return waits(session, queues, names, now)

    monkeypatch.setattr(taking, "waits", failing)
    async with working(echo) as runtime:
        run_id = await runtime.db.write(add, runtime, echo, {})
        assert await ends(runtime, run_id) == ("completed", f"{run_id}:say")
    assert faults == []
