"""Agents that ask agents: with the caller's rights, within their budget, and never for ever."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.testing.fake_llm import FakeLLM

AGENTS = "/api/v1/agents"
NDJSON = {"Accept": "application/x-ndjson"}

Json = dict[str, Any]


@pytest.fixture
async def fake() -> AsyncGenerator[FakeLLM]:
    async with FakeLLM() as fake:
        yield fake


@pytest.fixture
def overrides(fake: FakeLLM) -> Json:
    return {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}


async def made(client: httpx2.AsyncClient, name: str, model: str, *tools: str, **more: Any) -> Json:
    configuration = {"model": f"openai:fake-{model}", "tools": list(tools)} | more
    body = {"name": name, "configuration": configuration, "visibility": "everybody"}
    answer = await client.post(AGENTS, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ran(client: httpx2.AsyncClient, agent: Json) -> list[Json]:
    place = f"{AGENTS}/{agent['id']}/run"
    answer = await client.post(place, json={"message": "go"}, headers=NDJSON)
    return [json.loads(line) for line in answer.text.splitlines()]


def runs(session: Session) -> list[tuple[str, str | None, str, str]]:
    rows = session.scalars(select(Run).order_by(Run.id))
    return [(row.id, row.parent_id, row.state, row.title) for row in rows]


async def test_an_agent_asks_another_one(as_developer: httpx2.AsyncClient, runtime: Runtime):
    below = await made(as_developer, "Below", "n3")
    above = await made(as_developer, "Above", "t1-n2", "agent__below")
    said = await ran(as_developer, above)
    result = next(event["data"] for event in said if event["type"] == "tool_result")
    assert result["ok"]
    assert "~1 ~2" in result["summary"]
    assert said[-1]["type"] == "complete"
    first, second = await runtime.db.read(runs)
    assert (second[1], second[2], second[3]) == (first[0], "completed", "x")
    shown = (await as_developer.get("/api/v1/tools/agent__below")).json()
    assert (shown["kind"], shown["effect"], shown["untrusted"], shown["source"]) == (
        "agent",
        "read",
        True,
        below["id"],
    )


async def test_an_agent_that_asks_itself_comes_to_an_end(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    agent = await made(as_developer, "Loop", "t1-n2")
    attached = await as_developer.post(f"{AGENTS}/loop/tools", json={"name": "agent__loop"})
    assert attached.status_code == 201
    detached = await as_developer.delete(f"{AGENTS}/loop/tools/calculator")
    assert detached.status_code in {204, 404}
    said = await ran(as_developer, agent)
    assert said[-1]["type"] == "complete"
    found = await runtime.db.read(runs)
    assert [run[2] for run in found] == ["completed"] * 4
    assert [run[1] for run in found] == [None, *(run[0] for run in found[:-1])]
    deepest = (await as_developer.get(f"/api/v1/runs/{found[-1][0]}/events")).text
    assert "3 levels deep at most" in deepest


async def test_what_is_asked_below_counts_above(as_developer: httpx2.AsyncClient, runtime: Runtime):
    await made(as_developer, "Below", "n4000", limits={"tokens": None})
    above = await made(as_developer, "Above", "t1-n2", "agent__below", limits={"tokens": 400})
    said = await ran(as_developer, above)
    assert said[-1]["type"] == "error"
    assert said[-1]["data"]["code"] == "LIMIT_001"
    assert [run[2] for run in await runtime.db.read(runs)] == ["failed", "failed"]


async def test_the_time_below_is_that_which_is_left_above(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    await made(as_developer, "Below", "n2000-d20")
    above = await made(as_developer, "Above", "t1-n2", "agent__below", limits={"seconds": 1.0})
    said = await ran(as_developer, above)
    assert said[-1]["data"]["code"] == "LIMIT_001"
    for run in await runtime.db.read(runs):
        # The run below is cancelled, or ran out of time in the same moment.
        await as_developer.get(f"/api/v1/runs/{run[0]}/events")
    states = [run[2] for run in await runtime.db.read(runs)]
    assert states[0] == "failed"
    assert states[1] in {"failed", "cancelled"}


async def test_agents_are_tools_of_those_who_may_use_them(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    private = await as_developer.post(AGENTS, json={"name": "Private"})
    assert private.status_code == 201
    above = await made(as_developer, "Above", "t1-n2", "agent__private")
    said = await ran(as_neighbour, above)
    # It is not shown to the model, which therefore calls nothing.
    assert [e["type"] for e in said if e["type"].startswith("tool")] == []
    refused = {"name": "B", "configuration": {"tools": ["agent__private"]}}
    assert (await as_neighbour.post(AGENTS, json=refused)).status_code == 422
    await as_developer.put(f"{AGENTS}/private", json={"is_active": False})
    off = (await as_developer.get("/api/v1/tools/agent__private")).json()
    assert (off["available"], "switched off" in off["reason"]) == (False, True)
    long: Json = {"name": "Long", "slug": "x" * 60, "configuration": {"tools": []}}
    assert (await as_developer.post(AGENTS, json=long)).status_code == 201
    shown = (await as_developer.get(f"/api/v1/tools/agent__{'x' * 60}")).json()
    assert "57 characters" in shown["reason"]


async def test_a_failure_below_is_a_result_above(as_developer: httpx2.AsyncClient):
    await made(as_developer, "Below", "e500")
    above = await made(as_developer, "Above", "t1-n2", "agent__below")
    said = await ran(as_developer, above)
    result = next(event["data"] for event in said if event["type"] == "tool_result")
    assert not result["ok"]
    assert "The agent 'Below' failed" in result["summary"]
    assert said[-1]["type"] == "complete"


async def test_sources_below_are_named_and_their_numbers_are_not(as_developer: httpx2.AsyncClient):
    answer = await as_developer.post(
        "/api/v1/tools/agent__assistant/invoke", json={"args": {"question": "What is 2 + 3?"}}
    )
    assert (answer.json()["ok"], "5" in answer.json()["output"]) == (True, True)
