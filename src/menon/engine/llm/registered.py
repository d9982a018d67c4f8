"""A provider for one registered server: the API of its kind, under a name of its own."""

from collections.abc import Collection
from dataclasses import replace

from menon.engine.llm.provider import Endpoint, ModelCard, Outbound, Provider

SETTING = "POST /api/v1/integration/backends/register"
"""How such a provider comes to be, where others name an environment variable."""


def registered(kind: Provider, name: str, capabilities: Collection[str]) -> Provider:
    """A provider that speaks as `kind` does; its models are `NAME:MODEL`.

    Args:
        kind: which API the server speaks.
        name: of the provider.
        capabilities: among chat, tools, vision, embeddings; none believes the server.
    """

    def named(card: ModelCard) -> ModelCard:
        # Whose machine it is nobody said, so that text which must stay here does not go there.
        card = replace(card, provider=name, local=False)
        if not capabilities:
            return card
        return replace(
            card,
            chat="chat" in capabilities,
            tools="tools" in capabilities,
            vision="vision" in capabilities,
            embeddings="embeddings" in capabilities,
        )

    async def models(endpoint: Endpoint, outbound: Outbound) -> tuple[ModelCard, ...]:
        return tuple(map(named, await kind.models(endpoint, outbound)))

    async def describe(model: str, endpoint: Endpoint, outbound: Outbound) -> ModelCard:
        return named(await kind.describe(model, endpoint, outbound))

    return replace(
        kind,
        name=name,
        setting=SETTING,
        base_url="",
        local=False,
        needs_key=False,
        models=models,
        describe=describe,
    )
