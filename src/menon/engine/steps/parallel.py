"""The step that runs branches at the same time."""

from typing import Any

from menon.engine.steps.branches import written
from menon.engine.steps.step import Below, Branch, Config, StepContext, step

MOST = 50


class ParallelConfig(Config, frozen=True, kw_only=True):
    """The branches: each one step, or `{"steps": {...}}`."""

    branches: dict[str, dict[str, Any]] | list[dict[str, Any]]
    at_once: int | None = None
    """How many run at the same time; all of them where it is left out."""


def _check(config: ParallelConfig) -> list[str]:
    if not 1 <= len(config.branches) <= MOST:
        return [f"`branches` are between 1 and {MOST}, not {len(config.branches)}"]
    if isinstance(config.branches, dict):
        bad = [name for name in config.branches if not name.replace("-", "_").isidentifier()]
        if bad:
            return [f"a branch cannot be called {bad[0]!r}; use letters, digits, `_` and `-`"]
    if config.at_once is not None and config.at_once < 1:
        return ["`at_once` is at least 1"]
    return []


@step("parallel", raw=("branches",), pure=True, parks=True, check=_check)
async def parallel(context: StepContext, config: ParallelConfig) -> Below:
    """Run branches at the same time and gather what they give."""
    del context
    branches = [
        Branch(name=name, body=body) for name, body in written({"branches": config.branches})
    ]
    shape = "object" if isinstance(config.branches, dict) else "list"
    return Below(branches=tuple(branches), shape=shape, at_once=config.at_once)
