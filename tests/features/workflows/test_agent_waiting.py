"""Steps whose agent waits for people: the execution waits with it, and goes on with its answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.agents.acting import Acts, agent, becomes, decided, waiting_approvals
from tests.features.workflows.conftest import API, Desk, Steps, states, step_of

from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    return {
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"},
    }


@pytest.fixture
async def runtime(settings: Settings, clock: FixedClock, acts: Acts) -> AsyncIterator[Runtime]:
    among = [*features(), acts.feature()]
    async with open_runtime(settings, clock=clock, among=among) as opened:
        yield opened


def asks(name: str, *after: str, **more: Any) -> dict[str, Any]:
    config = {"agent": name, "message": "Do it."}
    return {"type": "agent", "config": config, "dependencies": list(after), **more}


async def test_the_execution_waits_with_its_agent_and_takes_its_answer(desk: Desk, acts: Acts):
    steps: Steps = {
        "ask": asks(await agent(desk.client)),
        "after": {
            "type": "transform",
            "config": {"value": "{{ steps.ask.output.run_id }}"},
            "dependencies": ["ask"],
        },
    }
    execution = await desk.begin(steps)
    found = await desk.until(execution, "waiting")
    assert states(found) == {"ask": "waiting", "after": "pending"}
    [asked] = await waiting_approvals(desk.client)
    assert asked["tainted"], "what a step is filled with may come from anywhere"
    await decided(desk.client, asked)
    ended = await desk.ended(execution)
    assert (ended["state"], acts.names) == ("completed", ["send_mail"])
    answer = step_of(ended, "ask")["output"]
    assert answer["answer"].count("~") == 3
    assert answer["usage"]["requests"] == 2
    assert ended["output"] == {"after": answer["run_id"]} == {"after": asked["run_id"]}


async def test_agents_of_several_branches_wait_each_for_itself(desk: Desk, acts: Acts):
    name = await agent(desk.client)
    each = {"type": "agent", "config": {"agent": name, "message": "{{ item }}"}}
    steps: Steps = {"all": {"type": "map", "config": {"items": ["a", "b"], "step": each}}}
    execution = await desk.begin(steps)
    await desk.until(execution, "waiting")
    async with asyncio.timeout(60):
        while len(found := await waiting_approvals(desk.client)) < 2:
            await asyncio.sleep(0.01)
    first, second = found
    await decided(desk.client, first)
    await decided(desk.client, second, "deny")
    ended = await desk.ended(execution)
    assert (ended["state"], len(acts.done)) == ("completed", 1)


@pytest.mark.parametrize("how", ["cancel", "deny"])
async def test_an_end_without_a_yes(runtime: Runtime, desk: Desk, acts: Acts, how: str):
    execution = await desk.begin({"ask": asks(await agent(desk.client))})
    await desk.until(execution, "waiting")
    [asked] = await waiting_approvals(desk.client)
    if how == "cancel":
        await desk.client.delete(f"{API}/executions/{execution}")
        assert (await desk.ended(execution))["state"] == "cancelled"
        await becomes(runtime, asked["run_id"], "cancelled")
    else:
        await decided(desk.client, asked, "deny")
        assert (await desk.ended(execution))["state"] == "completed"
    assert acts.done == []


async def test_a_cancelled_agent_fails_its_step(desk: Desk, acts: Acts):
    execution = await desk.begin({"ask": asks(await agent(desk.client))})
    await desk.until(execution, "waiting")
    [asked] = await waiting_approvals(desk.client)
    await desk.client.delete(f"/api/v1/runs/{asked['run_id']}")
    ended = await desk.ended(execution)
    assert (ended["state"], ended["error"]["code"], acts.done) == ("failed", "RUN_001", [])
