"""A server with a fake model, and tools that record what they do."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.agents.acting import Acts

from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as server:
        yield server


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    given: dict[str, Any] = getattr(request, "param", {})
    if "fake" in request.fixturenames:
        url = request.getfixturevalue("fake").url
        given = {"models": {"openai_base_url": f"{url}/v1", "openai_api_key": "x"}, **given}
    return given


@pytest.fixture
async def runtime(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock
) -> AsyncIterator[Runtime]:
    more = []
    if "acts" in request.fixturenames:
        more = [request.getfixturevalue("acts").feature()]
    async with open_runtime(settings, clock=clock, among=[*features(), *more]) as opened:
        yield opened
