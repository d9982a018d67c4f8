"""Firing schedules: once for each planned time, by whoever is first."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy.orm import Session
from tests.features.workflows.schedule_making import (
    HOURLY,
    NIGHTLY,
    SCHEDULES,
    WORKFLOWS,
    count_rows,
    new_schedule,
    new_workflow,
    shown_schedule,
    started_runs,
)
from tests.features.workflows.task_worker import working
from tests.fixtures.people import People

from menon.core.auth import SYSTEM, Role
from menon.core.errors import NotFound
from menon.core.jobs.models import JobRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.features.accounts import service as accounts
from menon.features.workflows.schedules import firing as schedule_firing
from menon.features.workflows.schedules.firing import Ticker
from menon.features.workflows.schedules.models import Schedule
from menon.features.workflows.schedules.start import start
from menon.kit.clock import FixedClock


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Nobody works here but those whom a test calls."""
    return {"jobs": {"worker": False}}


async def test_a_due_schedule_starts_one_execution(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await new_schedule(as_developer, **HOURLY)
    assert await runtime[Ticker].once() == []
    clock.advance(hours=1)
    [run_id] = await runtime[Ticker].once()
    assert await runtime[Ticker].once() == []
    [ran] = await started_runs(as_developer, made["id"])
    assert (ran["execution_id"], ran["state"]) == (run_id, "queued")
    assert ran["planned_at"] == ran["fired_at"] == "2026-11-20T13:00:00Z"
    shown = await shown_schedule(as_developer, made["id"])
    assert shown["next_at"] == "2026-11-20T14:00:00Z"
    assert shown["last_run_id"] == run_id
    assert await runtime.db.read(count_rows, JobRow) == 1


async def test_after_a_time_without_workers_it_fires_once(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await new_schedule(as_developer, **HOURLY)
    clock.advance(days=3, minutes=10)
    assert len(await runtime[Ticker].once()) == 1
    assert await runtime[Ticker].once() == []
    assert (await shown_schedule(as_developer, made["id"]))["next_at"] == "2026-11-23T13:00:00Z"


async def test_a_clock_that_is_turned_back_fires_nothing_twice(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await new_schedule(as_developer, **NIGHTLY)
    clock.at = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert len(await runtime[Ticker].once()) == 1
    clock.advance(minutes=-10)
    assert await runtime[Ticker].once() == []
    # A resumed schedule plans the same time again, for which it has fired.
    for state in ("paused", "active"):
        await as_developer.put(f"{SCHEDULES}/{made['id']}", json={"state": state})
    assert (await shown_schedule(as_developer, made["id"]))["next_at"] == "2026-11-21T01:30:00Z"
    clock.advance(minutes=10)
    assert await runtime[Ticker].once() == []
    shown = await shown_schedule(as_developer, made["id"])
    assert shown["next_at"] == "2026-11-22T01:30:00Z"
    assert len(await started_runs(as_developer, made["id"])) == 1


async def test_two_tickers_fire_once(
    as_developer: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
    settings: Settings,
):
    made = [(await new_schedule(as_developer, **HOURLY))["id"] for _ in range(5)]
    async with working(settings, clock) as other:
        for _ in range(4):
            clock.advance(hours=1)
            mine, theirs = Ticker(runtime, start), Ticker(other, start)
            await asyncio.gather(*(one.once() for one in (mine, theirs, mine, theirs)))
            await mine.once()
    for schedule_id in made:
        planned = [run["planned_at"] for run in await started_runs(as_developer, schedule_id)]
        assert len(planned) == len(set(planned)) == 4


async def test_a_worker_runs_what_was_started(
    as_developer: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
    settings: Settings,
):
    made = await new_schedule(as_developer, **HOURLY)
    clock.advance(hours=1)
    [run_id] = await runtime[Ticker].once()
    async with working(settings, clock) as worker, asyncio.timeout(30):
        async for _ in worker[RunLog].follow(run_id):
            pass
    [ran] = await started_runs(as_developer, made["id"])
    assert (ran["state"], ran["error"]) == ("completed", None)


async def test_a_ticker_looks_by_itself(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    await new_schedule(as_developer, **HOURLY)
    clock.advance(hours=1)
    loop, started = asyncio.get_running_loop(), asyncio.Event()

    def told(session: Session, schedule: Schedule, now: datetime) -> str:
        loop.call_soon_threadsafe(started.set)
        return start(session, schedule, now)

    task = asyncio.create_task(Ticker(runtime, told).run())
    async with asyncio.timeout(30):
        await started.wait()
    task.cancel()
    await asyncio.wait([task])


async def test_it_is_started_by_hand(as_developer: httpx2.AsyncClient, clock: FixedClock):
    made = await new_schedule(as_developer, **HOURLY)
    await as_developer.put(f"{SCHEDULES}/{made['id']}", json={"state": "paused"})
    started: list[str] = []
    for _ in range(3):
        answer = await as_developer.post(f"{SCHEDULES}/{made['id']}/trigger")
        assert answer.status_code == 202, answer.text
        started.append(answer.json()["execution_id"])
    ran = await started_runs(as_developer, made["id"])
    assert [run["execution_id"] for run in ran] == started[::-1]
    assert {run["planned_at"] for run in ran} == {None}
    page = await as_developer.get(f"{SCHEDULES}/{made['id']}/runs", params={"limit": 2})
    assert len(page.json()["items"]) == 2
    cursor = page.json()["next_cursor"]
    rest = await as_developer.get(
        f"{SCHEDULES}/{made['id']}/runs", params={"limit": 2, "cursor": cursor}
    )
    assert [run["execution_id"] for run in rest.json()["items"]] == started[:1]


async def test_a_schedule_whose_workflow_is_gone_pauses_itself(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await new_schedule(as_developer, **HOURLY)
    deleted = await as_developer.delete(f"{WORKFLOWS}/definitions/{made['workflow_id']}")
    assert deleted.status_code == 204
    clock.advance(hours=1)
    assert await runtime[Ticker].once() == []
    shown = await shown_schedule(as_developer, made["id"])
    assert (shown["state"], shown["next_at"]) == ("paused", None)
    assert "There is no workflow" in shown["reason"]
    path = f"{SCHEDULES}/{made['id']}"
    assert (await as_developer.put(path, json={"state": "active"})).status_code == 404
    other = await new_workflow(as_developer)
    again = await as_developer.put(path, json={"state": "active", "workflow_id": other})
    assert (again.status_code, again.json()["reason"]) == (200, "")


@pytest.mark.parametrize("how", ["shut out", "viewer"])
async def test_a_schedule_whose_owner_may_run_no_more_pauses_itself(
    people: People,
    as_admin: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
    how: str,
):
    owner = await people.client("gone", Role.DEVELOPER)
    person = await people.person("gone")
    made = await new_schedule(owner, **HOURLY)
    if how == "shut out":
        await accounts.deactivate_user(runtime, SYSTEM, person.id)
    else:
        answer = await as_admin.put(f"/api/v1/users/{person.id}", json={"roles": [how]})
        assert answer.status_code == 200, answer.text
    clock.advance(hours=1)
    assert await runtime[Ticker].once() == []
    shown = await shown_schedule(as_admin, made["id"])
    assert shown["state"] == "paused"
    assert shown["reason"]
    assert await runtime.db.read(count_rows, Run) == 0


async def test_one_that_breaks_holds_up_no_other(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    bad, good = [(await new_schedule(as_developer, **HOURLY))["id"] for _ in range(2)]

    def breaks(session: Session, schedule: Schedule, now: datetime) -> str:
        if schedule.id == bad:
            raise ZeroDivisionError
        return start(session, schedule, now)

    clock.advance(hours=1)
    assert len(await Ticker(runtime, breaks).once()) == 1
    assert (await shown_schedule(as_developer, bad))["state"] == "paused"
    assert len(await started_runs(as_developer, good)) == 1


async def test_what_a_failed_start_had_written_is_taken_back(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await new_schedule(as_developer, **HOURLY)

    def halfway(session: Session, schedule: Schedule, now: datetime) -> str:
        start(session, schedule, now)
        raise NotFound("half of it is gone")

    clock.advance(hours=1)
    now = clock.now()
    fired = await runtime.db.write(schedule_firing.fire, made["id"], halfway, now)
    assert fired is None
    assert await runtime.db.read(count_rows, Run) == 0
    assert (await shown_schedule(as_developer, made["id"]))["reason"] == "half of it is gone"
