"""Running agents of declared types: input, steps, output, and what they keep."""

from typing import Any

import httpx2
import pytest
from tests.features.agents.invoices import INVOICE

TYPES = "/api/v1/agent-types"
AGENTS = "/api/v1/agents"
ONE = f"{TYPES}/invoice_reader"
GIVEN = {"number": "A-1", "price": 15, "count": 23}
OFFLINE = {"model": "offline:extractive"}
SUM = "15 * 23 = 345"


async def _declared(client: httpx2.AsyncClient, body: dict[str, Any] = INVOICE) -> dict[str, Any]:
    answer = await client.post(TYPES, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _agent(client: httpx2.AsyncClient, **body: Any) -> str:
    given = {"name": "Clerk", "agent_type": "invoice_reader", "configuration": OFFLINE, **body}
    made = await client.post(AGENTS, json=given)
    assert made.status_code == 201, made.text
    return f"{AGENTS}/{made.json()['id']}"


async def test_an_agent_of_it_takes_and_gives_what_it_declares(as_developer: httpx2.AsyncClient):
    await _declared(as_developer)
    place = await _agent(as_developer)
    agent = (await as_developer.get(place)).json()
    assert agent["configuration"]["tools"] == ["calculator"]
    assert agent["configuration"]["capabilities"] == ["reckon_invoice"]
    ran = (await as_developer.post(f"{place}/run", json={"input": GIVEN})).json()
    assert (ran["state"], ran["output"]) == ("completed", {"total": SUM, "known": 0})
    kept = (await as_developer.post(f"{place}/run", json={"input": {**GIVEN, "keep": True}})).json()
    assert kept["output"]["known"] == 1
    # The same number again takes the place of the record.
    more = {**GIVEN, "count": 2, "keep": True}
    message = '{"number": "A-1", "price": 15, "count": 2, "keep": true}'
    for body in ({"input": more}, {"message": message}):
        ran = (await as_developer.post(f"{place}/run", json=body)).json()
        assert ran["output"] == {"total": "15 * 2 = 30", "known": 1}
    records = (await as_developer.get(f"{place}/records")).json()["items"]
    assert [record["values"] for record in records] == [
        {"number": "A-1", "total": "15 * 2 = 30", "state": "open"}
    ]
    for data in (GIVEN, {"input": GIVEN}):
        routed = {"capability": "reckon_invoice", "data": data}
        told = (await as_developer.post(f"{AGENTS}/route", json=routed)).json()
        assert (told["success"], told["data"]["output"]["total"]) == (True, SUM)


async def test_a_run_tells_its_steps(as_developer: httpx2.AsyncClient):
    await _declared(as_developer)
    place = await _agent(as_developer)
    ran = (await as_developer.post(f"{place}/run", json={"input": GIVEN})).json()
    events = (await as_developer.get(f"/api/v1/runs/{ran['run_id']}/events")).text
    assert [part.split('"')[0] for part in events.split('"node":"')[1:]] == [
        "sum",
        "sum",
        "keep",
        "known",
        "known",
    ]
    assert '"outcome":"skipped"' in events
    run = (await as_developer.get(f"/api/v1/runs/{ran['run_id']}")).json()
    assert run["output"]["output"] == {"total": SUM, "known": 0}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"input": {**GIVEN, "number": "x"}}, "/input/number"),
        ({"input": {"number": "A-1", "price": 1}}, "/input"),
        ({"input": {**GIVEN, "price": -1}}, "/input/price"),
        ({"message": "hello"}, "/input"),
    ],
)
async def test_input_that_does_not_fit_begins_no_run(
    as_developer: httpx2.AsyncClient, body: dict[str, Any], pointer: str
):
    await _declared(as_developer)
    place = await _agent(as_developer)
    refused = await as_developer.post(f"{place}/run", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await as_developer.get("/api/v1/runs?kind=agent")).json()["items"] == []


async def test_in_a_conversation_a_message_is_the_input(as_developer: httpx2.AsyncClient):
    greet = {
        "agent_type": "greeter",
        "input_schema": {
            "type": "object",
            "required": ["whom"],
            "properties": {"whom": {"type": "string"}},
        },
        "processing_pipeline": {
            "steps": [
                {
                    "name": "hello",
                    "type": "transform",
                    "config": {"value": "Hello, {{ input.whom }}."},
                }
            ]
        },
    }
    await _declared(as_developer, greet)
    await _agent(as_developer, agent_type="greeter")
    made = (await as_developer.post("/api/v1/chat/sessions", json={"agent": "clerk"})).json()
    place = f"/api/v1/chat/sessions/{made['id']}/messages"
    said = (await as_developer.post(place, json={"message": "Meno"})).json()
    assert (said["state"], said["response"]) == ("complete", "Hello, Meno.")
    await _agent(as_developer, name="Reader", agent_type="greeter")
    untyped = await as_developer.post(f"{AGENTS}/assistant/run", json={"input": {"a": 1}})
    assert "declares no input" in untyped.json()["detail"]


NO_FORM: dict[str, Any] = {}
FRAGILE: list[tuple[dict[str, Any], str]] = [
    ({"type": "transform", "config": {"value": "{{ input.x }}"}}, "cannot begin"),
    ({"type": "transform", "config": {"value": 1}}, "does not fit"),
    (
        {"type": "tool", "config": {"tool": "calculator", "arguments": {"expression": "1 / 0"}}},
        "failed",
    ),
    ({"type": "model", "config": {"prompt": "hi", "output_schema": NO_FORM}}, "in a form"),
    ({"type": "transform", "when": "input.x", "config": {"value": 1}}, "no value"),
]


@pytest.mark.parametrize(("step", "said"), FRAGILE)
async def test_a_step_that_fails_ends_the_run_with_an_error(
    as_developer: httpx2.AsyncClient, step: dict[str, Any], said: str
):
    body = {
        "agent_type": "fragile",
        "tools": ["calculator"],
        "output_schema": {"type": "string"},
        "processing_pipeline": {"steps": [{"name": "a", **step}]},
    }
    await _declared(as_developer, body)
    place = await _agent(as_developer, agent_type="fragile")
    ran = (await as_developer.post(f"{place}/run", json={"message": "go"})).json()
    assert (ran["state"], said in ran["error"]["detail"]) == ("failed", True), ran


async def test_a_record_is_checked_before_it_is_kept(as_developer: httpx2.AsyncClient):
    keep = {"model": "note", "values": "{{ input }}"}
    body: dict[str, Any] = {
        "agent_type": "keeper",
        "data_models": {
            "note": {
                "fields": {"word": {"type": "string", "required": True, "max_length": 5}},
                "indexes": [{"fields": ["word"], "unique": True}],
            }
        },
        "input_schema": {"type": "object", "properties": {"word": {}}},
        "processing_pipeline": {"steps": [{"name": "keep", "type": "record", "config": keep}]},
    }
    await _declared(as_developer, body)
    place = await _agent(as_developer, agent_type="keeper")
    for given, said in (
        ({"word": "one"}, None),
        ({"word": "one"}, "same word already"),
        ({"word": "too long"}, "does not fit the data model"),
        ({"word": 1}, "does not fit the data model"),
        ({}, "does not fit the data model"),
    ):
        ran = (await as_developer.post(f"{place}/run", json={"input": given})).json()
        error = ran["error"]
        assert (error is None) if said is None else said in error["detail"], ran
    assert len((await as_developer.get(f"{place}/records")).json()["items"]) == 1
