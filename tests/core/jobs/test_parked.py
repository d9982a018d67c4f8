"""Jobs that wait without a slot, are paused, go on, come due, and pass each other by priority."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import ends

from menon.core.errors import Conflict, NotFound
from menon.core.jobs import Job, JobContext, Parked, enqueue, go_on, job
from menon.core.jobs.models import JobRow, JobState
from menon.core.runs import control, store
from menon.core.runs.events import State
from menon.core.runs.kinds import RunType
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id


def _add(session: Session, runtime: Runtime, what: Job, run_id: str, **how: Any) -> None:
    now = runtime.clock.now()
    store.create(session, NewRun(id=run_id, kind=RunKind.TASK, owner_id="u"), now)
    enqueue(session, what, {}, run_id=run_id, now=now, **how)


async def add(runtime: Runtime, what: Job, **how: Any) -> str:
    run_id = new_id()
    await runtime.db.write(partial(_add, **how), runtime, what, run_id)
    return run_id


def _state(session: Session, run_id: str) -> str:
    return session.get_one(Run, run_id).state


def _open(session: Session) -> list[str]:
    return list(session.scalars(select(JobRow.id).where(JobRow.state != JobState.CLOSED)))


async def becomes(runtime: Runtime, run_id: str, state: RunState) -> None:
    async with asyncio.timeout(60):
        while await runtime.db.read(_state, run_id) != state:
            await asyncio.sleep(0.02)


async def _resume(runtime: Runtime, run_id: str) -> None:
    await runtime.db.write(go_on, run_id, runtime.clock.now())


@pytest.fixture
def times() -> list[int]:
    return []


@pytest.fixture
def asks(times: list[int]) -> Job:
    """Waits for an answer at its first start, and takes it at its second."""

    @job("asks")
    async def asks(context: JobContext, _payload: dict[str, Any]) -> str:
        times.append(context.epoch)
        if context.epoch == 1:
            raise Parked(RunState.WAITING, "for an answer")
        return "answered"

    return asks


async def test_a_parked_run_holds_no_slot_and_goes_on_when_told(
    working: Working, asks: Job, times: list[int]
) -> None:
    async with working(asks, interactive=1) as runtime:
        waiting = [await add(runtime, asks) for _ in range(3)]
        for run_id in waiting:
            await becomes(runtime, run_id, RunState.WAITING)
        assert await runtime.db.read(_open) == []
        await _resume(runtime, waiting[1])
        assert await ends(runtime, waiting[1]) == ("completed", "answered")
        assert times == [1, 1, 1, 2]
        assert await runtime.db.read(_state, waiting[0]) == RunState.WAITING


async def test_a_reader_of_a_parked_run_sees_why_and_then_the_rest(
    working: Working, asks: Job
) -> None:
    async with working(asks) as runtime:
        run_id = await add(runtime, asks)
        seen: list[tuple[str, str]] = []
        async for batch in runtime[RunLog].follow(run_id):
            for event in batch:
                seen.append((event.type, getattr(event.data, "after", "")))
                if seen[-1] == ("state", "waiting"):
                    await _resume(runtime, run_id)
    shown = [one for one in seen if one != ("state", "queued")]  # it may begin before that is read
    assert shown == [("state", "waiting"), ("reset", ""), ("complete", "")]


async def test_what_is_written_with_the_parking_lets_the_run_go_on_when_it_is_due(
    working: Working, clock: FixedClock
) -> None:
    @job("sleeps")
    async def sleeps(context: JobContext, _payload: dict[str, Any]) -> int:
        now = clock.now()
        if context.epoch == 1:
            due = now + timedelta(hours=1)
            later = partial(go_on, run_id=context.run_id, now=now, due=due)
            raise Parked(RunState.WAITING, "an hour", record=later)
        return context.epoch

    async with working(sleeps) as runtime:
        run_id = await add(runtime, sleeps)
        await becomes(runtime, run_id, RunState.WAITING)
        other = await add(runtime, sleeps, priority=5)
        await becomes(runtime, other, RunState.WAITING)
        assert len(await runtime.db.read(_open)) == 2
        clock.advance(minutes=61)
        for waiting in (run_id, other):
            await becomes(runtime, waiting, RunState.COMPLETED)


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.PAUSED])
async def test_a_parked_run_is_cancelled_at_once(
    working: Working, asks: Job, state: RunState
) -> None:
    async with working(asks) as runtime:
        run_id = await add(runtime, asks)
        await becomes(runtime, run_id, RunState.WAITING)
        if state is RunState.PAUSED:
            await runtime[RunLog].pause(run_id, "ada")
        assert await runtime[RunLog].cancel(run_id, "bob") == state
        assert await ends(runtime, run_id) == ("cancelled", None)
        with pytest.raises(Conflict):
            await _resume(runtime, run_id)


async def test_a_run_at_work_is_paused_and_its_step_runs_again(working: Working) -> None:
    begun, gate, tries = asyncio.Event(), asyncio.Event(), [0]

    async def step() -> int:
        tries[0] += 1
        begun.set()
        await gate.wait()
        return tries[0]

    @job("long")
    async def long(context: JobContext, _payload: dict[str, Any]) -> Any:
        return await context.step("step", step)

    async with working(long) as runtime:
        run_id = await add(runtime, long)
        await begun.wait()
        assert await runtime[RunLog].pause(run_id, "ada") == RunState.RUNNING
        await becomes(runtime, run_id, RunState.PAUSED)
        assert await runtime.db.read(_open) == []
        gate.set()
        await _resume(runtime, run_id)
        assert await ends(runtime, run_id) == ("completed", 2)


async def test_a_run_is_paused_from_another_process(working: Working) -> None:
    begun = asyncio.Event()

    @job("long")
    async def long(context: JobContext, _payload: dict[str, Any]) -> int:
        if context.epoch > 1:
            return context.epoch
        begun.set()
        await asyncio.Event().wait()
        return 0

    async with working(long) as runtime, working(worker=False) as other:
        run_id = await add(runtime, long)
        await begun.wait()
        await other[RunLog].pause(run_id, "ada")
        await becomes(runtime, run_id, RunState.PAUSED)
        await _resume(other, run_id)
        assert await ends(runtime, run_id) == ("completed", 2)


async def test_a_run_that_has_not_begun_is_paused_and_its_job_put_away(
    working: Working, asks: Job, times: list[int]
) -> None:
    async with working(asks, worker=False) as runtime:
        run_id = await add(runtime, asks)
        assert await runtime[RunLog].pause(run_id, "ada") == RunState.QUEUED
        assert await runtime[RunLog].pause(run_id, "ada") == RunState.PAUSED
    async with working(asks) as runtime:
        async with asyncio.timeout(60):
            while await runtime.db.read(_open):
                await asyncio.sleep(0.02)
        assert await runtime.db.read(_state, run_id) == RunState.PAUSED
        assert times == []
        await _resume(runtime, run_id)
        await becomes(runtime, run_id, RunState.WAITING)
        assert times == [1]


async def test_a_failed_run_is_tried_again(working: Working) -> None:
    @job("fails_once")
    async def fails_once(context: JobContext, _payload: dict[str, Any]) -> str:
        if context.epoch == 1:
            raise NotFound("nothing there yet")
        return "there"

    async with working(fails_once) as runtime:
        run_id = await add(runtime, fails_once)
        assert await ends(runtime, run_id) == ("failed", "NOT_FOUND_001")
        await _resume(runtime, run_id)
        assert await ends(runtime, run_id) == ("completed", "there")


async def test_what_has_ended_is_not_paused_and_what_is_unknown_is_missing(
    working: Working,
) -> None:
    @job("quick")
    async def quick(_context: JobContext, _payload: dict[str, Any]) -> None: ...

    async with working(quick) as runtime:
        run_id = await add(runtime, quick)
        await ends(runtime, run_id)
        with pytest.raises(Conflict):
            await runtime[RunLog].pause(run_id, "ada")
        for call in (runtime[RunLog].pause(new_id(), "ada"), _resume(runtime, new_id())):
            with pytest.raises(NotFound):
                await call


async def test_a_run_that_lives_in_one_process_is_not_paused(working: Working) -> None:
    def chat(session: Session, run_id: str, runtime: Runtime) -> None:
        new = NewRun(id=run_id, kind=RunKind.CHAT, owner_id="u", instance=new_id())
        store.create(session, new, runtime.clock.now())

    async with working() as runtime:
        run_id = new_id()
        await runtime.db.write(chat, run_id, runtime)
        with pytest.raises(Conflict, match="cannot be paused"):
            await runtime[RunLog].pause(run_id, "ada")


async def test_a_cancel_that_comes_while_a_run_parks_wins(working: Working) -> None:
    @job("slow_to_park")
    async def slow_to_park(context: JobContext, _payload: dict[str, Any]) -> None:
        def asked(session: Session) -> None:
            session.get_one(Run, context.run_id).cancel_by = "bob"

        await context.runtime.db.write(asked)
        raise Parked(RunState.WAITING, record=lambda _session: pytest.fail("nobody waits for it"))

    async with working(slow_to_park) as runtime:
        run_id = await add(runtime, slow_to_park)
        assert await ends(runtime, run_id) == ("cancelled", None)


async def test_only_the_newest_writer_owns_a_run(working: Working, asks: Job) -> None:
    async with working(asks) as runtime:
        run_id = await add(runtime, asks)
        await becomes(runtime, run_id, RunState.WAITING)
        assert await runtime.db.write(control.owns, run_id, 1)
        await _resume(runtime, run_id)
        await ends(runtime, run_id)
        for epoch in (1, 2):
            assert not await runtime.db.write(control.owns, run_id, epoch)
        stale = State(before="running", after="waiting")
        assert not await runtime.db.write(
            control.park,
            store.Envelope(
                run=run_id, epoch=1, seq=9, at=runtime.clock.now(), type=stale.type, data=stale
            ),
        )


async def test_a_late_reader_is_given_what_the_kind_remembers(working: Working, asks: Job) -> None:
    kind = RunType(kind=RunKind.TASK, snapshot=lambda _session, run: {"note": run.note})
    async with working(asks) as runtime:
        run_id = await add(runtime, asks)
        await becomes(runtime, run_id, RunState.WAITING)
        await _resume(runtime, run_id)
        await ends(runtime, run_id)
        log = RunLog(runtime, [kind])
        first = await anext(log.follow(run_id, after=(1, 1)))
        assert first[0].type == "reset"
        assert getattr(first[0].data, "snapshot", None) == {"note": ""}
