"""The agents whose actions are code: those of features, of apps, and of other packages."""

import asyncio
import contextlib
import importlib
import importlib.util
import pkgutil
from collections.abc import AsyncGenerator, Iterable, Iterator
from typing import cast

from menon.core.feature import Installed
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.kit.discover import exported, installed

APPS = "menon.apps"
GROUP = "menon.parts"
"""The entry-point group under which other packages offer parts."""


class Registry:
    """Agents by id.

    Raises:
        ValueError: two have one id.
    """

    def __init__(self, specs: Iterable[AgentSpec]) -> None:
        self._specs: dict[str, AgentSpec] = {}
        for spec in sorted(specs, key=lambda one: (-one.priority, one.id)):
            if self._specs.setdefault(spec.id, spec) is not spec:
                raise ValueError(f"Two agents have the id {spec.id!r}.")
        self._places = {name: asyncio.Semaphore(s.at_once) for name, s in self._specs.items()}

    def __iter__(self) -> Iterator[AgentSpec]:
        """Those of the highest priority first, then by id."""
        return iter(self._specs.values())

    def get(self, agent_id: str) -> AgentSpec | None:
        """The agent of this id."""
        return self._specs.get(agent_id)

    def place(self, spec: AgentSpec) -> asyncio.Semaphore:
        """Held while one of its actions runs."""
        return self._places[spec.id]


def scanned(apps: str = APPS) -> Iterator[AgentSpec]:
    """What the files `agents/*.py` of each app export as `agent`."""
    root = importlib.import_module(apps)
    for found in sorted(pkgutil.iter_modules(root.__path__), key=lambda m: m.name):
        folder = f"{apps}.{found.name}.agents"
        if found.ispkg and importlib.util.find_spec(folder) is not None:
            yield from exported(folder, "agent", AgentSpec)


@contextlib.asynccontextmanager
async def open_registry(runtime: Runtime) -> AsyncGenerator[Registry]:
    """Find every agent of this installation."""
    brought = [
        cast("AgentSpec", spec) for one in runtime[Installed].features for spec in one.agents
    ]
    yield Registry([*brought, *scanned(), *installed(GROUP, AgentSpec)])
