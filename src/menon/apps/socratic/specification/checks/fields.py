"""Faults of one field: its limits, its pattern, its default."""

import math
import re
import uuid
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from menon.apps.socratic.specification.checks.known import Known
from menon.apps.socratic.specification.checks.problem import Problem, ended
from menon.apps.socratic.specification.data import EntityField, FieldType
from menon.apps.socratic.specification.regex_sample import width

NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT})
TEXTS: Final = frozenset({FieldType.STRING, FieldType.TEXT, FieldType.EMAIL, FieldType.URL})
_NOW: Final = frozenset({"now", "today"})
"""Defaults that are taken when a record is made."""
_POSIX: Final = re.compile(r"\[\[?:[a-z]+:\]")
_SLASHES: Final = re.compile(r"/\^.*\$/[a-z]*\Z", re.DOTALL)


def field_problems(field: EntityField, at: str, owner: str, known: Known) -> Iterator[Problem]:
    """The faults of a field of the entity `owner`, which stands at the pointer `at`."""
    said = f"The field {field.name!r} of {owner!r}"
    yield from _enum(field, at, said, known)
    yield from _misplaced(field, at, said)
    yield from _limits(field, at, said)
    yield from _pattern(field, at, said)
    if field.default is not None and (why := _unfit(field, known)):
        text = f"{said} has the default {field.default!r}, {why}; change one of them."
        yield Problem(f"{at}/default", "default_outside", text)


def _enum(field: EntityField, at: str, said: str, known: Known) -> Iterator[Problem]:
    path = f"{at}/enum"
    if field.type is not FieldType.ENUM:
        if field.enum is not None:
            text = f"{said} names the enumeration {field.enum!r} but has the type "
            yield Problem(
                path, "misplaced_enum", f"{text}{field.type.value}; make the type `enum`."
            )
    elif field.enum is None:
        text = f"{said} has the type `enum` but names no enumeration; name one in `enum`."
        yield Problem(path, "missing_enum", text)
    elif field.enum not in known.enums:
        hint = known.instead(field.enum, known.enums)
        text = f"{said} names the enumeration {field.enum!r}, which is unknown; {hint}"
        yield Problem(path, "unknown_enum", ended(text))


def _misplaced(field: EntityField, at: str, said: str) -> Iterator[Problem]:
    for group, names, fit in (
        (NUMBERS, ("min", "max", "above", "below"), "numbers"),
        (TEXTS, ("min_length", "max_length", "pattern"), "text"),
    ):
        if field.type in group:
            continue
        for name in names:
            if getattr(field, name) is not None:
                text = (
                    f"{said} is of the type {field.type.value}; `{name}` is for {fit}, remove it."
                )
                yield Problem(f"{at}/{name}", "misplaced_limit", text)


def _limits(field: EntityField, at: str, said: str) -> Iterator[Problem]:
    pairs = (("min", "max", False), ("above", "below", True), ("min", "below", True))
    for low, high, strict in (*pairs, ("above", "max", True), ("min_length", "max_length", False)):
        least, most = getattr(field, low), getattr(field, high)
        if least is None or most is None:
            continue
        if least > most or (strict and least == most) or _is_gap(field, low, high):
            text = f"{said} allows nothing: `{low}` is {least:g} and `{high}` is {most:g}; "
            yield Problem(f"{at}/{low}", "limits_crossed", f"{text}exchange or remove one.")


def _is_gap(field: EntityField, low: str, high: str) -> bool:
    """Whether no whole number is between two limits of a whole number."""
    if field.type is not FieldType.INTEGER:
        return False
    least, most = getattr(field, low), getattr(field, high)
    first = math.floor(least) + 1 if low == "above" else math.ceil(least)
    last = math.ceil(most) - 1 if high == "below" else math.floor(most)
    return first > last


def _pattern(field: EntityField, at: str, said: str) -> Iterator[Problem]:
    if field.pattern is None:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a set in a set is odd, not wrong
            re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as error:
        text = f"{said} has a pattern that is no regular expression: {error}; correct it."
        yield Problem(f"{at}/pattern", "bad_pattern", text)
        return
    if why := _foreign(field.pattern) or _beside_lengths(field, field.pattern):
        yield Problem(f"{at}/pattern", "bad_pattern", f"{said} has a pattern {why}.")


def _foreign(pattern: str) -> str:
    """Why a pattern means something else than it does elsewhere; nothing where it does not."""
    if _POSIX.search(pattern):
        return "with a class such as `[:alpha:]`, which Python reads as letters; write `[A-Za-z]`"
    if _SLASHES.match(pattern):
        return "between slashes, which belong to it here, so that nothing fits; leave them away"
    return ""


def _beside_lengths(field: EntityField, pattern: str) -> str:
    """Why no text can have both its pattern and its length; nothing where one can."""
    wide = width(pattern)
    if wide is None:
        return ""
    if field.min_length is not None and field.min_length > wide[1]:
        return f"for at most {wide[1]} characters, but `min_length` {field.min_length}; correct one"
    if field.max_length is not None and field.max_length < wide[0]:
        return (
            f"for {wide[0]} characters at least, and `max_length` {field.max_length}; correct one"
        )
    return ""


def _unfit(field: EntityField, known: Known) -> str:
    """Why a default is none of the values that the field allows; nothing where it is one."""
    value = field.default
    if field.type is FieldType.BOOLEAN:
        return "" if isinstance(value, bool) else "which is neither true nor false"
    if field.type in NUMBERS:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _beyond(field, value)
        return "which is no number"
    return _unfit_text(field, value, known) if isinstance(value, str) else "which is no text"


def _unfit_text(field: EntityField, value: str, known: Known) -> str:
    if field.type in TEXTS:
        return _too_long(field, len(value)) or _mismatched(field, value)
    if field.type is FieldType.ENUM:
        enum = known.enums.get(field.enum or "")
        unknown = enum is not None and value not in enum.values
        return f"which is no value of {field.enum!r}" if unknown else ""
    return _unreadable(field.type, value)


def _beyond(field: EntityField, value: float) -> str:
    if field.type is FieldType.INTEGER and value != int(value):
        return "which is no whole number"
    if field.min is not None and value < field.min:
        return f"which is less than `min` {field.min:g}"
    if field.max is not None and value > field.max:
        return f"which is more than `max` {field.max:g}"
    if field.above is not None and value <= field.above:
        return f"which is not above {field.above:g}"
    if field.below is not None and value >= field.below:
        return f"which is not below {field.below:g}"
    return ""


def _too_long(field: EntityField, length: int) -> str:
    if field.min_length is not None and length < field.min_length:
        return f"which is shorter than `min_length` {field.min_length}"
    if field.max_length is not None and length > field.max_length:
        return f"which is longer than `max_length` {field.max_length}"
    return ""


def _mismatched(field: EntityField, value: str) -> str:
    try:
        fits = field.pattern is None or re.search(field.pattern, value) is not None
    except (re.error, OverflowError, RecursionError):
        return ""  # told of the pattern already
    return "" if fits else f"which does not match {field.pattern!r}"


def _unreadable(kind: FieldType, value: str) -> str:
    if kind is not FieldType.UUID and value in _NOW:
        return ""
    read = {
        FieldType.DATE: date.fromisoformat,
        FieldType.DATETIME: datetime.fromisoformat,
        FieldType.TIME: time.fromisoformat,
        FieldType.UUID: uuid.UUID,
    }[kind]
    try:
        read(value)
    except ValueError:
        return f"which is no {kind.value}"
    return ""
