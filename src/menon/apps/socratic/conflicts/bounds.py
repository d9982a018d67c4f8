"""How a number bounds: `at most`, `or more`, `is not enough`, and what a negation makes of it."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple, cast

from menon.apps.socratic.conflicts.lexicon import document, stemmed, words
from menon.apps.socratic.conflicts.model import Interval

_FLIPPED: Final = {">": "<=", "<": ">=", "<=": ">", ">=": "<"}
_LONGEST: Final = 6
_FILLERS: Final = frozenset(
    {"a", "an", "the", "total", "full", "of", "be", "another", "just", "only", "roughly", "his",
     "first", "next", "last", "over", "some", "about", "around", "maximum", "minimum"}
)  # fmt: skip
_VERBS: Final = frozenset({"be", "must", "will", "shall", "can", "should", ",", "have"})
ABOUT: Final = 0.2
"""The part by which a rough number may differ."""


class Bound(NamedTuple):
    """An operator, and the positions of the tokens that say it."""

    operator: str
    start: int
    end: int


@cache
def _table(side: str) -> Mapping[tuple[str, ...], str]:
    found = cast("Mapping[str, list[object]]", document("amounts")[side])
    return {stemmed(str(p)): operator for operator, ps in found.items() for p in ps}


def bound_of(stems: Sequence[str], start: int, end: int, dim: str, *, floor: int = 0) -> Bound:
    """The bound of the number at these positions, negation of the clause included.

    Args:
        stems: of the clause.
        start: of the number, or its currency.
        end: behind its unit or noun.
        dim: what it measures; `in` and `by` bound times only.
        floor: the position before which words belong to something else.
    """
    before = _before(stems, start, dim)
    after = _after(stems, end)
    chosen = before if before and (before.operator != "~" or not after) else after
    if chosen is None or (chosen.operator == "=" and dim == "date" and stems[start - 1] == "on"):
        operator = _far_before(stems[floor:start]) if dim == "date" else ""
        chosen = Bound(operator or _named(stems[floor:start]), start, end)
    elif after and after.operator == ">" and chosen.operator in {"=", "<="}:
        # `Within ten weeks is impossible` says more at its end.
        chosen = after
    if chosen.operator in _FLIPPED and (_refused(stems, end) or _refuses(stems, chosen, floor)):
        return chosen._replace(operator=_FLIPPED[chosen.operator])
    return _negated(stems, chosen, start, dim, floor)


def _refused(stems: Sequence[str], end: int) -> bool:
    """`Files larger than 20 MB are rejected`: the number bounds what is accepted."""
    refusing, after = words("amounts", "refusing"), stems[end : end + 7]
    for at, stem in enumerate(after):
        if stem in refusing:
            return not set(after[:at]) & {"not", "never", "no"}
        if stem in {"accept", "allow", "possible", "possibl", "permit", "support", "process"}:
            return bool(set(after[:at]) & {"not", "never", "no"})
        if stem in {"and", ",", "but"}:
            return False
    return False


def _refuses(stems: Sequence[str], bound: Bound, floor: int) -> bool:
    """`The site rejects files larger than 20 MB`: the limit of what it takes."""
    before = stems[max(floor, bound.start - 8) : bound.start]
    refused = [at for at, stem in enumerate(before) if stem in words("amounts", "refusing")]
    if not refused or bound.start > len(stems) or bound.operator not in {">", "<"}:
        return False
    return not set(before[: refused[0]]) & {"not", "never", "no"} and "error" not in before


def _far_before(before: Sequence[str]) -> str:
    """`Before the start of term in September`: the bound stands further ahead."""
    near = list(before[-9:])
    for at, stem in enumerate(near):
        rest = near[at + 1 :]
        open_end = rest[-1:] in (["in"], ["on"], ["of"]) and not set(rest) & _VERBS
        if open_end and stem in {"before", "by", "until"}:
            return "<=" if stem == "by" else "<"
    return ""


def _named(before: Sequence[str]) -> str:
    """The bound that the noun names: `the maximum size is 5 MB`."""
    said = set(before)
    most = said & {"maximum", "max", "maximal", "latest"}
    least = said & {"minimum", "min", "minimal", "earliest", "soonest"}
    return "<=" if most and not least else ">=" if least and not most else "="


def _before(stems: Sequence[str], start: int, dim: str) -> Bound | None:
    table = _table("before")
    for skipped in range(3):
        end = start - skipped
        if end <= 0 or (skipped and stems[end] not in _FILLERS):
            return None
        for length in range(min(_LONGEST, end), 0, -1):
            operator = table.get(tuple(stems[end - length : end]))
            if operator and _fits(stems[end - 1], operator, dim, length):
                if _whole_sum(stems, end - length, end):
                    operator = "="
                return Bound(operator, end - length, start)
        if stems[end - 1] == "in" and dim in {"time", "effort"}:
            return Bound("<=", end - 1, start)
    return None


def _whole_sum(stems: Sequence[str], at: int, end: int) -> bool:
    """`Add up to 2,000` and `take until April` tell the number itself."""
    before = stems[at - 1] if at else ""
    summed = stems[at] == "up" and before in {"sum", "add", "com", "come", "total"}
    return summed or (stems[end - 1] in {"until", "till"} and before in {"take", "tak", "last"})


def _fits(last: str, operator: str, dim: str, length: int) -> bool:
    if length > 1:
        return True
    if last in {"by", "before", "until", "till", "after", "latest", "earliest", "due"}:
        return dim == "date" or (dim in {"time", "effort"} and last in {"by", "until", "till"})
    if last in {"from", "past"}:
        return dim == "date"
    return last != "beyond" or operator == ">"


def _after(stems: Sequence[str], end: int) -> Bound | None:
    table = _table("after")
    for skipped in range(4):
        begin = end + skipped
        if begin >= len(stems) or (skipped and stems[begin - 1] in {",", "and", "or", "but"}):
            return None
        for length in range(min(_LONGEST, len(stems) - begin), 0, -1):
            operator = table.get(tuple(stems[begin : begin + length]))
            if operator:
                return Bound(operator, end, begin + length)
    return None


def _negated(stems: Sequence[str], bound: Bound, start: int, dim: str, floor: int) -> Bound:
    first = min(bound.start, start)
    negators = words("words", "negator")
    before = list(stems[max(floor, first - 12) : first])
    if ":" in before:
        before = before[before.index(":") + 1 :]
    if not any(stem in negators for stem in before):
        return bound
    if bound.operator in _FLIPPED and bound.start < start:
        if dim == "date" and bound.operator == "<=":
            return bound._replace(operator=">=")
        return bound._replace(operator=_FLIPPED[bound.operator])
    if bound.operator == "=" and dim != "date":
        return bound._replace(operator="!")
    return bound


def interval(operator: str, low: float, high: float) -> Interval:
    """The numbers that an operator allows; `low` and `high` are the same but for a range."""
    if operator == "<=":
        return Interval(high=high)
    if operator == "<":
        return Interval(high=high, high_open=True)
    if operator == ">=":
        return Interval(low=low)
    if operator == ">":
        return Interval(low=low, low_open=True)
    if operator == "~":
        return Interval(low * (1 - ABOUT), high * (1 + ABOUT))
    return Interval(low, high) if math.isfinite(low) else Interval()
