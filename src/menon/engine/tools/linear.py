"""What JSON Schema asks for that usually takes more than linear time, checked in linear time."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, cast


def hopeless(schema: object, at: str = "") -> Iterator[tuple[str, str]]:
    """The patterns of a schema that cannot be matched in linear time, with where they stand."""
    if isinstance(schema, list):
        for number, part in enumerate(cast("list[object]", schema)):
            yield from hopeless(part, f"{at}/{number}")
    elif isinstance(schema, dict):
        for key, part in cast("dict[str, object]", schema).items():
            if key != "pattern" or not isinstance(part, str):
                yield from hopeless(part, f"{at}/{key}")
            elif _matcher(part) is None:
                yield f"{at}/pattern", f"{part!r} is no pattern here: no look-around, no references"


def _pattern(_checker: object, pattern: str, value: object, _schema: object) -> Iterator[Any]:
    """In linear time: Python's own matcher can hang for hours."""
    from jsonschema.exceptions import ValidationError

    matches = _matcher(pattern) if isinstance(value, str) else None
    if matches is not None and not matches(value):
        yield ValidationError(f"it does not match {pattern!r}")


def _unique(_checker: object, wanted: object, value: object, _schema: object) -> Iterator[Any]:
    """In linear time: the library compares each with each."""
    from jsonschema.exceptions import ValidationError

    if not wanted or not isinstance(value, list):
        return
    items = cast("list[Any]", value)
    if len({json.dumps(item, sort_keys=True) for item in items}) < len(items):
        yield ValidationError("it has the same item twice")


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> Callable[[object], bool] | None:
    """Whether a text holds the pattern; None where that cannot be said in linear time."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python
    except SchemaError:
        return None


KEYWORDS: Final[Mapping[str, Any]] = {"pattern": _pattern, "uniqueItems": _unique}
"""Checkers for `jsonschema`, in place of its own."""
