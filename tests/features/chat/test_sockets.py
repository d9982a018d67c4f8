"""Chat over a WebSocket, and many clients of one conversation."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from menon.testing.fake_llm import FakeLLM

SLOW = "openai:fake-n10000-d10"


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    return {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}


@pytest.fixture
async def dora(live: str, people: People) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"X-API-Key": (await people.person("dora")).key}
    async with httpx2.AsyncClient(base_url=live, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
async def session(dora: httpx2.AsyncClient) -> str:
    return (await dora.post("/api/v1/chat/sessions", json={})).json()["id"]


@contextlib.asynccontextmanager
async def _socket(live: str, session: str, key: str = "") -> AsyncGenerator[ClientConnection]:
    query = f"?token={key}" if key else ""
    url = f"ws{live.removeprefix('http')}/ws/chat/{session}{query}"
    async with connect(url, proxy=None, open_timeout=60) as socket:
        yield socket


async def _next(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            event = json.loads(await socket.recv())
            if event["type"] in kinds:
                return event


async def test_talking_cancelling_and_following(live: str, session: str, people: People):
    key = (await people.person("dora")).key
    async with _socket(live, session, key) as socket:
        assert (await _next(socket, "connected"))["session_id"] == session
        await socket.send(json.dumps({"message": "What is 15 * 23?"}))
        ended = await _next(socket, "complete", "error")
        assert ended["type"] == "complete"
        await socket.send(json.dumps({"type": "message", "message": "talk", "model": SLOW}))
        begun = await _next(socket, "content")
        await socket.send(json.dumps({"type": "cancel"}))
        assert (await _next(socket, "cancelled"))["run"] == begun["run"]
    async with _socket(live, session, key) as socket:
        await socket.send(json.dumps({"type": "follow", "run": ended["run"]}))
        assert (await _next(socket, "complete"))["id"] == ended["id"]


async def test_a_browser_signs_in_by_subprotocol(live: str, session: str, people: People):
    offered = Subprotocol(f"menon.bearer.{(await people.person('dora')).key}")
    url = f"ws{live.removeprefix('http')}/ws/chat/{session}"
    async with connect(url, subprotocols=[offered], proxy=None, open_timeout=60) as socket:
        assert socket.subprotocol == offered
        await _next(socket, "connected")


@pytest.mark.parametrize("name", ["", "ned"])
async def test_strangers_are_refused(live: str, session: str, people: People, name: str):
    key = (await people.person(name)).key if name else ""
    async with _socket(live, session, key) as socket:
        assert (await _next(socket, "error"))["data"]["code"] in {"AUTH_001", "NOT_FOUND_001"}
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1008


async def test_odd_frames_are_answered_and_the_line_goes_on(
    live: str, session: str, people: People
):
    async with _socket(live, session, (await people.person("dora")).key) as socket:
        odd = ["", "x", "[]", '{"type": []}', '{"type": "fly"}', '{"message": 7}', b"\x00\xff"]
        for frame in (*odd, '{"type": "follow", "run": "x"}'):
            await socket.send(frame)
            await _next(socket, "error")
        await socket.send('{"type": "ping"}')
        await _next(socket, "pong")


async def test_fifty_clients_of_one_conversation_get_one_answer_at_a_time(
    dora: httpx2.AsyncClient, session: str
):
    body = {"session_id": session, "model": "openai:fake-n20-d20"}
    asked = [
        dora.post("/api/v1/chat", json={**body, "message": f"question {n}"}) for n in range(50)
    ]
    answers = await asyncio.gather(*asked)
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 409}
    place = f"/api/v1/chat/sessions/{session}/messages"
    messages = (await dora.get(place)).json()["items"]
    assert [m["role"] for m in messages] == ["user", "assistant"] * statuses.count(200)
    accepted = {f"question {n}" for n, status in enumerate(statuses) if status == 200}
    assert {m["content"] for m in messages if m["role"] == "user"} == accepted
    assert {m["state"] for m in messages} == {"complete"}


async def test_another_branch_waits_too(dora: httpx2.AsyncClient, session: str):
    body = {"session_id": session, "message": "talk", "model": SLOW}
    async with dora.stream("POST", "/api/v1/chat", json=body) as answer:
        for other in ({"first": True}, {}):
            refused = await dora.post("/api/v1/chat", json={**body, **other})
            assert refused.status_code == 409
        remember = {"content": "aside", "session_id": session}
        await dora.post("/api/v1/memory/me/messages", json=remember)
        assert (await dora.post("/api/v1/chat", json=body)).status_code == 409
        await dora.delete(f"/api/v1/runs/{answer.headers['x-run-id']}")
        await answer.aread()


async def test_a_conversation_answers_with_its_own_model(dora: httpx2.AsyncClient, fake: FakeLLM):
    made = {"model_name": "openai:fake-n3"}
    own = (await dora.post("/api/v1/chat/sessions", json=made)).json()["id"]
    sent = await dora.post(f"/api/v1/chat/sessions/{own}/messages", json={"message": "hi"})
    assert sent.json()["model"] == "openai:fake-n3"
