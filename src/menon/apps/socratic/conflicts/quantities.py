"""Quantities in a clause: what is measured, in which unit, and which numbers are allowed."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple, cast

from menon.apps.socratic.conflicts.bounds import bound_of, interval
from menon.apps.socratic.conflicts.dates import Days, date_at
from menon.apps.socratic.conflicts.lexicon import document, words
from menon.apps.socratic.conflicts.model import Interval
from menon.apps.socratic.conflicts.numbers import Number, number_at
from menon.apps.socratic.conflicts.units import currencies, factor, units
from menon.apps.socratic.conflicts.words import Token

_CLOCK: Final = frozenset({"am", "pm", "o", "oclock", "noon", "midnight"})
"""Behind a number these make it a time of the day."""
_NOON: Final = 12
_OFTEN: Final = {"once": 1, "twice": 2, "thrice": 3}
_NOUN_WORDS: Final = 3
_MOST: Final = 30
"""Quantities of a clause; a list of more numbers is a table and no sentence."""
DAY: Final = 86_400.0


_BESIDE = frozenset({"and", "per", "/", "a"})
_OCCASIONS = frozenset({"semester", "term", "season", "shift", "trip", "visit", "match", "lesson"})
_EACH = frozenset({"per", "a", "an", "/", "each", "every"})


class Quantity(NamedTuple):
    """A number with its unit, in base units (seconds, person hours, bytes, days for dates)."""

    start: int
    end: int
    dim: str
    interval: Interval
    operator: str
    unit: str = ""
    per: str = ""
    noun: tuple[str, ...] = ()
    yearless: bool = False
    shown: str = ""
    core: int = 0
    """The position of the number itself."""
    ranged: bool = False
    """Whether it lasts from one day to another, and is not one day among them."""


class _Read(NamedTuple):
    start: int
    end: int
    dim: str
    low: float
    high: float
    unit: str = ""
    per: str = ""
    noun: tuple[str, ...] = ()


@cache
def _names() -> frozenset[str]:
    return frozenset(str(name) for name in document("amounts")["names"])


def quantities(tokens: Sequence[Token], taken: frozenset[int]) -> list[Quantity]:
    """The quantities of a clause, from left to right.

    Args:
        tokens: of the clause.
        taken: positions that mean something else, such as the 2 of `phase 2`.
    """
    stems = [token.stem for token in tokens]
    found: list[Quantity] = []
    at = 0
    while at < len(tokens) and len(found) < _MOST:
        read = None if at in taken else _at(tokens, stems, at)
        if read and tokens[at].text in {"a", "an"} and found and found[-1].end == at:
            # `Five minutes a year`: the second time says how often.
            read = None if found[-1].dim == "time" else read
        if read is None:
            at += 1
            continue
        found.append(_bounded(tokens, stems, read, found[-1].end if found else 0))
        at = max(read.end, at + 1)
    return found


def _at(tokens: Sequence[Token], stems: Sequence[str], at: int) -> _Read | Days | None:
    day = date_at(tokens, at)
    if day:
        return day
    currency = currencies().at(stems, at)
    if currency and currency.end < len(tokens) and tokens[currency.end].kind != "mark":
        number = number_at(tokens, currency.end, money=True)
        if number and (tokens[currency.end].kind == "number" or currency.label == stems[at]):
            return _money(tokens, stems, Number(at, number.end, number.value), currency.label)
    number = number_at(tokens, at)
    if number:
        return None if _named(tokens, at, number) else _measured(tokens, stems, number)
    return _single(tokens, stems, at)


def _named(tokens: Sequence[Token], at: int, number: Number) -> bool:
    """Whether the number is part of a name, a ratio or a version."""
    before = tokens[at - 1].text if at else ""
    after = tokens[number.end].text if number.end < len(tokens) else ""
    ratio = before in {"/", ":"} and at > 1 and tokens[at - 2].kind == "number"
    if ratio or before in _names() or before == "#" or after in {"fa", ":", "d"}:
        return True
    return after == "/" and number.end + 1 < len(tokens) and tokens[number.end + 1].kind == "number"


def _single(tokens: Sequence[Token], stems: Sequence[str], at: int) -> _Read | None:
    """`A week`, `a fortnight`, `half a year` has been a number already."""
    if tokens[at].text in _OFTEN and at + 1 < len(tokens):
        return _repeated(tokens, stems, at)
    if tokens[at].text not in {"a", "an"} or at + 1 >= len(tokens):
        return None
    begin = at + 2 if tokens[at + 1].text in {"whole", "full", "entire"} else at + 1
    unit = units().at(stems, begin) if begin < len(tokens) else None
    if not unit or tokens[at + 1].text in {"s", "m", "d", "t", "g", "min", "sprint"}:
        return None
    dim, name = unit.label.split("|")
    if tokens[unit.end - 1].text == "second" and _is_next(tokens, unit.end):
        return None
    if dim not in {"time", "effort"} or _follows_amount(tokens, at):
        return None
    value = factor(dim, name)
    return _Read(at, unit.end, dim, value, value, name)


def _is_next(tokens: Sequence[Token], at: int) -> bool:
    """`A second person` is the one after the first, and no time."""
    after = tokens[at] if at < len(tokens) else None
    loose = words("words", "stop") | words("words", "modal") | words("words", "light") | {"delay"}
    return after is not None and after.kind == "word" and after.stem not in loose


def _repeated(tokens: Sequence[Token], stems: Sequence[str], at: int) -> _Read | None:
    """`Twice per second` is a rate."""
    times = float(_OFTEN[tokens[at].text])
    read = _with_per(tokens, stems, _Read(at, at + 1, "count", times, times, noun=("tim",)))
    # `Only once` is a number of times; `once it is paid` is none.
    told = at > 0 and tokens[at - 1].text in {"only", "most", "than", "exactly", "just"}
    return read if read.dim == "rate" or told else None


def _follows_amount(tokens: Sequence[Token], at: int) -> bool:
    """Whether `a day` is a rate, as in `twice a day`."""
    rates = {"once", "twice", "times", "thrice"}
    return at > 0 and (tokens[at - 1].kind == "number" or tokens[at - 1].text in rates)


def _measured(tokens: Sequence[Token], stems: Sequence[str], number: Number) -> _Read | None:
    start, end, low = number
    high, end = _range(tokens, stems, start, end, low)
    money = currencies().at(stems, end) if end < len(stems) else None
    if money:
        return _money(tokens, stems, Number(start, money.end, low), money.label, high)
    unit = units().at(stems, end) if end < len(stems) else None
    if unit is None:
        return _counted(tokens, stems, _Read(start, end, "count", low, high))
    dim, name = unit.label.split("|")
    size = factor(dim, name)
    read = _Read(start, unit.end, dim, low * size, high * size, name)
    high_again, end = _range(tokens, stems, start, read.end, low)
    if end > read.end:
        second = units().at(stems, end) if end < len(stems) else None
        if second and second.label.startswith(dim):
            other = factor(dim, second.label.split("|")[1])
            read = read._replace(end=second.end, high=high_again * other)
    return read._replace(end=read.end) if dim == "time" else _with_per(tokens, stems, read)


def _range(
    tokens: Sequence[Token], stems: Sequence[str], start: int, end: int, low: float
) -> tuple[float, int]:
    """The upper end of `5 to 10`, `5-10` or `between 5 and 10`, and the position behind it."""
    if end + 1 >= len(tokens):
        return low, end
    joins = {"-", "to", "\u2013"}
    if start and stems[start - 1] == "between":
        joins = {"and", "-"}
    if tokens[end].text not in joins or tokens[end + 1].kind == "mark":
        return low, end
    number = number_at(tokens, end + 1)
    if number is None or number.value < low:
        return low, end
    return number.value, number.end


def _money(
    tokens: Sequence[Token],
    stems: Sequence[str],
    number: Number,
    code: str,
    high: float | None = None,
) -> _Read:
    most = number.value if high is None else high
    if most == number.value:
        most, end = _range(tokens, stems, number.start, number.end, number.value)
        number = number._replace(end=end)
    read = _Read(number.start, number.end, "money", number.value, most, code)
    again = currencies().at(stems, read.end) if read.end < len(stems) else None
    return _with_per(tokens, stems, read._replace(end=again.end) if again else read)


def _counted(tokens: Sequence[Token], stems: Sequence[str], read: _Read) -> _Read:
    """A number without a unit, with the noun that it counts."""
    noun: list[str] = []
    end = read.end
    if end < len(tokens) and tokens[end].text in _CLOCK:
        half = 12.0 if tokens[end].text == "pm" and read.low < _NOON else 0.0
        return read._replace(dim="clock", end=end + 1, low=read.low + half, high=read.high + half)
    skip, verbs = words("words", "stop") | words("words", "modal"), words("words", "verb")
    while end < len(tokens) and tokens[end].kind == "word" and len(noun) < _NOUN_WORDS:
        stem = stems[end]
        if stem in skip or (noun and stem in verbs and tokens[end].text == stem):
            break
        noun.append(stem)
        end += 1
    return _with_per(tokens, stems, read._replace(end=end, noun=tuple(noun)))


def _with_per(tokens: Sequence[Token], stems: Sequence[str], read: _Read) -> _Read:
    adverbs = cast("Mapping[str, str]", document("amounts")["adverbs"])
    if read.end < len(tokens) and tokens[read.end].text in adverbs:
        return _rated(read, adverbs[tokens[read.end].text], read.end + 1)
    if read.end + 1 >= len(tokens) or tokens[read.end].text not in _EACH:
        return _rated(read, "s", read.end) if read.dim == "rate" else read
    unit = units().at(stems, read.end + 1)
    if unit and unit.label.startswith("time|"):
        return _rated(read, unit.label.split("|")[1], unit.end)
    if tokens[read.end].text in {"per", "/"} and tokens[read.end + 1].kind == "word":
        named = read._replace(end=read.end + 2, per=f"per {stems[read.end + 1]}")
        return _paid_for(tokens, stems, named) or named
    if stems[read.end + 1] in _OCCASIONS:
        return read._replace(end=read.end + 2, per=f"per {stems[read.end + 1]}")
    return read


def _paid_for(tokens: Sequence[Token], stems: Sequence[str], named: _Read) -> _Read | None:
    """`Per developer and month`: the time says how often."""
    beside = tokens[named.end : named.end + 2]
    joined = len(beside) > 1 and beside[0].text in _BESIDE
    again = units().at(stems, named.end + 1) if joined else None
    if not again or not again.label.startswith("time|") or named.dim != "money":
        return None
    return _rated(named, again.label.split("|")[1], again.end)


def _rated(read: _Read, unit: str, end: int) -> _Read:
    if read.dim not in {"count", "rate"}:
        return read._replace(per=unit, end=end)
    seconds = factor("time", unit)
    return read._replace(
        dim="rate", per=unit, end=end, low=read.low / seconds, high=read.high / seconds
    )


def _bounded(
    tokens: Sequence[Token], stems: Sequence[str], read: _Read | Days, floor: int
) -> Quantity:
    dim = "date" if isinstance(read, Days) else read.dim
    bound = bound_of(stems, read.start, read.end, dim, floor=floor)
    ranged = isinstance(read, Days) and read.ranged
    if ranged:
        bound = bound._replace(operator="=")
    allowed = interval(bound.operator, float(read.low), float(read.high))
    first, last = min(bound.start, read.start), max(bound.end, read.end)
    if not isinstance(read, Days) and dim == "count" and not read.noun and last > read.end:
        # `20 or more children`: the noun stands behind the bound.
        named = _counted(tokens, stems, read._replace(end=last))
        read, last = (named, named.end) if named.dim == dim else (read, last)
    shown = " ".join(token.text for token in tokens[first:last])
    for apart in ("$ ", "€ ", "£ "):
        shown = shown.replace(apart, apart[0])
    if isinstance(read, Days):
        allowed = _dated(bound.operator, read)
        return Quantity(
            first, last, dim, allowed, bound.operator, "date",
            yearless=read.yearless, shown=shown, core=read.start, ranged=ranged,
        )  # fmt: skip
    return Quantity(
        first, last, dim, allowed, bound.operator, read.unit, read.per, read.noun,
        shown=shown.replace(" %", "%"), core=read.start,
    )  # fmt: skip


def _dated(operator: str, days: Days) -> Interval:
    """Before a month ends with its eve; after it begins with its end."""
    if operator == "<":
        return Interval(high=days.low - 1.0)
    if operator == ">":
        return Interval(low=days.high + 1.0)
    if operator in {"<=", ">="}:
        return interval(operator, float(days.low), float(days.high))
    return Interval(float(days.low), float(days.high))
