"""Workers over the API: what every process says of itself, and what waits."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.features.workflows.task_worker import working

from menon.core.instances import Instance, Self
from menon.core.jobs.models import JobRow, JobState
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.kit.clock import FixedClock

WORKERS = "/api/v1/workers"
TASK = {"input": {"type": "summarize", "text": "A text. Another sentence of it."}}


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Nobody works here, so that what waits can be counted."""
    return {"jobs": {"worker": False}}


async def _seen(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get(WORKERS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _queue(seen: dict[str, Any], name: str = "interactive") -> dict[str, Any]:
    return next(queue for queue in seen["queues"] if queue["name"] == name)


async def test_a_server_alone_leaves_work_unattended(
    as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, clock: FixedClock
):
    assert (await _seen(as_admin))["health"] == "healthy"
    for _ in range(3):
        await as_developer.post("/api/v1/tasks/run", json=TASK)
    clock.advance(seconds=9)
    seen = await _seen(as_admin)
    queue = _queue(seen)
    assert (queue["waiting"], queue["room"], queue["health"]) == (3, 0, "unattended")
    assert queue["oldest_waiting_seconds"] == 9.0
    assert seen["health"] == "degraded"
    assert [worker["role"] for worker in seen["workers"]] == ["server"]


async def test_every_process_is_seen_with_its_pools(
    as_admin: httpx2.AsyncClient, settings: Settings, clock: FixedClock, runtime: Runtime
):
    async with working(settings, clock) as other:
        seen = await _seen(as_admin)
        roles = {worker["id"]: worker["role"] for worker in seen["workers"]}
        assert roles == {runtime[Self].id: "server", other[Self].id: "worker"}
        worker = next(one for one in seen["workers"] if one["role"] == "worker")
        pools = {pool["queue"]: (pool["room"], pool["busy"]) for pool in worker["pools"]}
        assert pools == {"interactive": (8, 0), "bulk": (2, 0)}
        assert _queue(seen)["room"] == 8
    assert len((await _seen(as_admin))["workers"]) == 1


async def test_what_is_at_work_is_counted_where_it_runs(
    as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, runtime: Runtime
):
    for _ in range(3):
        await as_developer.post("/api/v1/tasks/run", json=TASK)
    me = runtime[Self].id
    await runtime.db.write(_take, me)
    await runtime.db.write(_give_room, me)
    seen = await _seen(as_admin)
    queue = _queue(seen)
    assert (queue["busy"], queue["waiting"], queue["stranded"]) == (3, 0, 0)
    assert seen["workers"][0]["pools"] == [{"queue": "interactive", "room": 4, "busy": 3}]
    await runtime.db.write(_take, "a-process-that-died")
    assert _queue(await _seen(as_admin))["stranded"] == 3


async def test_only_administrators_see_them(
    as_viewer: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, as_manager: httpx2.AsyncClient
):
    for client in (as_viewer, as_developer, as_manager):
        assert (await client.get(WORKERS)).status_code == 403


def _take(session: Session, instance: str) -> None:
    session.execute(update(JobRow).values(state=JobState.STARTED, instance_id=instance))


def _give_room(session: Session, instance: str) -> None:
    pools = {"interactive": 4}
    session.execute(update(Instance).where(Instance.id == instance).values(pools=pools))
