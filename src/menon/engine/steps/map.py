"""The step that does the same for each item of a list."""

from typing import Any

from menon.engine.steps.branches import body_of
from menon.engine.steps.step import Below, Branch, Config, StepContext, step

MOST = 1000


class MapConfig(Config, frozen=True, kw_only=True):
    """The items, and what to do with each."""

    items: list[Any] | str
    step: dict[str, Any]
    """One step, or `{"steps": {...}}`; its expressions see `item` and `index`."""
    at_once: int = 3
    """How many items are worked on at the same time."""


def _check(config: MapConfig) -> list[str]:
    if isinstance(config.items, str) and "{{" not in config.items:
        return ["`items` is a list, or an expression in `{{ }}` that gives one"]
    if not 1 <= config.at_once <= 50:
        return [f"`at_once` is between 1 and 50, not {config.at_once}"]
    return []


@step("map", raw=("step",), pure=True, parks=True, check=_check)
async def map_items(context: StepContext, config: MapConfig) -> Below:
    """Do the same for each item of a list and gather the results in its order."""
    del context
    if isinstance(config.items, str):
        raise ValueError(f"`items` is no list but {config.items[:40]!r}")  # noqa: TRY004 - a wrong value, not a wrong use
    if len(config.items) > MOST:
        raise ValueError(f"`items` are {len(config.items)}; at most {MOST} are allowed")
    body = body_of(config.step)
    branches = [
        Branch(name=f"[{n}]", body=body, sees={"item": item, "index": n})
        for n, item in enumerate(config.items)
    ]
    return Below(branches=tuple(branches), at_once=config.at_once)
