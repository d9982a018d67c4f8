"""What every provider promises; runs over every file in `engine/llm/providers`."""

from dataclasses import replace

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters

from menon.core.errors import ModelError, ModelUnavailable
from menon.engine.llm.foreign import FOREIGN
from menon.engine.llm.provider import Endpoint, Outbound, Provider
from menon.kit.discover import exported
from menon.testing.fake_llm import FakeLLM

PROVIDERS = list(exported("menon.engine.llm.providers", "provider", Provider))
SERVED = [provider for provider in PROVIDERS if provider.base_url]
MODELS = {"offline": "extractive"}
PREFIXES = {"openai": "/v1"}
ASKED: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(content="Hello!")])]

pytestmark = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.name)


@pytest.fixture
def endpoint(provider: Provider, fake: FakeLLM) -> Endpoint:
    return Endpoint(base_url=fake.url + PREFIXES.get(provider.name, ""), api_key="k")


def model(provider: Provider) -> str:
    return MODELS.get(provider.name, "fake-n3")


def test_there_are_four(provider: Provider) -> None:
    assert [each.name for each in PROVIDERS] == ["anthropic", "offline", "ollama", "openai"]


def test_what_has_a_server_names_the_setting_for_it(provider: Provider) -> None:
    assert bool(provider.base_url) == bool(provider.setting)


async def test_it_lists_its_models(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    cards = await provider.models(endpoint, outbound)
    assert cards
    assert all(card.provider == provider.name for card in cards)
    assert all(card.chat or card.embeddings for card in cards)
    assert all(card.local == provider.local for card in cards)


async def test_it_describes_one(provider: Provider, endpoint: Endpoint, outbound: Outbound) -> None:
    listed = (await provider.models(endpoint, outbound))[0]
    described = await provider.describe(listed.name, endpoint, outbound)
    assert described.qualified == f"{provider.name}:{listed.name}"
    assert (described.chat, described.tools) == (listed.chat, listed.tools)


async def test_it_is_well(provider: Provider, endpoint: Endpoint, outbound: Outbound) -> None:
    health = await provider.health(endpoint, outbound)
    assert health.ok
    assert health.detail.startswith(provider.name)
    assert health.latency_ms is not None


async def test_its_model_answers(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    built = provider.build(model(provider), endpoint, outbound)
    assert isinstance(built, Model)
    async with built.request_stream(ASKED, None, ModelRequestParameters()) as stream:
        async for _ in stream:
            pass
        answer = stream.get()
    assert answer.text
    assert answer.finish_reason == "stop"
    assert answer.usage.output_tokens > 0


async def test_its_model_answers_whole(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    built = provider.build(model(provider), endpoint, outbound)
    answer = await built.request(ASKED, None, ModelRequestParameters())
    assert answer.text


async def test_an_unknown_model_is_an_error(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    with pytest.raises((ModelError, *FOREIGN)):
        await provider.build("fake-e404", endpoint, outbound).request(
            ASKED, None, ModelRequestParameters()
        )


async def test_the_key_is_sent_and_never_shown(
    provider: Provider, endpoint: Endpoint, outbound: Outbound, fake: FakeLLM
) -> None:
    secret = replace(endpoint, api_key="canary-key")
    assert "canary" not in repr(secret)
    built = provider.build(model(provider), secret, outbound)
    assert "canary" not in repr(built)
    await built.request(ASKED, None, ModelRequestParameters())
    if provider in SERVED:
        assert "canary-key" in str(fake.requests[-1].headers)


async def test_a_wrong_key_is_told(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    wrong = replace(endpoint, api_key="bad-key")
    health = await provider.health(wrong, outbound)
    assert health.ok == (not provider.needs_key)
    if provider.needs_key:
        assert "refused the key" in health.detail
        with pytest.raises(ModelError, match="refused the key"):
            await provider.models(wrong, outbound)


async def test_a_dead_server_is_told(provider: Provider, outbound: Outbound) -> None:
    dead = Endpoint(base_url="http://127.0.0.1:9")
    health = await provider.health(dead, outbound)
    assert health.ok == (provider not in SERVED)
    if provider in SERVED:
        assert "cannot be reached" in health.detail
        with pytest.raises(ModelUnavailable):
            await provider.models(dead, outbound)


async def test_embeddings_come_in_the_order_of_the_texts(
    provider: Provider, endpoint: Endpoint, outbound: Outbound
) -> None:
    if provider.embed is None:
        return
    texts = [f"text {number}" for number in range(300)]
    vectors = await provider.embed(texts, "fake-embed", endpoint, outbound)
    assert len(vectors) == 300
    assert await provider.embed(texts[7:8], "fake-embed", endpoint, outbound) == [vectors[7]]


async def test_a_model_is_pulled_with_progress(
    provider: Provider, endpoint: Endpoint, outbound: Outbound, fake: FakeLLM
) -> None:
    if provider.pull is None:
        return
    progress = [step async for step in provider.pull("new:1b", endpoint, outbound)]
    assert progress[-1].status == "success"
    assert max(step.done for step in progress) == max(step.total for step in progress) > 0
    assert "new:1b" in {card.name for card in await provider.models(endpoint, outbound)}
    with pytest.raises(ModelError, match="missing"):
        async for _ in provider.pull("missing", endpoint, outbound):
            pass
