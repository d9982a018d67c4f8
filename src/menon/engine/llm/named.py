"""Which server and model a name means, and where that server is. Pure."""

from collections.abc import Iterable

from menon.core.errors import ModelUnavailable, NotFound
from menon.engine.llm.automatic import AUTO
from menon.engine.llm.provider import Endpoint, ModelCard, Provider


def endpoint(provider: Provider, *, base_url: str, api_key: str) -> Endpoint | None:
    """Where the provider's server is, or None while the operator has not asked for it.

    A base URL is enough, since compatible servers often want no key; a key is enough where the
    provider has a server of its own. Nothing is called that nobody asked for.
    """
    if not provider.setting:
        return Endpoint(base_url=provider.base_url)
    if base_url or (api_key and provider.base_url):
        return Endpoint(base_url=base_url or provider.base_url, api_key=api_key)
    return None


def split(
    wanted: str, providers: Iterable[str], cards: Iterable[ModelCard]
) -> tuple[str, str] | None:
    """Provider and name of the model that is wanted; None for one that nobody offers.

    `provider:name` wins; otherwise a bare name is looked for among the models that are listed, so
    that `llama3.2:3b` finds the one of Ollama.
    """
    provider, colon, name = wanted.partition(":")
    if colon and name and provider in set(providers):
        return provider, name
    found = next((card for card in cards if card.name == wanted), None)
    return (found.provider, found.name) if found else None


def unknown(wanted: str, providers: Iterable[str]) -> NotFound:
    """Nobody offers such a model."""
    return NotFound(
        f"There is no model {wanted!r}; name one as 'provider:name' with a provider among"
        f" {', '.join(sorted(providers))}, or take {AUTO!r}."
    )


def unconfigured(provider: Provider) -> ModelUnavailable:
    """The provider exists, but its server was not named."""
    return ModelUnavailable(
        f"The provider {provider.name!r} is not configured; set {provider.setting} and restart,"
        f" or choose another model."
    )
