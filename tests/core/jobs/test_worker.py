import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working

from menon.core.errors import ExternalError, Internal, NotFound
from menon.core.jobs import Job, JobContext, Jobs, enqueue, job, taking
from menon.core.jobs.models import JobRow, JobState
from menon.core.runs import store
from menon.core.runs.events import StepStarted
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunKind
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


def add(session: Session, runtime: Runtime, what: Job, payload: dict[str, Any]) -> str:
    run_id, now = new_id(), runtime.clock.now()
    store.create(session, NewRun(id=run_id, kind=RunKind.TASK, owner_id="u"), now)
    enqueue(session, what, payload, run_id=run_id, now=now)
    return run_id


def state_of(session: Session, run_id: str) -> tuple[str, Any]:
    run = session.get_one(Run, run_id)
    return run.state, run.error_code or run.output


def _open(session: Session) -> int:
    left = select(func.count()).select_from(JobRow).where(JobRow.state != JobState.CLOSED)
    return session.scalar(left) or 0


async def ends(runtime: Runtime, run_id: str) -> tuple[str, Any]:
    """The end of a run, with no job left open."""
    async with asyncio.timeout(60):
        async for _ in runtime[RunLog].follow(run_id):
            pass
    assert await runtime.db.read(_open) == 0
    return await runtime.db.read(state_of, run_id)


async def _types(runtime: Runtime, run_id: str) -> list[str]:
    return [e.type async for batch in runtime[RunLog].follow(run_id) for e in batch]


async def _double(x: int) -> int:
    return 2 * x


def _next(x: int) -> int:
    return x + 1


def _note(session: Session, run_id: str, title: str) -> str:
    session.execute(update(Run).where(Run.id == run_id).values(title=Run.title + title))
    return title


async def test_a_job_runs_its_steps_and_completes_its_run(working: Working) -> None:
    @job("sums")
    async def sums(context: JobContext, payload: dict[str, Any]) -> Any:
        once = await context.step("double", _double, payload["x"])
        await context.progress(1, 2, "half")
        return await context.step("next", _next, once)

    async with working(sums) as runtime:
        run_id = await runtime.db.write(add, runtime, sums, {"x": 3})
        assert await ends(runtime, run_id) == ("completed", 7)
        assert await _types(runtime, run_id) == ["progress", "complete"]


async def test_a_job_that_is_rolled_back_never_runs(working: Working) -> None:
    ran: list[str] = []

    @job("note")
    async def note(_context: JobContext, payload: dict[str, Any]) -> None:
        ran.append(payload["name"])

    def change_of_mind(session: Session, runtime: Runtime) -> None:
        add(session, runtime, note, {"name": "no"})
        raise NotFound

    async with working(note) as runtime:
        with pytest.raises(NotFound):
            await runtime.db.write(change_of_mind, runtime)
        await ends(runtime, await runtime.db.write(add, runtime, note, {"name": "yes"}))
    assert ran == ["yes"]


async def test_a_failure_ends_the_run_with_its_code(working: Working) -> None:
    @job("missing")
    async def missing(context: JobContext, _payload: dict[str, Any]) -> None:
        async def look() -> None:
            raise NotFound("No such document.")

        await context.step("look", look)

    @job("mistake")
    async def mistake(_context: JobContext, payload: dict[str, Any]) -> None:
        payload["no such key"]

    async with working(missing, mistake) as runtime:
        run_id = await runtime.db.write(add, runtime, missing, {})
        assert await ends(runtime, run_id) == ("failed", "NOT_FOUND_001")
        run_id = await runtime.db.write(add, runtime, mistake, {})
        assert await ends(runtime, run_id) == ("failed", "INTERNAL_001")


