"""Keys of providers in the vault: stored, shown masked, deleted; what the environment sets wins."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Provider
from menon.engine.llm.settings import ModelSettings
from menon.features.catalog.service.resolve import API_KEY, Models
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretOut, SecretScope

_SENDABLE = re.compile(r"[!-~]{1,4096}")
"""A key travels in a header: visible ASCII."""


@dataclass(frozen=True, kw_only=True)
class KeyShown:
    """Where a provider's key comes from."""

    masked: str = ""
    """As the vault shows it; empty where it keeps none."""
    is_set: bool = False
    """The environment or the settings file gives one, which wins."""


async def store_key(runtime: Runtime, who: Principal, provider: str, key: str) -> SecretOut:
    """Store a provider's key, in place of the one before; servers use it within half a minute.

    Raises:
        NotFound: there is no such provider, or it takes no key.
        InvalidInput: this cannot be a key.
    """
    place, given = _place(runtime, provider), key.strip()
    if not _SENDABLE.fullmatch(given):
        raise InvalidInput("A key is 1 to 4096 visible ASCII characters without spaces.")
    stored = await vault.put(runtime, who, place, value=given, description="Key of a provider.")
    await runtime[Models].refresh()
    return stored


async def delete_key(runtime: Runtime, who: Principal, provider: str) -> None:
    """Delete the key that the vault keeps for a provider.

    Raises:
        NotFound: there is no such provider, or the vault keeps no key for it.
    """
    place = _place(runtime, provider)
    found = await vault.list_secrets(runtime, who, scope=place.scope, subject=place.subject)
    stored = next((secret for secret in found if secret.name == place.name), None)
    if stored is None:
        raise NotFound(f"The vault keeps no key for {provider!r}.")
    await vault.delete(runtime, who, stored.id)
    await runtime[Models].refresh()


async def provider_keys(runtime: Runtime, who: Principal) -> Mapping[str, KeyShown]:
    """Of every provider that takes a key, where it comes from."""
    found = await vault.list_secrets(runtime, who, scope=SecretScope.SYSTEM)
    masked = {secret.subject: secret.masked for secret in found if secret.name == API_KEY}
    settings = runtime.settings[ModelSettings]
    return {
        name: KeyShown(masked=masked.get(name, ""), is_set=bool(settings.server(name)[1]))
        for name, provider in runtime[Models].providers.items()
        if _takes_key(provider)
    }


def _place(runtime: Runtime, name: str) -> Place:
    providers = runtime[Models].providers
    keyed = sorted(known for known, provider in providers.items() if _takes_key(provider))
    if name not in keyed:
        raise NotFound(f"No provider {name!r} takes a key; these do: {', '.join(keyed)}.")
    return Place(scope=SecretScope.SYSTEM, subject=name, name=API_KEY)


def _takes_key(provider: Provider) -> bool:
    return bool(provider.setting) and not provider.local
