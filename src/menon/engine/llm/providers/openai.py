"""OpenAI, and any server that speaks its wire: vLLM, llama.cpp, LM Studio, gateways."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from menon.engine.llm import rest
from menon.engine.llm.prices import priced
from menon.engine.llm.provider import Endpoint, Health, ModelCard, Outbound, Provider

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "openai"
BASE_URL = "https://api.openai.com/v1"
_BATCH = 256
"""Texts in one request for embeddings."""
_NO_CHAT = ("embed", "whisper", "tts", "dall-e", "image", "moderation", "transcribe", "realtime")
_SEES = ("gpt-4o", "gpt-4.1", "gpt-5", "gpt-6", "o3", "o4", "vision", "-vl", "llava", "pixtral")


class _Meta(msgspec.Struct):
    n_ctx_train: int | None = None


class _Architecture(msgspec.Struct):
    input_modalities: list[str] = []


class _Model(msgspec.Struct):
    """What vLLM, llama.cpp, Groq and OpenRouter add to OpenAI's bare list of names."""

    id: str
    max_model_len: int | None = None
    context_window: int | None = None
    context_length: int | None = None
    meta: _Meta | None = None
    architecture: _Architecture | None = None
    supported_parameters: list[str] | None = None


class _Models(msgspec.Struct):
    data: list[_Model]


class _Embedding(msgspec.Struct):
    index: int
    embedding: list[float]


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


async def models(endpoint: Endpoint, outbound: Outbound) -> tuple[ModelCard, ...]:
    """The models that the server lists; capabilities as it tells them, else by their names."""
    return tuple(_card(model) for model in await _list(endpoint, outbound))


async def describe(name: str, endpoint: Endpoint, outbound: Outbound) -> ModelCard:
    """The model as listed, with its price; one that is not listed may still exist."""
    listed = {model.id: model for model in await _list(endpoint, outbound)}
    return priced(_card(listed.get(name) or _Model(id=name)))


async def health(endpoint: Endpoint, outbound: Outbound) -> Health:
    """Whether the server lists its models, which costs nothing."""
    return await rest.listing_health(NAME, _list(endpoint, outbound))


def build(name: str, endpoint: Endpoint, outbound: Outbound) -> "Model":
    """A model on our own wire; OpenAI's own address gets OpenAI's own parameters."""
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    from menon.engine.llm.wire import WireModel

    url, key = endpoint.base_url, endpoint.api_key or "none"
    if url.rstrip("/") != BASE_URL:
        other = OpenAICompatibleProvider(
            NAME, base_url=url, api_key=key, http_client=outbound.client
        )
        return WireModel(name, provider=other, post=outbound.post, endpoint=endpoint)
    own = OpenAIProvider(base_url=url, api_key=key, http_client=outbound.client)
    return WireModel(
        name,
        provider=own,
        post=outbound.post,
        endpoint=endpoint,
        limit_field="max_completion_tokens",
    )


async def embed(
    texts: Sequence[str], name: str, endpoint: Endpoint, outbound: Outbound
) -> list[list[float]]:
    """One vector a text, in their order."""
    vectors: list[list[float]] = []
    url, headers = rest.joined(endpoint, "embeddings"), _headers(endpoint)
    for start in range(0, len(texts), _BATCH):
        body = {"model": name, "input": list(texts[start : start + _BATCH])}
        found = await rest.call(
            outbound, url, _Embeddings, name=f"{NAME}:{name}", body=body, headers=headers
        )
        vectors += [each.embedding for each in sorted(found.data, key=lambda each: each.index)]
    return vectors


async def _list(endpoint: Endpoint, outbound: Outbound) -> list[_Model]:
    url, headers = rest.joined(endpoint, "models"), _headers(endpoint)
    return (await rest.call(outbound, url, _Models, name=NAME, headers=headers)).data


def _headers(endpoint: Endpoint) -> dict[str, str]:
    return {"authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}


def _card(model: _Model) -> ModelCard:
    name = model.id.lower()
    chat = not any(part in name for part in _NO_CHAT)
    told = model.supported_parameters
    modalities = model.architecture.input_modalities if model.architecture else []
    context = model.context_length or model.max_model_len or model.context_window
    return ModelCard(
        provider=NAME,
        name=model.id,
        chat=chat,
        tools=chat if told is None else "tools" in told,
        vision="image" in modalities or (chat and any(part in name for part in _SEES)),
        embeddings="embed" in name,
        context=context or (model.meta.n_ctx_train if model.meta else None),
    )


provider = Provider(
    name=NAME,
    setting="OPENAI_API_KEY",
    base_url=BASE_URL,
    local=False,
    needs_key=True,
    models=models,
    describe=describe,
    health=health,
    build=build,
    embed=embed,
)