async def test_a_failure_that_passes_is_tried_again(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(_error: Exception, attempt: int) -> float | None:
        return 0.0 if attempt < 3 else None

    monkeypatch.setattr("menon.core.jobs.context.pause", at_once)
    calls: list[int] = []

    @job("flaky")
    async def flaky(context: JobContext, _payload: dict[str, Any]) -> Any:
        def call() -> int:
            calls.append(1)
            if len(calls) < 3:
                raise ExternalError("502")
            return len(calls)

        return await context.step("call", call)

    async with working(flaky) as runtime:
        run_id = await runtime.db.write(add, runtime, flaky, {})
        assert await ends(runtime, run_id) == ("completed", 3)
        assert await _types(runtime, run_id) == ["retrying", "retrying", "complete"]


async def test_a_running_job_is_cancelled_and_says_by_whom(working: Working) -> None:
    began = asyncio.Event()

    @job("long")
    async def long(context: JobContext, _payload: dict[str, Any]) -> None:
        async def wait() -> None:
            began.set()
            await asyncio.Event().wait()

        await context.step("wait", wait)

    async with working(long) as runtime:
        run_id = await runtime.db.write(add, runtime, long, {})
        await began.wait()
        await runtime[RunLog].cancel(run_id, "ada")
        assert await ends(runtime, run_id) == ("cancelled", None)
        assert await _types(runtime, run_id) == ["cancelled"]


async def test_a_waiting_job_is_cancelled_without_having_run(working: Working) -> None:
    @job("never", queue="bulk")
    async def never(_context: JobContext, _payload: dict[str, Any]) -> None:
        pytest.fail("it ran")

    async with working(never, bulk=0) as runtime:
        run_id = await runtime.db.write(add, runtime, never, {})
        await runtime[RunLog].cancel(run_id, "ada")
        assert await ends(runtime, run_id) == ("cancelled", None)


async def test_a_queue_takes_as_many_jobs_as_it_has_room_for(working: Working) -> None:
    going: list[int] = []
    full, go = asyncio.Event(), asyncio.Event()

    @job("some", queue="bulk")
    async def some(_context: JobContext, _payload: dict[str, Any]) -> None:
        going.append(1)
        if len(going) == 3:
            full.set()
        assert len(going) <= 3
        await go.wait()
        going.pop()

    async with working(some, bulk=3) as runtime:
        runs = [await runtime.db.write(add, runtime, some, {}) for _ in range(7)]
        await asyncio.wait_for(full.wait(), 10)
        assert await runtime[Jobs].open() == {"started": 3, "waiting": 4}
        go.set()
        for run_id in runs:
            assert (await _types(runtime, run_id))[-1] == "complete"


async def test_a_stopping_process_lets_go_and_the_next_one_goes_on_after_the_last_step(
    working: Working,
) -> None:
    ran: list[str] = []
    stuck = asyncio.Event()

    @job("steps")
    async def steps(context: JobContext, _payload: dict[str, Any]) -> list[str]:
        async def step(name: str) -> str:
            ran.append(name)
            if name == "b" and not stuck.is_set():
                stuck.set()
                await asyncio.Event().wait()
            return name

        title = await context.write("note", _note, context.run_id, "x")
        return [title, *[await context.step(name, step, name) for name in "abc"]]

    async with working(steps) as runtime:
        run_id = await runtime.db.write(add, runtime, steps, {})
        await asyncio.wait_for(stuck.wait(), 10)
    async with working(steps) as runtime:
        assert await ends(runtime, run_id) == ("completed", ["x", "a", "b", "c"])
        assert await runtime.db.read(lambda s: s.get_one(Run, run_id).title) == "x"
    assert ran == ["a", "b", "b", "c"]


async def test_a_process_that_only_enqueues_leaves_the_work_to_another(working: Working) -> None:
    @job("echo")
    async def echo(_context: JobContext, payload: dict[str, Any]) -> Any:
        return payload["text"]

    async with working(echo, worker=False) as runtime:
        assert not runtime[Jobs].working
        run_id = await runtime.db.write(add, runtime, echo, {"text": "hi"})
        assert await runtime[Jobs].open() == {"waiting": 1}
    async with working(echo) as runtime:
        assert await ends(runtime, run_id) == ("completed", "hi")


async def test_a_job_whose_process_died_before_it_began_is_started(working: Working) -> None:
    @job("echo")
    async def echo(_context: JobContext, payload: dict[str, Any]) -> Any:
        return payload["text"]

    async with working(echo, worker=False) as runtime:
        run_id = await runtime.db.write(add, runtime, echo, {"text": "hi"})
        claimed = await runtime.db.write(
            taking.claim, new_id(), {"interactive": 1}, {"echo"}, runtime.clock.now()
        )
        assert len(claimed) == 1
    async with working(echo) as runtime:
        assert await ends(runtime, run_id) == ("completed", "hi")


async def test_a_payload_that_is_not_plain_is_refused_where_it_is_wanted(
    working: Working,
) -> None:
    @job("any")
    async def any_(_context: JobContext, _payload: dict[str, Any]) -> None: ...

    async with working(any_, worker=False) as runtime:
        with pytest.raises(TypeError, match="PosixPath"):
            await runtime.db.write(add, runtime, any_, {"file": Path("x")})


async def test_progress_in_between_is_left_out_and_other_events_are_not(working: Working) -> None:
    @job("counts")
    async def counts(context: JobContext, _payload: dict[str, Any]) -> None:
        for n in range(1, 6):
            await context.progress(n, 5)
        await context.emit(StepStarted(node="last"))

    async with working(counts) as runtime:
        run_id = await runtime.db.write(add, runtime, counts, {})
        await ends(runtime, run_id)
        types = await _types(runtime, run_id)
        assert types == ["progress", "progress", "step_started", "complete"]


async def test_a_mistake_in_a_step_is_told_as_ours(working: Working) -> None:
    @job("mistake")
    async def mistake(context: JobContext, _payload: dict[str, Any]) -> str:
        try:
            await context.step("divide", lambda: 1 // 0)
        except Internal as error:
            return error.detail
        return "no error"

    async with working(mistake) as runtime:
        run_id = await runtime.db.write(add, runtime, mistake, {})
        assert await ends(runtime, run_id) == (
            "completed",
            "Step 'divide' failed; its log says why.",
        )
