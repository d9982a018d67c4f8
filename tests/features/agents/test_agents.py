"""Agents over the API: definitions with immutable versions, their limits, and their runs."""

import json
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.errors import Conflict
from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_named
from menon.features.agents import service

AGENTS = "/api/v1/agents"
NDJSON = {"Accept": "application/x-ndjson"}


async def _made(client: httpx2.AsyncClient, name: str = "Helper", **body: Any) -> dict[str, Any]:
    answer = await client.post(AGENTS, json={"name": name, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_both_routes_make_the_same_agent(as_developer: httpx2.AsyncClient):
    first = await _made(as_developer, "One", configuration={"temperature": 0.5})
    body = {"name": "Two", "model_name": "offline:extractive", "config": {"temperature": 0.5}}
    second = (await as_developer.post(f"{AGENTS}/create", json=body)).json()
    assert (first["slug"], first["version"], first["status"]) == ("one", 1, "active")
    assert second["configuration"]["model"] == "offline:extractive"
    for agent in (first, second):
        assert agent["configuration"]["temperature"] == 0.5
        assert agent["is_mine"]
        assert (await as_developer.get(f"{AGENTS}/{agent['slug']}")).json() == agent
        assert (await as_developer.get(f"{AGENTS}/{agent['id']}")).json() == agent


async def test_a_change_of_configuration_makes_a_version_and_other_changes_none(
    as_developer: httpx2.AsyncClient,
):
    place = f"{AGENTS}/{(await _made(as_developer))['id']}"
    renamed = (await as_developer.put(place, json={"name": "New"})).json()
    assert (renamed["name"], renamed["version"]) == ("New", 1)
    same = {"configuration": renamed["configuration"]}
    assert (await as_developer.put(place, json=same)).json()["version"] == 1
    told = {"configuration": {"instructions": "Be brief."}, "version": 1}
    changed = (await as_developer.put(place, json=told)).json()
    assert (changed["version"], changed["configuration"]["instructions"]) == (2, "Be brief.")
    stale = await as_developer.put(place, json=told)
    assert (stale.status_code, stale.json()["code"]) == (409, "CONFLICT_001")


async def test_slugs_are_ones_own(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    await _made(as_developer, "My Helper!")
    again = await as_developer.post(AGENTS, json={"name": "my helper"})
    assert again.status_code == 409
    taken = await as_developer.post(AGENTS, json={"name": "x", "slug": "assistant"})
    assert taken.status_code == 409
    assert (await _made(as_neighbour, "My Helper!"))["slug"] == "my-helper"


async def test_the_built_in_agent_cannot_be_changed(as_admin: httpx2.AsyncClient):
    for answer in (
        await as_admin.put(f"{AGENTS}/assistant", json={"name": "Mine"}),
        await as_admin.delete(f"{AGENTS}/assistant"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_003")
    assert (await as_admin.get(f"{AGENTS}/assistant")).json()["is_builtin"]


async def test_private_agents_are_nobody_elses_and_shared_ones_are_read_only(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    agent = await _made(as_developer)
    place = f"{AGENTS}/{agent['id']}"
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/run", {"message": "hi"}),
        ("GET", "/status", None),
        ("GET", "/history", None),
        ("DELETE", "/history", None),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, place + path, json=body)
        assert foreign.status_code == 404, (method, path, foreign.text)
    await as_developer.put(place, json={"visibility": "everybody"})
    seen = (await as_neighbour.get(place)).json()
    assert (seen["name"], seen["is_mine"]) == ("Helper", False)
    ran = await as_neighbour.post(f"{place}/run", json={"message": "What is 2 + 2?"})
    assert "4" in ran.json()["answer"]
    assert (await as_neighbour.put(place, json={"name": "x"})).status_code == 404
    assert (await as_neighbour.delete(place)).status_code == 404


async def test_a_run_answers_as_json_or_as_events(as_developer: httpx2.AsyncClient):
    place = f"{AGENTS}/{(await _made(as_developer))['id']}"
    body = {"message": "What is 15 * 23?"}
    whole = (await as_developer.post(f"{place}/run", json=body)).json()
    assert (whole["state"], whole["model"], whole["error"]) == (
        "completed",
        "offline:extractive",
        None,
    )
    assert "345" in whole["answer"]
    streamed = await as_developer.post(f"{place}/run", json=body, headers=NDJSON)
    events = [json.loads(line) for line in streamed.text.splitlines()]
    assert (events[0]["type"], events[-1]["type"]) == ("metadata", "complete")
    assert events[0]["run"] == streamed.headers["x-run-id"]
    said = "".join(e["data"]["text"] for e in events if e["type"] == "content")
    assert said == whole["answer"]


async def test_history_is_ones_own_and_can_be_cleared(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    agent = await _made(as_developer, visibility="everybody")
    place = f"{AGENTS}/{agent['id']}"
    for n in range(3):
        await as_developer.post(f"{place}/run", json={"message": f"What is {n} + 1?"})
    past = (await as_developer.get(f"{place}/history")).json()["items"]
    assert [m["role"] for m in past] == ["user", "assistant"] * 3
    assert past[0]["content"] == "What is 0 + 1?"
    assert len((await as_developer.get(f"{place}/history?limit=2")).json()["items"]) == 2
    assert (await as_neighbour.get(f"{place}/history")).json()["items"] == []
    assert (await as_neighbour.delete(f"{place}/history")).status_code == 204
    status = (await as_developer.get(f"{place}/status")).json()
    assert (status["status"], status["completed"], status["running"]) == ("active", 3, 0)
    assert (await as_developer.delete(f"{place}/history")).status_code == 204
    assert (await as_developer.get(f"{place}/history")).json()["items"] == []


async def test_an_inactive_agent_answers_nobody(
    runtime: Runtime, as_developer: httpx2.AsyncClient, people: People
):
    place = f"{AGENTS}/{(await _made(as_developer))['id']}"
    off = (await as_developer.put(place, json={"is_active": False})).json()
    assert off["status"] == "inactive"
    refused = await as_developer.post(f"{place}/run", json={"message": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
    listed = (await as_developer.get(AGENTS, params={"active_only": True})).json()["items"]
    assert [agent["slug"] for agent in listed] == ["assistant"]
    await people.person("dora")
    who = await principal_named(runtime, "dora")
    with pytest.raises(Conflict):
        await runtime.db.read(service.definition, who, off["id"])


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x", "slug": "No Slug"},
        {"name": "x", "configuration": {"tools": ["launch_missiles"]}},
        {"name": "x", "configuration": {"temperature": 3}},
        {"name": "x", "configuration": {"limits": {"steps": 0}}},
        {"name": "x", "configuration": {"limits": {"tokens": 10_000_001}}},
        {"name": "x", "visibility": "friends"},
        {"name": "x", "agent_type": "A B"},
    ],
)
async def test_bad_definitions_are_refused(as_developer: httpx2.AsyncClient, body: dict[str, Any]):
    assert (await as_developer.post(AGENTS, json=body)).status_code == 422


async def test_a_limit_ends_a_run_with_its_code(as_developer: httpx2.AsyncClient):
    limits = {"limits": {"tokens": 1}}
    place = f"{AGENTS}/{(await _made(as_developer, configuration=limits))['id']}"
    ran = (await as_developer.post(f"{place}/run", json={"message": "What is 2 * 3?"})).json()
    assert (ran["state"], ran["error"]["code"]) == ("failed", "LIMIT_001")


async def test_a_cursor_of_another_list_is_refused_or_finds_nothing(
    as_developer: httpx2.AsyncClient,
):
    for cursor, status in (("x", 422), ("WzFd", 200), ("WyJhIiwiYiJd", 422)):
        answer = await as_developer.get(AGENTS, params={"cursor": cursor})
        assert answer.status_code == status, cursor


async def test_an_agent_whose_model_is_not_there_ends_the_answer_with_an_error(
    as_developer: httpx2.AsyncClient,
):
    await _made(as_developer, "Broken", configuration={"model": "anthropic:none"})
    made = (await as_developer.post("/api/v1/chat/sessions", json={"agent": "broken"})).json()
    place = f"/api/v1/chat/sessions/{made['id']}"
    answer = (await as_developer.post(f"{place}/messages", json={"message": "hi"})).json()
    assert (answer["state"], answer["error"]["code"]) == ("partial", "MODEL_001")
    again = await as_developer.post(f"{place}/messages", json={"message": "hi"})
    assert again.status_code == 200, "the conversation is not blocked"
