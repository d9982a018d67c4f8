"""The official client over a real socket, by both bindings."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.utils.constants import TransportProtocol
from tests.fixtures.people import People
from tests.fixtures.wires import acts, fake, overrides, runtime

__all__ = ["acts", "fake", "overrides", "runtime"]

Connect = Callable[..., AbstractAsyncContextManager[Client]]

BINDINGS = [TransportProtocol.JSONRPC.value, TransportProtocol.HTTP_JSON.value]


@pytest.fixture(params=BINDINGS)
def binding(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connect(live: str, people: People) -> Connect:
    """Finds an agent by its card, and talks to it as somebody."""

    @contextlib.asynccontextmanager
    async def connected(
        name: str, agent: str, binding: str, *, streaming: bool = True, polling: bool = False
    ) -> AsyncGenerator[Client]:
        person = await people.person(name)
        async with httpx.AsyncClient(headers={"X-API-Key": person.key}, timeout=60) as http:
            config = ClientConfig(
                httpx_client=http,
                supported_protocol_bindings=[binding],
                streaming=streaming,
                polling=polling,
            )
            yield await ClientFactory(config).create_from_url(f"{live}/a2a/{agent}")

    return connected
