"""Workflows that work: jobs run in this process, a receiver on the loopback counts effects."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.testing.loopback import Asked, Listener, reply

API = "/api/v1/workflows"
ENDED = ("completed", "failed", "cancelled", "interrupted")

Steps = dict[str, dict[str, Any]]


@pytest.fixture
def receiver_socket() -> Iterator[socket.socket]:
    """Holds a port of the loopback; who connects before the receiver listens is refused."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held


@pytest.fixture
def receiver_port(receiver_socket: socket.socket) -> int:
    port: int = receiver_socket.getsockname()[1]
    return port


class Receiver:
    """Answers by path, and counts effects by their key as a server does that honours keys."""

    def __init__(self) -> None:
        self.effects: Counter[str] = Counter()
        self.asked: list[Asked] = []
        self.answer: Callable[[str, int], bytes | None] = lambda path, _n: said({"path": path})
        self.url = ""

    def __call__(self, asked: Asked) -> bytes | None:
        path, headers = asked
        self.asked.append(asked)
        self.effects[headers.get("idempotency-key", "")] += 1
        return self.answer(path, sum(one[0] == path for one in self.asked))

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _ in self.asked]


def said(value: Any, status: str = "200 OK", **headers: str) -> bytes:
    """A JSON answer."""
    body = json.dumps(value).encode()
    return reply(body, status=status, content_type="application/json", **headers)


@pytest.fixture
async def receiver(receiver_socket: socket.socket, receiver_port: int) -> AsyncIterator[Receiver]:
    found = Receiver()
    listener = Listener(answer=found)
    server = await asyncio.start_server(listener.accept, sock=receiver_socket.dup())
    found.url = f"http://127.0.0.1:{receiver_port}"
    try:
        yield found
    finally:
        server.close()
        await listener.aclose()


@pytest.fixture
def overrides(receiver_port: int) -> dict[str, Any]:
    return {
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "outbound": {"allow": [f"127.0.0.1:{receiver_port}"]},
        "workflows": {"backoff_seconds": 0.0},
    }


class Desk:
    """What a person does with workflows, and waits for."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def create(self, steps: Steps, **more: Any) -> dict[str, Any]:
        """A stored workflow."""
        body = {"name": "Test", "steps": steps, **more}
        answer = await self.client.post(f"{API}/definitions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def begin(self, steps: Steps, given: dict[str, Any] | None = None, **more: Any) -> str:
        """An execution of a definition that comes along; answers its id."""
        definition = {"name": "Test", "steps": steps, **more}
        body = {"definition": definition, "input": given or {}}
        answer = await self.client.post(f"{API}/execute", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()["execution_id"]

    async def run(
        self, steps: Steps, given: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """An execution at its end."""
        return await self.ended(await self.begin(steps, given, **more))

    async def get(self, execution: str) -> dict[str, Any]:
        """An execution as it is."""
        answer = await self.client.get(f"{API}/executions/{execution}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ended(self, execution: str) -> dict[str, Any]:
        """An execution at its end."""
        return await self.until(execution, *ENDED)

    async def until(self, execution: str, *states: str) -> dict[str, Any]:
        """An execution once it is in one of these states."""
        async with asyncio.timeout(45):
            while True:
                found = await self.get(execution)
                if found["state"] in states:
                    return found
                await asyncio.sleep(0.01)

    async def post(self, execution: str, what: str, **body: Any) -> dict[str, Any]:
        """What is done to an execution."""
        answer = await self.client.post(f"{API}/executions/{execution}/{what}", json=body)
        assert answer.status_code in {200, 202}, answer.text
        return answer.json()

    async def approvals(self, execution: str) -> list[dict[str, Any]]:
        """What an execution asks."""
        found = (await self.client.get("/api/v1/approvals")).json()["items"]
        return [one for one in found if one["run_id"] == execution]


def states(execution: dict[str, Any]) -> dict[str, str]:
    """Where each step stands."""
    return {step["id"]: step["state"] for step in execution["steps"]}


def step_of(execution: dict[str, Any], name: str) -> dict[str, Any]:
    """One step of an execution."""
    return next(step for step in execution["steps"] if step["id"] == name)


@pytest.fixture
async def desk(people: People) -> Desk:
    return Desk(await people.client("dora", Role.DEVELOPER))
