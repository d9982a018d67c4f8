"""The kinds of steps of this installation: the engine's own, those that features need, others'."""

import contextlib
from collections.abc import AsyncGenerator, Iterable, Iterator

from menon.core.runtime import Runtime
from menon.engine.steps.step import Step
from menon.kit.discover import installed, modules

PLACES = ("menon.engine.steps", "menon.features.workflows.steps")
GROUP = "menon.steps"
"""The entry-point group under which other packages offer kinds."""


class Kinds(dict[str, Step]):
    """Steps by the name of their kind."""


def found() -> Iterator[Step]:
    """Every kind that is installed."""
    for place in PLACES:
        for module in modules(place):
            yield from (value for value in vars(module).values() if isinstance(value, Step))
    yield from installed(GROUP, Step)


def named(steps: Iterable[Step]) -> Kinds:
    """These kinds by name, in its order."""
    return Kinds({step.name: step for step in sorted(steps, key=lambda s: s.name)})


@contextlib.asynccontextmanager
async def open_kinds(runtime: Runtime) -> AsyncGenerator[Kinds]:
    """Find every kind of step."""
    del runtime
    yield named(found())
