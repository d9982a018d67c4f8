"""A value for people: names with what they hold, lists of lists, long texts folded; never endless.

JSON value → `readable` → `Readable` → the macro `value` of `macros/values.html`
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from menon.kit.text import shorten, worded

_MOST: Final = 100
"""Parts of one list that are shown."""
_WHOLE: Final = 1_000
"""Values that are shown at all."""
_DEEPEST: Final = 6
_LONG: Final = 280
"""Characters from which a text is folded."""
_LONGEST: Final = 20_000
_BEGINNING: Final = 110
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, kw_only=True)
class Readable:
    """A value, and what is in it."""

    kind: Literal["nothing", "word", "text", "long", "pairs", "items"]
    text: str = ""
    beginning: str = ""
    """Of a long text."""
    parts: tuple[tuple[str, "Readable"], ...] = ()
    """Names with their values; the names of a list are empty."""
    left: int = 0
    """Parts that are not shown."""


@dataclass(slots=True)
class _Budget:
    left: int = _WHOLE


def shown(value: Any, said: Callable[[Any], str] | None = None) -> dict[str, Any] | None:
    """A value as `{value, json}` for the macro `shown`; None where there is none.

    Args:
        value: what JSON can hold.
        said: makes its JSON, where not all of it is to be seen.
    """
    if value is None or value in ({}, [], ""):
        return None
    return {"value": readable(value), "json": (said or _json)(value)}


def readable(value: Any) -> Readable:
    """A value of JSON, bounded in depth, width and length."""
    return _readable(value, 0, _Budget())


def _readable(value: Any, depth: int, budget: _Budget) -> Readable:
    budget.left -= 1
    if value is None or value in ({}, [], ""):
        return Readable(kind="nothing")
    if isinstance(value, bool):
        return Readable(kind="word", text="yes" if value else "no")
    if isinstance(value, dict | list) and depth < _DEEPEST:
        return _parts(cast("Mapping[str, Any] | Sequence[Any]", value), depth, budget)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return Readable(kind="word", text=json.dumps(value))
    return _text(_json(value))


def _parts(value: Mapping[str, Any] | Sequence[Any], depth: int, budget: _Budget) -> Readable:
    named = isinstance(value, Mapping)
    pairs = list(value.items()) if isinstance(value, Mapping) else [("", one) for one in value]
    found: list[tuple[str, Readable]] = []
    for name, one in pairs[:_MOST]:
        if budget.left <= 0:
            break
        found.append((shorten(worded(str(name)), _LONGEST_NAME), _readable(one, depth + 1, budget)))
    kind = "pairs" if named else "items"
    return Readable(kind=kind, parts=tuple(found), left=len(pairs) - len(found))


def _text(text: str) -> Readable:
    if len(text) <= _LONG and text.count("\n") < 4:
        return Readable(kind="text", text=text)
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"
    beginning = shorten(" ".join(text[: 4 * _BEGINNING].split()), _BEGINNING)
    return Readable(kind="long", text=cut, beginning=beginning)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"
