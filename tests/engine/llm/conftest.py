from collections.abc import AsyncGenerator

import httpx2
import pytest

from menon.engine.llm.provider import Outbound
from menon.testing.fake_llm import FakeLLM, connect


@pytest.fixture
async def fake() -> AsyncGenerator[FakeLLM]:
    async with FakeLLM() as fake:
        yield fake


@pytest.fixture(params=["direct", "piped"])
async def outbound(request: pytest.FixtureRequest, fake: FakeLLM) -> AsyncGenerator[Outbound]:
    """Both ways out: our own connections, and the shared client."""
    direct = request.param == "direct"
    async with httpx2.AsyncClient() as client:
        outbound = Outbound(client=client, connect=connect if direct else None, connect_s=2.0)
        yield outbound
        outbound.close()
