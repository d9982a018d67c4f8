"""The official client of OpenAI at a real server, with the fake model server behind it."""

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from tests.features.agents.acting import Acts
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM

Sdk = Callable[..., Awaitable[AsyncOpenAI]]
Agent = Callable[..., Awaitable[str]]

WEATHER = {
    "name": "weather",
    "description": "Tell the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    return {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
async def runtime(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock
) -> AsyncIterator[Runtime]:
    """With tools that record what they do, where a test asks for them."""
    more = [request.getfixturevalue("acts").feature()] if "acts" in request.fixturenames else []
    async with open_runtime(settings, clock=clock, among=[*features(), *more]) as opened:
        yield opened


@pytest.fixture
async def sdk(live: str, people: People) -> AsyncGenerator[Sdk]:
    """Clients by the name of the person whose key they use."""
    async with contextlib.AsyncExitStack() as closing:

        async def client(name: str = "dora", role: Role = Role.DEVELOPER) -> AsyncOpenAI:
            person = await people.person(name, role)
            made = AsyncOpenAI(api_key=person.key, base_url=f"{live}/v1", max_retries=0)
            return await closing.enter_async_context(made)

        yield client


@pytest.fixture
async def dora(sdk: Sdk) -> AsyncOpenAI:
    return await sdk()


@pytest.fixture
async def agent(people: People) -> Agent:
    """Makes agents of Dora's; the answer is the model's name."""
    client = await people.client("dora")

    async def made(name: str = "helper", **configuration: Any) -> str:
        body = {"name": name, "configuration": {"tools": ["calculator"], **configuration}}
        answer = await client.post("/api/v1/agents", json=body)
        assert answer.status_code == 201, answer.text
        return f"agent:{answer.json()['slug']}"

    return made


@pytest.fixture
async def api(live: str, people: People) -> AsyncIterator[httpx2.AsyncClient]:
    """Dora at the same server without the official client, which repairs and hides."""
    headers = {"Authorization": f"Bearer {(await people.person('dora')).key}"}
    async with httpx2.AsyncClient(base_url=live, headers=headers, timeout=30) as client:
        yield client


def sent(fake: FakeLLM, n: int = -1) -> dict[str, Any]:
    """What the model server was asked."""
    asked = [r for r in fake.requests if r.path.endswith("/chat/completions")]
    return json.loads(asked[n].body)


async def streamed(client: AsyncOpenAI, **given: Any) -> list[ChatCompletionChunk]:
    """The chunks of a chat completion."""
    stream = await client.chat.completions.create(stream=True, **given)
    return [chunk async for chunk in stream]
