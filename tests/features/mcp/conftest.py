"""The official client, in both eras of the protocol, over a real socket."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.fixtures.people import People
from tests.fixtures.wires import acts, fake, overrides, runtime

__all__ = ["acts", "fake", "overrides", "runtime"]

Connect = Callable[..., AbstractAsyncContextManager[Client]]

ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}


@pytest.fixture(params=list(ERAS))
def era(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connect(live: str, people: People) -> Connect:
    """Connects as somebody."""

    @contextlib.asynccontextmanager
    async def connected(name: str, mode: str, **more: Any) -> AsyncGenerator[Client]:
        person = await people.person(name)
        async with (
            httpx2.AsyncClient(headers={"X-API-Key": person.key}, timeout=60) as http,
            Client(
                streamable_http_client(f"{live}/mcp", http_client=http), mode=mode, **more
            ) as client,
        ):
            yield client

    return connected
