"""The models of this process: those of the settings, and what administrators added since.

settings, vault, register ─→ endpoints ─→ the engine's `Models`
"""

import contextlib
from collections.abc import AsyncGenerator, Iterable

import structlog

from menon.core.auth import SYSTEM
from menon.core.errors import MenonError
from menon.core.runtime import Runtime
from menon.engine.llm import models, named
from menon.engine.llm.models import Resolved
from menon.engine.llm.provider import Endpoint, Outbound, Provider
from menon.engine.llm.settings import ModelSettings
from menon.features.catalog.service.registry import Registry
from menon.features.integrations.events import BackendChanged
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope

__all__ = ["API_KEY", "Models", "Resolved", "look_again", "open_models"]

API_KEY = "api_key"
"""The name under which the vault keeps a provider's key: scope `system`, subject its name."""

log = structlog.stdlib.get_logger(__name__)


class Models(models.Models):
    """The models of this process.

    Args:
        runtime: settings, clock, vault and the way out.
        providers: those that are installed; by default all.
    """

    def __init__(self, runtime: Runtime, providers: Iterable[Provider] | None = None) -> None:
        self._runtime = runtime
        self._keys: dict[str, str] = {}
        settings, outbound = runtime.settings[ModelSettings], runtime[Outbound]
        super().__init__(settings, outbound, runtime.clock, providers)
        self._registry = Registry(runtime, self._own)

    async def open(self) -> None:
        await self._read_registry()
        self._connect()
        await super().open()

    async def _read(self) -> None:
        await self._read_keys()
        await self._read_registry()

    async def _read_keys(self) -> None:
        """Keys that administrators keep in the vault; one that is unreadable counts for nothing."""
        for name in self._own:
            place = Place(scope=SecretScope.SYSTEM, subject=name, name=API_KEY)
            try:
                self._keys[name] = await vault.find(self._runtime, SYSTEM, place) or ""
            except MenonError as error:
                log.warning("models.key_unreadable", provider=name, code=error.code)

    async def _read_registry(self) -> None:
        """The servers that are registered now; those known before serve on while it is away."""
        try:
            await self._registry.read()
        except MenonError as error:
            log.warning("models.registry_unreadable", code=error.code)
        self.providers = {**self._registry.providers, **self._own}

    def _endpoint(self, name: str, provider: Provider) -> Endpoint | None:
        if name not in self._own:
            return self._registry.endpoint(name)
        base_url, api_key = self._settings.server(name)
        key = api_key or self._keys.get(name, "")
        return named.endpoint(provider, base_url=base_url, api_key=key)


async def look_again(runtime: Runtime, event: BackendChanged) -> None:
    """Know at once of a server that came, went or changed; other processes see it within 30 s."""
    del event
    await runtime[Models].refresh()


@contextlib.asynccontextmanager
async def open_models(runtime: Runtime) -> AsyncGenerator[Models]:
    """The models of every provider that is installed; servers are looked at when somebody asks."""
    with contextlib.closing(Models(runtime)) as opened:
        await opened.open()
        yield opened
