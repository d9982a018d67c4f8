"""Ollama: its own API to list, show, pull and embed, its OpenAI-compatible one to chat."""

import asyncio
from typing import TYPE_CHECKING

from menon.engine.llm import ollama, rest
from menon.engine.llm.ollama import NAME, Shown, Tag
from menon.engine.llm.provider import Endpoint, Health, ModelCard, Outbound, Provider

if TYPE_CHECKING:
    from pydantic_ai.models import Model

_SHOWN_AT_ONCE = 4


async def models(endpoint: Endpoint, outbound: Outbound) -> tuple[ModelCard, ...]:
    """The models that are installed, each with what the server knows of it."""
    gate = asyncio.Semaphore(_SHOWN_AT_ONCE)

    async def card(tag: Tag) -> ModelCard:
        async with gate:
            shown = await ollama.show(tag.name, endpoint, outbound)
        return _card(tag.name, shown, size=tag.size)

    listed = await ollama.tags(endpoint, outbound)
    return tuple(await asyncio.gather(*(card(tag) for tag in listed)))


async def describe(name: str, endpoint: Endpoint, outbound: Outbound) -> ModelCard:
    """One installed model; raises `ModelError` for one that is not."""
    sizes = {tag.name: tag.size for tag in await ollama.tags(endpoint, outbound)}
    shown = await ollama.show(name, endpoint, outbound)
    return _card(name, shown, size=sizes.get(name) or sizes.get(f"{name}:latest"))


async def health(endpoint: Endpoint, outbound: Outbound) -> Health:
    """Whether the server tells its version."""

    async def probe() -> tuple[str, str]:
        version = await ollama.version(endpoint, outbound)
        return f"version {version}", version

    return await rest.health(NAME, probe())


def build(name: str, endpoint: Endpoint, outbound: Outbound) -> "Model":
    """A model on our own wire, over the server's `/v1`."""
    from pydantic_ai.providers.ollama import OllamaProvider

    from menon.engine.llm.wire import WireModel

    chat = Endpoint(base_url=ollama.url(endpoint, "v1"), api_key=endpoint.api_key)
    provider = OllamaProvider(
        base_url=chat.base_url, api_key=chat.api_key or "none", http_client=outbound.client
    )
    return WireModel(name, provider=provider, post=outbound.post, endpoint=chat)


def _card(name: str, shown: Shown, *, size: int | None) -> ModelCard:
    abilities = shown.capabilities
    return ModelCard(
        provider=NAME,
        name=name,
        chat="completion" in abilities or not abilities,
        tools="tools" in abilities,
        vision="vision" in abilities,
        embeddings="embedding" in abilities,
        context=shown.context,
        size=size,
        local=True,
        input_price=0.0,
        output_price=0.0,
    )


provider = Provider(
    name=NAME,
    setting="OLLAMA_BASE_URL",
    base_url="http://127.0.0.1:11434",
    local=True,
    models=models,
    describe=describe,
    health=health,
    build=build,
    embed=ollama.embed,
    pull=ollama.pull,
)
