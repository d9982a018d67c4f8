"""The words of a place in a specification; pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from menon.apps.socratic.specification import Specification
from menon.kit.text import shorten

_SAYING: Final = ("text", "title", "want", "why", "description", "metric", "name")
_LONGEST: Final = 300
_STEP: Final = re.compile(r"[^.\[\]]+")


def words_at(spec: Specification, path: str) -> str:
    """What stands at a place, such as `/entities/Book` or `entities[2].fields[1]`.

    The path itself where nothing stands there; a part of an entity is told with its name.
    """
    found: Any = spec.model_dump(mode="json", exclude_defaults=True)
    around: list[str] = []
    for part in _parts(path):
        if isinstance(found, Mapping) and (name := _named(found)):
            around.append(name)
        found = _below(found, part)
        if found is None:
            return path
    return shorten(": ".join([*around, _said(found)]), _LONGEST)


def _parts(path: str) -> list[str]:
    if "[" in path:
        return _STEP.findall(path)
    return [one.replace("~1", "/").replace("~0", "~") for one in path.strip("/").split("/")]


def _below(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(part)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    items = cast("Sequence[Any]", value)
    if part.isdigit():
        return items[int(part)] if int(part) < len(items) else None
    return next((one for one in items if _named(one) == part), None)


def _named(value: Any) -> str:
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return str(held.get("id") or held.get("name") or "")
    return str(value)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        story = held.get("story")
        if isinstance(story, Mapping):
            told = cast("Mapping[str, Any]", story)
            return f"As a {told.get('actor')} I want {told.get('want')}"
        words = next((str(held[name]) for name in _SAYING if held.get(name)), "")
        rest = {n: v for n, v in held.items() if n in {"operator", "value", "unit", "effect"}}
        more = " ".join(str(v) for v in rest.values())
        return f"{words} {more}".strip() or json.dumps(held, ensure_ascii=False)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
