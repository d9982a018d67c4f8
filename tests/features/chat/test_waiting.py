"""Answers of a conversation that wait for people: kept, refused a second question, gone on with."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from tests.features.agents.acting import (
    MODEL,
    Acts,
    agent,
    becomes,
    decided,
    ended,
    events,
    waiting_approvals,
)
from tests.fixtures.people import People

from menon.core.runs import orphans
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM

SESSIONS = "/api/v1/chat/sessions"


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    return {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}


@pytest.fixture
async def runtime(settings: Settings, clock: FixedClock, acts: Acts) -> AsyncIterator[Runtime]:
    among = [*features(), acts.feature()]
    async with open_runtime(settings, clock=clock, among=among) as opened:
        yield opened


async def _session(client: httpx2.AsyncClient, *tools: str, **configuration: Any) -> str:
    name = await agent(client, *tools, **configuration)
    answer = await client.post(SESSIONS, json={"agent": name})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def _send(client: httpx2.AsyncClient, session: str, message: str = "Do it.") -> Any:
    answer = await client.post(f"{SESSIONS}/{session}/messages", json={"message": message})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _messages(client: httpx2.AsyncClient, session: str) -> list[dict[str, Any]]:
    return (await client.get(f"{SESSIONS}/{session}/messages")).json()["items"]


async def test_an_answer_that_waits_says_so_and_goes_on(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    session = await _session(as_developer)
    sent = await _send(as_developer, session)
    [asked] = await waiting_approvals(as_developer)
    assert (sent["state"], sent["approvals"]) == ("waiting", [asked["id"]])
    assert (await _messages(as_developer, session))[-1]["state"] == "waiting"
    refused = await as_developer.post(f"{SESSIONS}/{session}/messages", json={"message": "And?"})
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
    assert "decide what it waits for" in refused.json()["detail"]

    await decided(as_developer, asked)
    run = await ended(runtime, sent["run_id"])
    answer = (await _messages(as_developer, session))[-1]
    assert (answer["state"], answer["content"]) == ("complete", run.output["text"])
    assert [(call["name"], call["ok"]) for call in answer["tools"]] == [("send_mail", True)]
    assert answer["usage"]["input_tokens"] == 20, "each request counts once"
    assert acts.names == ["send_mail"]
    await _send(as_developer, session, "And now?")


async def test_a_stream_goes_on_over_the_wait(
    live: str, runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, acts: Acts
):
    session = await _session(as_developer)
    key = (await people.person("dora")).key
    headers = {"Authorization": f"Bearer {key}"}
    body = {"message": "Do it.", "session_id": session}
    seen: list[str] = []
    async with (
        httpx2.AsyncClient(base_url=live, headers=headers, timeout=30) as client,
        client.stream("POST", "/api/v1/chat", json=body) as answer,
    ):
        async for line in answer.aiter_lines():
            seen.append(json.loads(line)["type"])
            if seen[-1] == "approval_required":
                assert acts.done == []
                [asked] = await waiting_approvals(as_developer)
                await decided(as_developer, asked)
    assert [kind for kind in seen if kind != "content"] == [
        *("metadata", "tool_call", "usage", "state", "approval_required", "approval_resolved"),
        *("state", "tool_result", "usage", "complete"),
    ]


@pytest.mark.parametrize("how", ["cancel", "delete"])
async def test_a_wait_that_nobody_wants_any_more_ends(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts, how: str
):
    session = await _session(as_developer)
    sent = await _send(as_developer, session)
    if how == "cancel":
        await as_developer.delete(f"/api/v1/runs/{sent['run_id']}")
        answer = (await _messages(as_developer, session))[-1]
        assert (answer["state"], answer["usage"]["input_tokens"]) == ("cancelled", 10)
    else:
        assert (await as_developer.delete(f"{SESSIONS}/{session}")).status_code == 204
    assert (await becomes(runtime, sent["run_id"], "cancelled")).state == "cancelled"
    assert acts.done == []


@pytest.mark.parametrize("tainted", [False, True])
async def test_what_was_read_before_taints_the_next_question(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts, *, tainted: bool
):
    """An earlier answer may repeat what a page told its model to say."""
    tools = ("read_page", "send_mail") if tainted else ("current_time", "send_mail")
    policy = [{"verdict": "always"}]
    session = await _session(as_developer, *tools, policy=policy)
    assert (await _send(as_developer, session))["state"] == "complete"
    agents = (await as_developer.get("/api/v1/agents")).json()["items"]
    change = {"configuration": {"tools": ["send_mail"], "policy": policy, "model": MODEL}}
    changed = await as_developer.put(f"/api/v1/agents/{agents[0]['id']}", json=change)
    assert changed.json()["version"] == 2, changed.text
    sent = await _send(as_developer, session)
    assert (sent["state"], len(acts.done)) == (("waiting", 0) if tainted else ("complete", 1))
    if tainted:
        [asked] = await waiting_approvals(as_developer)
        assert asked["tainted"]


async def test_an_effect_that_had_begun_is_not_done_again_unasked(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    """The server died while a tool was at work: whoever goes on with the answer is asked."""
    always = [{"verdict": "always", "even_if_tainted": True}]
    session = await _session(as_developer, policy=always)
    acts.hold = asyncio.Event()
    body = {"message": "Do it.", "session_id": session}
    asking = asyncio.create_task(as_developer.post("/api/v1/chat", json=body))
    async with asyncio.timeout(60):
        await acts.began.wait()
    answer = (await _messages(as_developer, session))[-1]
    kinds = {kind.kind: kind for feature in features() for kind in feature.run_kinds}
    now = runtime.clock.now()
    await runtime.db.write(
        orphans.interrupt, [answer["run_id"]], now, {str(k): v for k, v in kinds.items()}
    )
    acts.hold.set()
    await asking
    assert (await _messages(as_developer, session))[-1]["state"] == "interrupted"

    going_on = asyncio.create_task(
        as_developer.post("/api/v1/chat", json={"session_id": session, "resume": answer["id"]})
    )
    await becomes(runtime, answer["run_id"], "waiting")
    [asked] = await waiting_approvals(as_developer)
    assert asked["why"] == "It began before, and may have been done already."
    assert not asked["may_remember"]
    assert len(acts.done) == 1
    await decided(as_developer, asked, "deny")
    await going_on
    assert len(acts.done) == 1
    seen = await events(runtime, answer["run_id"])
    assert seen[-1].type == "complete"
