"""Chat turns over a real server: streamed, kept, resumed, regenerated, branched, cancelled."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.testing.fake_llm import FakeLLM

QUESTION = {"message": "What is 15 * 23?"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    if "fake" not in request.fixturenames:
        return {}
    url = request.getfixturevalue("fake").url
    return {"models": {"openai_base_url": f"{url}/v1", "openai_api_key": "x"}}


@pytest.fixture
async def dora(live: str, people: People) -> AsyncIterator[httpx2.AsyncClient]:
    """A developer at the real server."""
    person = await people.person("dora")
    headers = {"Authorization": f"Bearer {person.key}"}
    async with httpx2.AsyncClient(base_url=live, headers=headers, timeout=30) as client:
        yield client


async def _lines(
    client: httpx2.AsyncClient, body: dict[str, Any], path: str = "/api/v1/chat"
) -> list[dict[str, Any]]:
    async with client.stream("POST", path, json=body) as answer:
        assert answer.status_code == 200, (await answer.aread()).decode()
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) async for line in answer.aiter_lines() if line]


async def _session(client: httpx2.AsyncClient, **body: Any) -> str:
    answer = await client.post("/api/v1/chat/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def _messages(client: httpx2.AsyncClient, session: str) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/chat/sessions/{session}/messages")).json()["items"]


def _text(lines: list[dict[str, Any]]) -> str:
    return "".join(line["data"]["text"] for line in lines if line["type"] == "content")


async def test_an_answer_streams_as_events(dora: httpx2.AsyncClient):
    lines = await _lines(dora, QUESTION)
    types = [line["type"] for line in lines]
    assert types[0] == "metadata"
    assert types[-1] == "complete"
    assert {"tool_call", "tool_result", "usage"} <= set(types)
    assert "345" in _text(lines)
    assert lines[0]["data"]["model"] == "offline:extractive"
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)


async def test_the_fixed_vocabulary_of_the_assistant(dora: httpx2.AsyncClient):
    lines = await _lines(dora, QUESTION, "/api/chat")
    assert set(lines[0]) == {"type", "span_id", "timestamp", "run_id", "model", "seq"}
    assert [line["type"] for line in lines if line["type"] != "content"] == [
        "metadata",
        "tool_call",
        "tool output",
        "complete",
    ]
    assert lines[-1]["span_id"] == lines[0]["span_id"]
    assert all("seq" in line for line in lines)


async def test_a_key_in_the_body_is_enough(live: str, people: People):
    key = (await people.person("dora")).key
    async with httpx2.AsyncClient(base_url=live) as anonymous:
        refused = await anonymous.post("/api/chat", json=QUESTION)
        assert (refused.status_code, refused.json()["code"]) == (401, "AUTH_001")
        wrong = await anonymous.post("/api/chat", json={**QUESTION, "magic_key": "mnn_wrong"})
        assert wrong.status_code == 401
        lines = await _lines(anonymous, {**QUESTION, "magic_key": key}, "/api/chat")
        assert lines[-1]["type"] == "complete"


async def test_a_conversation_keeps_question_and_answer(dora: httpx2.AsyncClient):
    session = await _session(dora)
    lines = await _lines(dora, {**QUESTION, "session_id": session})
    asked, answered = await _messages(dora, session)
    assert (asked["role"], asked["content"]) == ("user", QUESTION["message"])
    assert answered["content"] == _text(lines), "what is stored is what was streamed"
    assert (answered["state"], answered["parent_id"]) == ("complete", asked["id"])
    kept = (await dora.get(f"/api/v1/chat/sessions/{session}")).json()
    assert (kept["title"], kept["message_count"]) == (QUESTION["message"], 2)


async def test_a_turn_goes_on_when_its_client_leaves(dora: httpx2.AsyncClient, fake: FakeLLM):
    session = await _session(dora)
    body = {"message": "talk", "session_id": session, "model": "openai:fake-n40-d5"}
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        run_id = answer.headers["x-run-id"]
        async for line in answer.aiter_lines():
            if json.loads(line)["type"] == "content":
                break
    events = (await dora.get(f"/api/v1/runs/{run_id}/events")).text
    assert "event: complete" in events
    answered = (await _messages(dora, session))[-1]
    assert answered["state"] == "complete"
    assert answered["content"].count("~") == 40


async def test_a_stateless_turn_ends_with_its_connection(dora: httpx2.AsyncClient, fake: FakeLLM):
    body = {"message": "talk", "model": "openai:fake-n10000-d20"}
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        run_id = answer.headers["x-run-id"]
        async for line in answer.aiter_lines():
            if json.loads(line)["type"] == "content":
                break
    async with asyncio.timeout(30):
        while (await dora.get(f"/api/v1/runs/{run_id}")).json()["state"] != "cancelled":
            await asyncio.sleep(0.02)


async def test_a_dropped_line_goes_on_after_the_last_event(dora: httpx2.AsyncClient, fake: FakeLLM):
    session = await _session(dora)
    body = {"message": "talk", "session_id": session, "model": "openai:fake-n60-d5"}
    seen: list[dict[str, Any]] = []
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        async for line in answer.aiter_lines():
            seen.append(json.loads(line))
            if len(seen) == 3:
                break
    headers = {"Last-Event-ID": seen[-1]["id"]}
    rest = (await dora.get(f"/api/v1/runs/{seen[0]['run']}/events", headers=headers)).text
    data = [json.loads(line[6:]) for line in rest.splitlines() if line.startswith("data: ")]
    whole = _text(seen) + _text(data)
    assert whole == (await _messages(dora, session))[-1]["content"]


async def test_cancelling_keeps_the_partial_answer(dora: httpx2.AsyncClient, fake: FakeLLM):
    session = await _session(dora)
    body = {"message": "talk", "session_id": session, "model": "openai:fake-n10000-d10"}
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        lines: list[dict[str, Any]] = []
        async for line in answer.aiter_lines():
            lines.append(json.loads(line))
            if lines[-1]["type"] == "content" and len(lines) < 4:
                await dora.delete(f"/api/v1/runs/{lines[0]['run']}")
    assert (lines[-1]["type"], lines[-1]["data"]["by"]) == ("cancelled", "dora")
    answered = (await _messages(dora, session))[-1]
    assert answered["state"] == "cancelled"
    assert answered["content"].startswith(" ~0@")


async def test_regenerating_makes_a_branch(dora: httpx2.AsyncClient):
    session = await _session(dora)
    await _lines(dora, {**QUESTION, "session_id": session})
    first = (await _messages(dora, session))[-1]
    await _lines(dora, {"session_id": session, "regenerate": first["id"]})
    shown = await _messages(dora, session)
    assert len(shown) == 2
    assert shown[-1]["id"] != first["id"]
    assert shown[-1]["siblings"] == [first["id"], shown[-1]["id"]]


async def test_branching_from_an_earlier_message(dora: httpx2.AsyncClient):
    session = await _session(dora)
    await _lines(dora, {**QUESTION, "session_id": session})
    first_answer = (await _messages(dora, session))[-1]["id"]
    await _lines(dora, {"message": "What is 2 + 2?", "session_id": session})
    branch = {"message": "What is 3 + 3?", "session_id": session, "parent_id": first_answer}
    await _lines(dora, branch)
    contents = [message["content"] for message in await _messages(dora, session)]
    assert contents[2] == "What is 3 + 3?"
    assert len(contents) == 4


async def test_a_second_question_waits_for_the_first_answer(
    dora: httpx2.AsyncClient, fake: FakeLLM
):
    session = await _session(dora)
    body = {"message": "talk", "session_id": session, "model": "openai:fake-n10000-d10"}
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        refused = await dora.post("/api/v1/chat", json={**QUESTION, "session_id": session})
        assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
        await dora.delete(f"/api/v1/runs/{answer.headers['x-run-id']}")
        await answer.aread()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"message": ""}, 422),
        ({"message": "x", "regenerate": "y", "session_id": "z"}, 422),
        ({"regenerate": "y"}, 422),
        ({"message": "x", "session_id": "01a1f9e8-98d7-78e9-8138-d9d5548fc84b"}, 404),
        ({"message": "x", "agent": "nobody"}, 404),
        ({"message": "x", "model": "nowhere:fine"}, 404),
        ({"message": "x", "model": "anthropic:some"}, 503),
        ({"message": 7}, 422),
        ({"message": "x" * 100_001}, 422),
    ],
)
async def test_bad_questions_are_refused(
    as_developer: httpx2.AsyncClient, body: dict[str, Any], status: int
):
    answer = await as_developer.post("/api/v1/chat", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_usage_is_counted(dora: httpx2.AsyncClient, runtime: Runtime):
    await _lines(dora, QUESTION)
    used = (await dora.get("/api/v1/models/usage")).json()["items"]
    assert used[0]["runs"] == 1
