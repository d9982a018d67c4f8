"""A fake model server behind all three wires, and the models of a runtime that knows it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from menon.core.runtime import Runtime
from menon.features.catalog.service import Models
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncIterator[FakeLLM]:
    async with FakeLLM() as opened:
        yield opened


@pytest.fixture
def servers(fake: FakeLLM) -> dict[str, Any]:
    """The settings that connect every provider to the fake; override for fewer."""
    return {
        "openai_base_url": f"{fake.url}/v1",
        "anthropic_base_url": fake.url,
        "anthropic_api_key": "sk-fake",
        "ollama_base_url": fake.url,
    }


@pytest.fixture
def overrides(servers: dict[str, Any]) -> dict[str, Any]:
    return {"models": {"look_seconds": 10.0, **servers}}


@pytest.fixture
def models(runtime: Runtime) -> Models:
    return runtime[Models]
