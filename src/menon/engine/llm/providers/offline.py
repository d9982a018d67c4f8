"""The offline engine: always there, needs nothing, answers by quoting. It is named honestly."""

from typing import TYPE_CHECKING

from menon.core.errors import ModelError
from menon.engine.llm.provider import Endpoint, Health, ModelCard, Outbound, Provider

if TYPE_CHECKING:
    from pydantic_ai.models import Model

NAME = "offline"
MODEL = "extractive"
_CONTEXT = 1_000_000
"""It has no window; this is more than a conversation holds."""

card = ModelCard(
    provider=NAME,
    name=MODEL,
    tools=True,
    context=_CONTEXT,
    local=True,
    input_price=0.0,
    output_price=0.0,
)


async def models(endpoint: Endpoint, outbound: Outbound) -> tuple[ModelCard, ...]:
    """The one model."""
    del endpoint, outbound
    return (card,)


async def describe(name: str, endpoint: Endpoint, outbound: Outbound) -> ModelCard:
    """The one model; raises `ModelError` for another name."""
    del endpoint, outbound
    _check(name)
    return card


async def health(endpoint: Endpoint, outbound: Outbound) -> Health:
    """It runs in this process, so it is well."""
    del endpoint, outbound
    return Health(ok=True, detail="offline: runs in this process", latency_ms=0.0)


def build(name: str, endpoint: Endpoint, outbound: Outbound) -> "Model":
    """The model; raises `ModelError` for another name."""
    from menon.engine.llm.offline.model import ExtractiveModel

    del endpoint, outbound
    _check(name)
    return ExtractiveModel(name, NAME)


def _check(name: str) -> None:
    if name != MODEL:
        raise ModelError(f"The offline engine has one model, {MODEL!r}, not {name!r}.")


provider = Provider(
    name=NAME,
    setting="",
    base_url="",
    local=True,
    models=models,
    describe=describe,
    health=health,
    build=build,
)
