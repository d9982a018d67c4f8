"""What a run wants to be allowed, asked of the person at the page."""

from typing import Any

import httpx2
import pytest
from tests.features.agents.acting import Acts, waiting_approvals
from tests.features.agui.test_routes import asks, line, told
from tests.fixtures.wires import agent

__all__ = ["line"]

ACTOR = "/api/v1/agents/actor/ag-ui"


@pytest.fixture(autouse=True)
async def actor(as_developer: httpx2.AsyncClient) -> None:
    """An agent that wants to send two mails at once, and then says three words."""
    await agent(as_developer, "Actor", "fake-n3-t1-p2", tools=["send_mail"])


def replies(interrupts: list[Any], decision: str) -> dict[str, Any]:
    payloads = [
        {"decision": decision, "argsHash": each.metadata["menon"]["argsHash"]}
        for each in interrupts
    ]
    return asks(
        runId="r2",
        resume=[
            {"interruptId": each.id, "status": "resolved", "payload": payload}
            for each, payload in zip(interrupts, payloads, strict=True)
        ],
    )


async def asked(client: httpx2.AsyncClient) -> list[Any]:
    """The questions that a new run ends with."""
    events = await told(client, asks(), "actor")
    kinds = [event.type.value for event in events]
    assert kinds[1:] == [*["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END"] * 2, kinds[-1]]
    assert events[-1].outcome.type == "interrupt"
    calls = [event.tool_call_id for event in events if event.type.value == "TOOL_CALL_START"]
    assert [each.tool_call_id for each in events[-1].outcome.interrupts] == calls
    return events[-1].outcome.interrupts


async def test_a_decision_lets_the_run_go_on(line: httpx2.AsyncClient, acts: Acts):
    for decision, sent in (("approve", 2), ("deny", 0)):
        acts.done.clear()
        interrupts = await asked(line)
        assert interrupts[0].metadata["menon"]["args"] == {"to": "x"}
        events = await told(line, replies(interrupts, decision), "actor")
        kinds = [event.type.value for event in events]
        assert kinds == [
            "RUN_STARTED",
            *["TOOL_CALL_RESULT"] * 2,
            "TEXT_MESSAGE_START",
            "TEXT_MESSAGE_CONTENT",
            "TEXT_MESSAGE_END",
            "RUN_FINISHED",
        ]
        assert (events[0].run_id, events[-1].outcome.type) == ("r2", "success")
        assert len(acts.done) == sent
        again = await told(line, replies(interrupts, "approve"), "actor")
        assert [event.type.value for event in again] == kinds, "what is decided stays"
        assert len(acts.done) == sent


async def test_who_turns_away_has_not_allowed_it(line: httpx2.AsyncClient, acts: Acts):
    interrupts = await asked(line)
    resume = [{"interruptId": each.id, "status": "cancelled"} for each in interrupts]
    events = await told(line, asks(resume=resume), "actor")
    assert (events[-1].outcome.type, acts.done) == ("success", [])


async def test_what_is_not_answered_is_asked_again(line: httpx2.AsyncClient, acts: Acts):
    first, second = await asked(line)
    events = await told(line, replies([first], "approve"), "actor")
    assert [event.type.value for event in events] == ["RUN_STARTED", "RUN_FINISHED"]
    assert [each.id for each in events[-1].outcome.interrupts] == [second.id]
    assert acts.done == []
    last = await told(line, replies([second], "deny"), "actor")
    assert (last[-1].outcome.type, len(acts.done)) == ("success", 1)


async def test_an_answer_to_something_else_decides_nothing(
    line: httpx2.AsyncClient,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    acts: Acts,
):
    first, second = await asked(line), await asked(line)
    other = replies(first, "approve")
    other["resume"][0]["payload"]["argsHash"] = "ab" * 32
    mixed, right = replies([first[0], second[0]], "approve"), replies(first, "approve")
    reader = await as_developer.post(
        "/api/v1/auth/api-keys", json={"name": "x", "scopes": ["read", "chat"]}
    )
    key = {"X-API-Key": reader.json()["key"]}
    found = [
        (await as_developer.post(ACTOR, json=other)).status_code,
        (await as_developer.post(ACTOR, json=mixed)).status_code,
        (await as_neighbour.post(ACTOR, json=right)).status_code,
        (await as_developer.post(ACTOR.replace("actor", "assistant"), json=right)).status_code,
        (await as_developer.post(ACTOR, json=right, headers=key)).status_code,
    ]
    assert found == [409, 422, 404, 404, 403]
    assert (len(await waiting_approvals(as_developer)), acts.done) == (4, [])
