"""Creation dialogues become agents and workflows, with nothing made up."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from menon.testing.loopback import Listener, listening, reply

CHAT = "/api/v1/chat/sessions"
AGENT = {"name": "Sums", "configuration": {"instructions": "Add.", "tools": ["calculator"]}}
FLOW = {"name": "Flow", "steps": {"a": {"type": "transform", "config": {"value": 1}}}}


async def _talk(client: httpx2.AsyncClient, kind: str, *lines: str, **more: Any) -> str:
    made = await client.post(CHAT, json={"session_type": kind, **more})
    place = f"{CHAT}/{made.json()['id']}"
    for line in lines:
        answer = await client.post(f"{place}/messages", json={"message": line})
        assert answer.status_code == 200, answer.text
    return f"{place}/finalize"


async def test_the_last_json_that_fits_becomes_the_agent(as_developer: httpx2.AsyncClient):
    lines = (
        json.dumps({**AGENT, "name": "Older"}),
        f"No, rather this: ```json\n{json.dumps(AGENT)}\n```",
        'And an example of its output: {"sum": 3}',
    )
    place = await _talk(as_developer, "agent_creation", *lines)
    answer = await as_developer.post(place)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["kind"], made["source"]) == ("agent", "conversation")
    agent = (await as_developer.get(f"/api/v1/agents/{made['id']}")).json()
    assert (agent["name"], agent["configuration"]["instructions"]) == ("Sums", "Add.")
    session = (await as_developer.get(place.removesuffix("/finalize"))).json()
    assert session["status"] == "completed"
    again = await as_developer.post(place)
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT_001")


async def test_the_backends_words_for_an_agent_are_understood(as_developer: httpx2.AsyncClient):
    body = {"name": "Old", "model_name": "auto", "config": {"instructions": "Help."}}
    place = await _talk(as_developer, "agent_creation", json.dumps(body))
    assert (await as_developer.post(place)).json()["object"]["name"] == "Old"


async def test_json_becomes_a_workflow_where_it_can_run(as_developer: httpx2.AsyncClient):
    bad = {"name": "Bad", "steps": {"a": {"type": "magic"}}}
    place = await _talk(as_developer, "workflow_creation", json.dumps(FLOW), json.dumps(bad))
    made = (await as_developer.post(place)).json()
    assert (made["kind"], made["source"], made["object"]["name"]) == (
        "workflow",
        "conversation",
        "Flow",
    )
    found = await as_developer.get(f"/api/v1/workflows/definitions/{made['id']}")
    assert found.json()["steps"]["a"]["type"] == "transform"


async def test_without_a_model_the_users_own_words_are_taken(as_developer: httpx2.AsyncClient):
    place = await _talk(
        as_developer,
        "agent_creation",
        "name: Greeter\ninstructions: Greet everybody.\ntools: calculator, current_time",
    )
    made = (await as_developer.post(place)).json()
    assert made["source"] == "dialogue"
    assert made["object"]["configuration"]["tools"] == ["calculator", "current_time"]
    lines = ("name: Review", "1. assistant: Sum it up\n2. assistant: Find faults")
    place = await _talk(as_developer, "workflow_creation", *lines)
    made = (await as_developer.post(place)).json()
    assert list(made["object"]["steps"]) == ["agent_1", "agent_2"]
    assert made["object"]["inputs"]["message"]["type"] == "string"


@pytest.mark.parametrize(
    ("kind", "line", "missing"),
    [
        ("agent_creation", "I want an agent.", ["name", "instructions"]),
        ("agent_creation", "name: X", ["instructions"]),
        ("agent_creation", "name: X\ninstructions: y\ntemperature: hot", ["temperature"]),
        ("workflow_creation", "Something with steps", ["name", "steps"]),
        ("workflow_creation", "name: X\n", ["steps"]),
    ],
)
async def test_what_nobody_said_is_missing(
    as_developer: httpx2.AsyncClient, kind: str, line: str, missing: list[str]
):
    place = await _talk(as_developer, kind, line)
    answer = await as_developer.post(place)
    assert (answer.status_code, answer.json()["code"]) == (422, "WORKFLOW_005"), answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name}" for name in missing]
    assert all(name in answer.json()["detail"] for name in missing)
    listed = (await as_developer.get("/api/v1/workflows/definitions")).json()["items"]
    assert listed == []


async def test_only_ones_own_creation_dialogues_come_to_something(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
):
    place = await _talk(as_developer, "general", json.dumps(AGENT))
    answer = await as_developer.post(place)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")
    place = await _talk(as_developer, "agent_creation", json.dumps(AGENT))
    assert (await as_neighbour.post(place)).status_code == 404
    assert (await as_viewer.post(place)).status_code == 403
    unknown = await as_developer.post(f"{CHAT}/nothing/finalize")
    assert unknown.status_code == 404


class TestWithAModel:
    """A configured model writes what the dialogue agrees on."""

    @pytest.fixture
    async def server(self) -> AsyncIterator[Listener]:
        async with listening() as opened:
            yield opened

    @pytest.fixture
    def overrides(self, server: Listener) -> dict[str, Any]:
        url = f"http://127.0.0.1:{server.port}/v1"
        return {"models": {"openai_base_url": url, "openai_api_key": "x"}}

    @pytest.mark.parametrize(
        ("written", "status"),
        [(f"Here it is: {json.dumps(FLOW)}", 201), ("I cannot say.", 422)],
    )
    async def test_its_object_is_taken_where_it_fits(
        self,
        as_developer: httpx2.AsyncClient,
        server: Listener,
        written: str,
        status: int,
    ):
        def answer(asked: tuple[str, dict[str, str]]) -> bytes:
            if asked[0].endswith("/models"):
                models = {"object": "list", "data": [{"id": "m", "object": "model"}]}
                return reply(json.dumps(models).encode(), content_type="application/json")
            asks = sum(not path.endswith("/models") for path, _ in server.asked)
            delta = {"role": "assistant", "content": written if asks > 1 else "Fine."}
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
            end: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": "stop"}
            lines: list[dict[str, Any]] = [
                {**chunk, "choices": [choice]},
                {**chunk, "choices": [end]},
            ]
            body = "".join(f"data: {json.dumps(line)}\n\n" for line in lines) + "data: [DONE]\n\n"
            return reply(body.encode(), content_type="text/event-stream")

        server.answer = answer
        place = await _talk(
            as_developer, "workflow_creation", "One step, please.", model_name="openai:m"
        )
        found = await as_developer.post(place)
        assert found.status_code == status, found.text
        if status == 201:
            assert (found.json()["source"], found.json()["object"]["name"]) == ("model", "Flow")
