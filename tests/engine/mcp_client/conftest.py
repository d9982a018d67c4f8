"""The guarded way out, to the loopback servers of a test."""

from collections.abc import AsyncIterator, Callable

import pytest
from tests.fixtures.mcp import Served, serving

from menon.engine.llm.provider import Outbound
from menon.engine.outbound import OutboundPolicy, build_client, build_private
from menon.kit.ssrf import parse_endpoint

Out = Callable[..., Outbound]


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as here:
        yield here


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    """The way out to these endpoints."""
    async with build_client(OutboundPolicy()) as client:

        def to(*endpoints: str) -> Outbound:
            policy = OutboundPolicy(allow=frozenset(map(parse_endpoint, endpoints)))
            return Outbound(client=client, private=build_private(policy))

        yield to
