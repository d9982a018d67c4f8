"""Tasks over the API: wanted, listed, cancelled, and nobody else's."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.workflows.task_making import (
    TASKS,
    TEXT,
    ended_task,
    new_agent,
    run_task,
)
from tests.features.workflows.task_worker import working
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.jobs.models import JobRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.store import NewRun, create
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.kit.ids import new_id
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncGenerator[FakeLLM]:
    async with FakeLLM() as fake:
        yield fake


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": False}}


async def test_priorities_reach_the_queue(as_developer: httpx2.AsyncClient, runtime: Runtime):
    wanted = {"type": "summarize", "text": TEXT}
    made = [
        (await run_task(as_developer, wanted, priority=priority))["id"]
        for priority in ("low", "normal", "high")
    ]
    ordered = await runtime.db.read(_by_priority)
    assert ordered == made[::-1]


async def test_filters_choose_and_pages_reach_the_end(as_developer: httpx2.AsyncClient):
    agent = await new_agent(as_developer, "auto")
    made = [
        (await run_task(as_developer, {"type": "summarize", "text": TEXT}))["id"],
        (await run_task(as_developer, {"type": "analyze", "text": TEXT}, agent_id=agent))["id"],
        (await run_task(as_developer, {"type": "generate", "prompt": "x"}))["id"],
    ]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"type": "analyze"}, [made[1]]),
        ({"type": "chat"}, []),
        ({"agent": agent}, [made[1]]),
        ({"state": "queued"}, made[::-1]),
        ({"state": "completed"}, []),
    ]
    for params, wanted in cases:
        items = (await as_developer.get(TASKS, params=params)).json()["items"]
        assert [task["id"] for task in items] == wanted, params
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 1}
    while True:
        page = (await as_developer.get(TASKS, params=params)).json()
        seen += [task["id"] for task in page["items"]]
        if page["next_cursor"] is None:
            break
        params = {"limit": 1, "cursor": page["next_cursor"]}
    assert seen == made[::-1]


async def test_foreign_tasks_answer_like_missing_ones(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
):
    made = await run_task(as_developer, {"type": "summarize", "text": TEXT})
    for method, path in (("GET", "/status"), ("DELETE", "")):
        foreign = await as_neighbour.request(method, f"{TASKS}/{made['id']}{path}")
        missing = await as_neighbour.request(method, f"{TASKS}/nothing{path}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
    assert (await as_neighbour.get(TASKS)).json()["items"] == []
    assert (await as_admin.get(f"{TASKS}/{made['id']}/status")).status_code == 200


async def test_a_foreign_agent_answers_like_a_missing_one(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    agent = await new_agent(as_developer, "auto")
    for named in (agent, "nothing"):
        body = {"agent_id": named, "input": {"type": "generate", "prompt": "x"}}
        assert (await as_neighbour.post(f"{TASKS}/run", json=body)).status_code == 404
    assert (await as_neighbour.get(TASKS)).json()["items"] == []


async def test_viewers_run_nothing(as_viewer: httpx2.AsyncClient):
    body = {"input": {"type": "summarize", "text": TEXT}}
    assert (await as_viewer.post(f"{TASKS}/run", json=body)).status_code == 403
    assert (await as_viewer.get(TASKS)).json()["items"] == []


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ({"type": "translate", "text": "x"}, "/body/input"),
        ({"text": "x"}, "/body/input"),
        ({"type": "summarize"}, "/body/input/summarize/text"),
        ({"type": "summarize", "text": "x", "length": "tiny"}, "/body/input/summarize/length"),
        ({"type": "analyze", "text": "x", "kind": "smell"}, "/body/input/analyze/kind"),
        ({"type": "generate", "prompt": ""}, "/body/input/generate/prompt"),
    ],
)
async def test_a_bad_input_is_told_where(
    as_developer: httpx2.AsyncClient, wanted: dict[str, Any], where: str
):
    answer = await as_developer.post(f"{TASKS}/run", json={"input": wanted})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [where], answer.text


async def test_a_repeated_request_makes_one_task(as_developer: httpx2.AsyncClient):
    body = {"input": {"type": "summarize", "text": TEXT}}
    headers = {"Idempotency-Key": "k-1"}
    first = await as_developer.post(f"{TASKS}/run", json=body, headers=headers)
    again = await as_developer.post(f"{TASKS}/run", json=body, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    assert len((await as_developer.get(TASKS)).json()["items"]) == 1


@pytest.mark.parametrize(
    ("patch", "code"),
    [({"is_active": False}, "NOT_FOUND_001"), ({"roles": ["viewer"]}, "AUTH_003")],
)
async def test_a_task_whose_owner_may_run_no_more_does_nothing(
    patch: dict[str, Any],
    code: str,
    people: People,
    as_admin: httpx2.AsyncClient,
    settings: Settings,
):
    client = await people.client("gone", Role.DEVELOPER)
    made = await run_task(client, {"type": "summarize", "text": TEXT})
    person = await people.person("gone")
    changed = await as_admin.put(f"/api/v1/users/{person.id}", json=patch)
    assert changed.status_code == 200, changed.text
    async with working(settings) as worker:
        async with asyncio.timeout(30):
            async for _ in worker[RunLog].follow(made["id"]):
                pass
    ended = (await as_admin.get(f"{TASKS}/{made['id']}/status")).json()
    assert (ended["state"], ended["error"]["code"]) == ("failed", code)


async def test_another_process_finishes_what_one_began(
    as_developer: httpx2.AsyncClient,
    settings: Settings,
    runtime: Runtime,
    fake: FakeLLM,
):
    agent = await new_agent(as_developer, "openai:fake-n80-d30")
    made = await run_task(as_developer, {"type": "generate", "prompt": "Write."}, agent_id=agent)
    models = {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}
    async with working(settings, models=models) as first:
        async for batch in first[RunLog].follow(made["id"]):
            if any(event.type == "content" for event in batch):
                break
    async with working(settings, models=models):
        ended = await ended_task(as_developer, runtime, made["id"])
    assert (ended["state"], ended["attempts"]) == ("completed", 2)
    assert ended["output"]["text"].count("~") == 80


async def test_a_waiting_task_is_cancelled_by_its_owner(as_developer: httpx2.AsyncClient):
    made = await run_task(as_developer, {"type": "summarize", "text": TEXT})
    assert (await as_developer.delete(f"{TASKS}/{made['id']}")).status_code == 200


def _by_priority(session: Session) -> list[str]:
    rows = select(JobRow.run_id).order_by(JobRow.rank, JobRow.id)
    return list(session.scalars(rows))


async def test_other_runs_of_the_kind_are_no_tasks(
    as_developer: httpx2.AsyncClient, people: People, runtime: Runtime
):
    """A model that is pulled, a file that is downloaded: they have routes of their own."""
    dora = await people.person("dora")
    for given in ({}, {"input": "text"}, {"model": "x"}):
        new = NewRun(id=new_id(), kind=RunKind.TASK, owner_id=dora.id, input=dict(given))
        await runtime.db.write(create, new, runtime.clock.now())
        assert (await as_developer.get(f"{TASKS}/{new.id}/status")).status_code == 404
    assert (await as_developer.get(TASKS)).json()["items"] == []
