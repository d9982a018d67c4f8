"""A server and what is kept of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from pydantic_ai.models import Model

from menon.core.errors import NotConfigured
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Endpoint, ModelCard, Outbound
from menon.engine.llm.providers.openai import provider as openai
from menon.engine.llm.sources import Source
from menon.features.catalog.service import Models
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import Listener, listening

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def hanging() -> AsyncIterator[Listener]:
    async with listening() as listener:
        listener.answer = lambda _asked: None
        yield listener


@pytest.fixture
def servers(fake: FakeLLM, hanging: Listener) -> dict[str, Any]:
    return {
        "openai_base_url": f"{fake.url}/v1",
        "ollama_base_url": f"http://127.0.0.1:{hanging.port}",
    }


def source(runtime: Runtime, url: str, **how: Any) -> Source:
    endpoint = Endpoint(base_url=f"{url}/v1", **how)
    return Source(openai, endpoint, runtime[Outbound], look_s=0.2)


async def test_a_server_that_hangs_is_not_well(runtime: Runtime, hanging: Listener) -> None:
    slow = source(runtime, f"http://127.0.0.1:{hanging.port}")

    seen = await slow.look(NOW)
    assert (seen.health.ok, slow.usable, slow.cards) == (False, False, ())
    assert "0.2 s" in seen.health.detail


async def test_a_wrong_key_is_told(runtime: Runtime, fake: FakeLLM) -> None:
    locked = source(runtime, fake.url, api_key="bad-key")

    assert "key" in (await locked.look(NOW)).health.detail
    assert not locked.usable


async def test_names_that_users_make_up_do_not_pile_up(runtime: Runtime, fake: FakeLLM) -> None:
    server = source(runtime, fake.url)

    for number in range(130):
        await server.card(f"made-up-{number}")
    asked = len(fake.requests)
    await server.card("made-up-129")
    assert len(fake.requests) == asked
    await server.card("made-up-0")
    assert len(fake.requests) == asked + 1


async def test_libraries_load_one_at_a_time(runtime: Runtime, fake: FakeLLM) -> None:
    """Two threads that begin a package whose modules import each other both fail."""
    meeting, met = Barrier(2), list[int]()

    def build(name: str, endpoint: Endpoint, outbound: Outbound) -> Model:
        with suppress(BrokenBarrierError):
            met.append(meeting.wait(0.2))
        return openai.build(name, endpoint, outbound)

    provider = replace(openai, build=build)
    endpoint = Endpoint(base_url=f"{fake.url}/v1")
    servers = [Source(provider, endpoint, runtime[Outbound], look_s=0.2) for _ in range(2)]
    card = ModelCard(provider="openai", name="fake", tools=True)

    await asyncio.gather(*(server.build(card) for server in servers))
    assert met == []


async def test_only_some_servers_download_models(models: Models) -> None:
    with pytest.raises(NotConfigured, match="Ollama"):
        models.source("openai").pull("tiny")
