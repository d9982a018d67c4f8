"""The first question finds a model that is ready, and a server that stops does not wait for it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.fixtures.server import serve

from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as opened:
        yield opened


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    return {"models": {"openai_base_url": f"{fake.url}/v1"}}


async def test_a_server_looks_for_its_model_before_anybody_asks(
    settings: Settings, fake: FakeLLM
) -> None:
    async with serve(create_app(settings)):
        await fake.until(lambda: any(r.path == "/v1/models" for r in fake.requests))
