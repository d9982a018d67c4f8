"""What stands below a step: one step, or a small graph of them."""

from collections.abc import Mapping
from typing import Any, cast

ONLY = "step"
"""The id of a step that stands below another alone."""


def body_of(below: Mapping[str, Any]) -> dict[str, Any]:
    """A definition of what is written below a step: `{"steps": {...}}`, or one step itself."""
    if "steps" in below:
        return dict(below)
    return {"steps": {ONLY: dict(below)}}


def written(config: Any) -> list[tuple[str, dict[str, Any]]]:
    """The definitions that a configuration of `map` or `parallel` holds, each with its name."""
    if not isinstance(config, dict):
        return []
    found = cast("dict[str, Any]", config)
    inner: list[tuple[str, Any]] = [("[]", found["step"])] if "step" in found else []
    branches = found.get("branches", {})
    if isinstance(branches, dict):
        inner += [(f".{name}", each) for name, each in cast("dict[str, Any]", branches).items()]
    elif isinstance(branches, list):
        inner += [(f"[{n}]", each) for n, each in enumerate(cast("list[Any]", branches))]
    return [
        (name, body_of(cast("dict[str, Any]", each)))
        for name, each in inner
        if isinstance(each, dict)
    ]
