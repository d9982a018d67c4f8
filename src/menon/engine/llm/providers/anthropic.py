"""Anthropic: pydantic-ai's own model over our client, its text merged."""

from typing import TYPE_CHECKING

import msgspec

from menon.engine.llm import rest
from menon.engine.llm.prices import priced
from menon.engine.llm.provider import Endpoint, Health, ModelCard, Outbound, Provider

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "anthropic"
_VERSION = "2023-06-01"
_CONTEXT = 200_000


class _Supported(msgspec.Struct):
    supported: bool = False


class _Capabilities(msgspec.Struct):
    image_input: _Supported | None = None


class _Model(msgspec.Struct):
    id: str
    max_input_tokens: int | None = None
    capabilities: _Capabilities | None = None


class _Models(msgspec.Struct):
    data: list[_Model]


async def models(endpoint: Endpoint, outbound: Outbound) -> tuple[ModelCard, ...]:
    """The models that the key may use."""
    return tuple(_card(model) for model in await _list(endpoint, outbound))


async def describe(name: str, endpoint: Endpoint, outbound: Outbound) -> ModelCard:
    """The model as listed, with its price; aliases are not listed but exist."""
    listed = {model.id: model for model in await _list(endpoint, outbound)}
    return priced(_card(listed.get(name) or _Model(id=name)))


async def health(endpoint: Endpoint, outbound: Outbound) -> Health:
    """Whether the server lists its models, which costs nothing."""
    return await rest.listing_health(NAME, _list(endpoint, outbound))


def build(name: str, endpoint: Endpoint, outbound: Outbound) -> "Model":
    """A model that asks once; asking again is for who waits."""
    from anthropic import AsyncAnthropic
    from pydantic_ai.providers.anthropic import AnthropicProvider

    from menon.engine.llm.merging import MergingAnthropicModel

    client = AsyncAnthropic(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key or "none",
        http_client=outbound.client,
        max_retries=0,
    )
    return MergingAnthropicModel(name, provider=AnthropicProvider(anthropic_client=client))


async def _list(endpoint: Endpoint, outbound: Outbound) -> list[_Model]:
    headers = {"x-api-key": endpoint.api_key, "anthropic-version": _VERSION}
    url = rest.joined(endpoint, "v1/models?limit=1000")
    return (await rest.call(outbound, url, _Models, name=NAME, headers=headers)).data


def _card(model: _Model) -> ModelCard:
    image = model.capabilities.image_input if model.capabilities else None
    return ModelCard(
        provider=NAME,
        name=model.id,
        tools=True,
        vision=image is None or image.supported,
        context=model.max_input_tokens or _CONTEXT,
    )


provider = Provider(
    name=NAME,
    setting="ANTHROPIC_API_KEY",
    base_url="https://api.anthropic.com",
    local=False,
    needs_key=True,
    models=models,
    describe=describe,
    health=health,
    build=build,
)
