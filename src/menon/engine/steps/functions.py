"""What expressions can do with plain JSON: the functions, and how values compare. All pure."""

import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: unlike in Python, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        lefts, rights = cast("list[Any]", left), cast("list[Any]", right)
        return len(lefts) == len(rights) and all(map(same, lefts, rights))
    if isinstance(left, dict) and isinstance(right, dict):
        ours, theirs = cast("dict[str, Any]", left), cast("dict[str, Any]", right)
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    return bool(left == right)


def in_order(sign: str, left: Any, right: Any) -> bool:
    """Whether two numbers or two texts stand in this order.

    Raises:
        TypeError: they are something else.
    """
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (left, right))
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        raise TypeError("only two numbers or two texts have an order")
    return _ORDER[sign](left, right)


def contains(whole: Any, part: Any) -> bool:
    """Whether a text holds another, a list an item, an object a key.

    Raises:
        TypeError: the whole is something else.
    """
    if isinstance(whole, str):
        return _text(part) in whole
    if isinstance(whole, dict):
        return isinstance(part, str) and part in whole
    if isinstance(whole, list):
        return any(same(item, part) for item in cast("list[Any]", whole))
    raise TypeError("only texts, lists and objects contain something")


def shown(value: Any) -> str:
    """A value inside of a text: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def brief(value: Any) -> str:
    """A value in an error message: its JSON, cut to 40 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("this is no text")
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("this is no list")
    return cast("list[Any]", value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("this is no number")
    if isinstance(value, str):
        if len(value) > 40:
            raise ValueError("this is no number")
        value = int(value) if re.fullmatch(r"\s*-?\d+\s*", value) else float(value)
    if not math.isfinite(value):
        raise ValueError("this is no finite number")
    return value


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise TypeError("this has no length")
    return len(cast("str | list[Any] | dict[str, Any]", value))


def _keys(value: Any) -> list[str]:
    if not isinstance(value, dict):
        raise TypeError("this has no keys")
    return list(cast("dict[str, Any]", value))


def _first(value: Any) -> Any:
    return _items(value)[0]


def _last(value: Any) -> Any:
    return _items(value)[-1]


def _join(items: Any, between: Any) -> str:
    return _text(between).join(map(shown, _items(items)))


def _starts_with(text: Any, start: Any) -> bool:
    return _text(text).startswith(_text(start))


def _ends_with(text: Any, end: Any) -> bool:
    return _text(text).endswith(_text(end))


def _lower(text: Any) -> str:
    return _text(text).lower()


def _upper(text: Any) -> str:
    return _text(text).upper()


def _trim(text: Any) -> str:
    return _text(text).strip()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "contains": contains,
    "ends_with": _ends_with,
    "first": _first,
    "join": _join,
    "json": _json,
    "keys": _keys,
    "last": _last,
    "length": _length,
    "lower": _lower,
    "number": _number,
    "starts_with": _starts_with,
    "text": shown,
    "trim": _trim,
    "upper": _upper,
}
"""By name; `exists` and `default` stand beside the evaluation, since they look before they read."""

_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
