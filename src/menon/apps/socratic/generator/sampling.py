"""Test data of a field: valid values, values at each limit, and values that must be refused."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from menon.apps.socratic.generator.addresses import ADDRESSES, address, lengths, matching
from menon.apps.socratic.generator.model import FieldModel
from menon.apps.socratic.generator.names import words
from menon.apps.socratic.generator.spelling import DECIMALS, LARGEST, limits, literal
from menon.apps.socratic.specification.data import FieldType
from menon.apps.socratic.specification.regex_sample import breaking, samples
from menon.core.errors import InvalidInput

_MANY: Final = 60
"""As many different values as a pattern is asked for."""

_FEW: Final = 8
"""Tests that store several records want as many values."""

_STEP: Final = 0.0001
_PLACES: Final = 4
_FINE: Final = 12
"""Places of a float, whose limits may be closer to each other than a step."""
_REAL: Final = (FieldType.DECIMAL, FieldType.FLOAT)

_PLAIN: Final = {
    FieldType.BOOLEAN: "n % 2 == 0",
    FieldType.DATE: "str(dt.date(2026, 1, 1) + dt.timedelta(days=n % 3_000))",
    FieldType.DATETIME: (
        'f"{dt.date(2026, 1, 1) + dt.timedelta(days=n // 24 % 3_000)}T{n % 24:02d}:30:00Z"'
    ),
    FieldType.TIME: 'f"{n // 60 % 24:02d}:{n % 60:02d}:00"',
    FieldType.UUID: "str(uuid.UUID(int=n))",
}
_CONVERTERS: Final = {
    FieldType.DECIMAL: "exact",
    FieldType.DATE: "dt.date.fromisoformat",
    FieldType.DATETIME: "dt.datetime.fromisoformat",
    FieldType.TIME: "dt.time.fromisoformat",
    FieldType.UUID: "uuid.UUID",
}
_WRONG: Final[dict[FieldType, tuple[tuple[str, str], ...]]] = {
    FieldType.STRING: (("1", "a number"),),
    FieldType.TEXT: (("1", "a number"),),
    FieldType.INTEGER: (('"1"', "text"), ("1.5", "a fraction"), ("True", "a truth value")),
    FieldType.DECIMAL: (('"1"', "text"), ("True", "a truth value")),
    FieldType.FLOAT: (('"1"', "text"), ("True", "a truth value")),
    FieldType.BOOLEAN: (('"true"', "text"), ("1", "a number")),
    FieldType.DATE: (
        ('"2026-02-30"', "no day of the calendar"),
        ('"2026-01-01T00:00:00Z"', "a moment"),
        ("1", "a number"),
    ),
    FieldType.DATETIME: (
        ('"2026-01-01T08:30:00"', "a moment without a zone"),
        ('"2026-01-01"', "a date"),
        ("1", "a number"),
    ),
    FieldType.TIME: (('"24:00:00"', "no time of day"), ('"noon"', "a word"), ("1", "a number")),
    FieldType.UUID: (('"1234"', "no UUID"), ("1", "a number")),
    FieldType.EMAIL: (('"nobody"', "no address"), ('"a@b"', "no domain"), ("1", "a number")),
    FieldType.URL: (
        ('"javascript:alert(1)"', "a script"),
        ('"example.com"', "no scheme"),
        ("1", "a number"),
    ),
    FieldType.ENUM: (('"no such value"', "an unknown value"), ("1", "a number")),
}


@dataclass(frozen=True)
class Case:
    """A value as a Python expression, and what is special about it."""

    value: str
    why: str


def sample(field: FieldModel) -> str:
    """A Python expression of `n` for the n-th valid value, as JSON has it.

    Raises:
        InvalidInput: no value is valid, or none could be found for the pattern.
    """
    if field.enum is not None:
        return _picked([value for _, value, _ in field.enum.members])
    if field.type in {FieldType.STRING, FieldType.TEXT}:
        return _text(field)
    if field.type is FieldType.INTEGER or field.type in _REAL:
        return _number(field)
    if field.type in ADDRESSES:
        return _picked(_matching(field)) if field.part else address(field)
    return _PLAIN[field.type]


def from_json(field: FieldModel) -> str | None:
    """What makes the Python value of the JSON value; None where they are the same."""
    if field.enum is not None:
        return f"enums.{field.enum.name}"
    return _CONVERTERS.get(field.type)


def plenty(field: FieldModel) -> bool:
    """Whether there are values enough for tests that store several different ones."""
    if field.enum is not None or field.type is FieldType.BOOLEAN:
        return False
    if field.pattern is not None:
        return len(_matching(field)) >= _FEW
    if field.type in {FieldType.STRING, FieldType.TEXT}:
        return (field.max_length or 0) >= 2
    if field.type is FieldType.INTEGER or field.type in _REAL:
        low, high = _range(field)
        return high - low >= _FEW * _step(field)
    return True


def single(field: FieldModel) -> bool:
    """Whether it has one valid value only."""
    if field.enum is not None:
        return len(field.enum.members) == 1
    if field.pattern is not None:
        return len(_matching(field)) == 1
    if field.type is FieldType.INTEGER or field.type in _REAL:
        low, high = _range(field)
        return high - low < _step(field)
    return False


def accepted(field: FieldModel) -> list[Case]:
    """The values at each limit that are still valid."""
    found = [Case(value, why) for value, why in _edges(field, inside=True)]
    if field.enum is not None:
        found += [Case(repr(value), f"the value {value}") for _, value, _ in field.enum.members]
    if field.type is FieldType.BOOLEAN:
        found += [Case("True", "true"), Case("False", "false")]
    if not field.required:
        found.append(Case("None", "nothing"))
    return _once(found)


def refused(field: FieldModel) -> list[Case]:
    """Values of another type, without the form, and just outside each limit."""
    found = [Case(value, why) for value, why in _WRONG[field.type]]
    if field.enum is None:
        found += [Case(value, why) for value, why in _edges(field, inside=False)]
    if field.required:
        found.append(Case("None", "nothing"))
    if field.pattern is not None:
        wrong = breaking(field.pattern, least=field.min_length or 0, most=field.max_length or 255)
        if wrong is not None:
            found.append(Case(repr(wrong), "what does not match the pattern"))
        found += [Case(repr(one), "an address of another form") for one in _others(field)]
    return _once(found)


def _others(field: FieldModel) -> list[str]:
    """Addresses in which the pattern of a field is not found."""
    known = {FieldType.EMAIL: "x@other.example", FieldType.URL: "http://other.example/x"}
    one = known.get(field.type, "") if field.part else ""
    return [one] if one and not re.search(field.pattern or "", one) else []


def _once(cases: list[Case]) -> list[Case]:
    """Without those whose value stands there already."""
    return list({case.value: case for case in reversed(cases)}.values())[::-1]


def _text(field: FieldModel) -> str:
    least, most = field.min_length or 0, field.max_length or 255
    if least > most:
        raise InvalidInput(
            f"{field.title!r} must have at least {least} and at most {most} characters; no text "
            f"has, so correct one of the two"
        )
    if field.pattern is not None:
        return _picked(_matching(field))
    title = " ".join(words(field.title)).capitalize()
    if most < len(title) + 8:
        return f"str(n).zfill({most})[-{most}:]"
    longer = f'.ljust({least}, "x")' if least > len(title) + 2 else ""
    return f"titled({title!r}, n){longer}"


def _picked(values: Sequence[str]) -> str:
    return f"pick([{', '.join(map(literal, values))}], n)"


def _matching(field: FieldModel) -> list[str]:
    least, most = field.min_length or 0, field.max_length or 255
    found = matching(field, _MANY) if field.part else []
    found = found or samples(field.pattern or "", _MANY, least=least, most=most)
    if not found:
        raise InvalidInput(
            f"no text of {least} to {most} characters was found that matches the pattern "
            f"{field.part or field.pattern!r} of {field.title!r}; write it without look-around"
        )
    return found


def _range(field: FieldModel) -> tuple[float, float]:
    """The least and the greatest valid number."""
    whole = field.type is FieldType.INTEGER
    step = _step(field)
    known = max(10**12, *(2 * abs(v) for v in (*_some(field.ge), *_some(field.gt), 0)))
    largest = {FieldType.INTEGER: LARGEST, FieldType.DECIMAL: DECIMALS}.get(field.type, known)
    lows = [-largest, *_some(field.ge), *(v + step for v in _some(field.gt))]
    highs = [largest, *_some(field.le), *(v - step for v in _some(field.lt))]
    low, high = max(lows), min(highs)
    if low > high:
        raise InvalidInput(
            f"no number is at least {low:g} and at most {high:g}, as {field.title!r} must be; "
            f"correct one of its limits"
        )
    return (math.ceil(low), math.floor(high)) if whole else (low, high)


def _step(field: FieldModel) -> float:
    """How far the next number is from another one, as tests take it."""
    if field.type is FieldType.INTEGER:
        return 1
    if field.type is FieldType.DECIMAL:
        return _STEP
    lows, highs = [*_some(field.ge), *_some(field.gt)], [*_some(field.le), *_some(field.lt)]
    width = min(highs) - max(lows) if lows and highs else 0
    step = min(_STEP, width / 16) if width > 0 else _STEP
    return max(step, 4 * math.ulp(max(map(abs, (*lows, *highs)), default=0)))


def _some(value: float | None) -> list[float]:
    return [] if value is None else [value]


def _number(field: FieldModel) -> str:
    low, high = _range(field)
    # From 1 on where enough is left from there; else the least, or what is near the greatest.
    roomy = low <= 1 and high - 1 >= min(_FEW * _step(field), high - low)
    start = 1 if roomy else max(low, high - 1_000) if low <= 1 else low
    if field.type is FieldType.INTEGER:
        span = int(min(high - start + 1, 1_000))
        return f"{int(start)} + n % {span}" if span > 1 else f"{int(start)}"
    width = high - start
    if width >= 1_000:
        # Whole numbers and halves have sums without noise.
        start = math.ceil(start)
        return f"{start} + n % 1_000 + 0.5" if width > 1_001 else f"{start} + n % 998"
    least = _step(field)
    places = _FINE if field.type is FieldType.FLOAT else _PLACES
    steps = min(1_000, int(width / least))
    if steps < 1:
        return repr(round(start, places))
    step = max(least, math.floor(width / steps / least) * least)
    return f"round({round(start, places)!r} + n % {steps} * {round(step, places)!r}, {places})"


def _edges(field: FieldModel, *, inside: bool) -> Iterator[tuple[str, str]]:
    """The values at the limits of a field, or those just outside."""
    if field.type in {FieldType.STRING, FieldType.TEXT}:
        yield from _lengths(field, inside=inside)
    elif field.type in ADDRESSES and not field.part:
        yield from lengths(field, inside=inside)
    elif field.type is FieldType.INTEGER or field.type in _REAL:
        low, high = _range(field)
        for name, limit in limits(field).items():
            value = _beside(field, name, limit, inside=inside)
            if not inside or low <= value <= high:
                yield _literal(field, value), f"{name} {limit}"


def _beside(field: FieldModel, name: str, limit: Any, *, inside: bool) -> float:
    step = _step(field)
    strict = name in {"gt", "lt"}
    if strict is not inside:
        return limit
    inward = 1 if name in {"ge", "gt"} else -1
    return limit + step * (inward if inside else -inward)


def _literal(field: FieldModel, value: float) -> str:
    if field.type is FieldType.INTEGER:
        return str(int(value))
    return repr(round(value, _FINE if field.type is FieldType.FLOAT else _PLACES))


def _lengths(field: FieldModel, *, inside: bool) -> Iterator[tuple[str, str]]:
    for name, limit in (("min_length", field.min_length), ("max_length", field.max_length)):
        if limit is None or limit > 100_000:
            continue
        outward = -1 if name == "min_length" else 1
        size = limit if inside else limit + outward
        if size < 0:
            continue
        if field.pattern is None:
            yield f'"x" * {size}', f"{size} characters"
            continue
        found = samples(field.pattern, 1, least=size, most=size)
        if found:
            yield repr(found[0]), f"{size} characters"
