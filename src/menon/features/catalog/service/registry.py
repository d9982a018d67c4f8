"""The model servers that administrators registered, as providers beside those of the house."""

from collections.abc import Mapping

from menon.core.runtime import Runtime
from menon.engine.llm.provider import Endpoint, Provider
from menon.engine.llm.registered import registered
from menon.features.integrations.service import backends
from menon.features.integrations.service.backends import Registered


class Registry:
    """What was registered when it was last read; a provider stays the same while nothing changed.

    Args:
        runtime: where the register is.
        kinds: the providers of the house by name.
    """

    def __init__(self, runtime: Runtime, kinds: Mapping[str, Provider]) -> None:
        self._runtime = runtime
        self._kinds = kinds
        self._known: dict[str, tuple[Registered, Provider]] = {}

    @property
    def providers(self) -> dict[str, Provider]:
        """A provider for each server, by name."""
        return {name: provider for name, (_, provider) in self._known.items()}

    def endpoint(self, name: str) -> Endpoint | None:
        """Where a server is; None where none of this name is registered."""
        found = self._known.get(name)
        return found[0].endpoint if found else None

    async def read(self) -> None:
        """Read the register again."""
        known: dict[str, tuple[Registered, Provider]] = {}
        for found in await backends.registered(self._runtime):
            before = self._known.get(found.name)
            if before is not None and before[0] == found:
                known[found.name] = before
            elif kind := self._kinds.get(found.kind):
                known[found.name] = found, registered(kind, found.name, found.capabilities)
        self._known = known
