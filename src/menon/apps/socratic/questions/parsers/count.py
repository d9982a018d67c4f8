"""Counts of people and things: `200 users`, `two developers and a designer`, `about 50`."""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.numbers import Number, numbers, operator, spelled
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_PEOPLE: Final = re.compile(
    r"\s?(?:full[- ]time |part[- ]time |senior |junior |more )?"
    r"(?:people|persons?|developers?|devs?|engineers?|designers?|testers?|analysts?|managers?|"
    r"admins?|students?|members?|volunteers?|programmers?|folks|guys|of us)\b",
    re.IGNORECASE,
)
_MEASURE: Final = re.compile(
    r"\s?(?:%|percent|ms\b|milli|sec|s\b|min|h\b|hours?|days?|weeks?|months?|years?|eur|usd|"
    r"dollars?|euros?|\u20ac|\$|\u00a3)",
    re.IGNORECASE,
)
_SINGLE: Final = {"people": "person"}
_ALONE: Final = re.compile(
    r"\b(?:alone|just me|only me|myself|solo)\b|^(?:me|i|i do)[.!]?$", re.IGNORECASE
)


def parse(text: str, context: Context) -> Reading | None:
    """`{count, operator}`: people are added up, else the number before the unit counts."""
    found = numbers(text)
    if context.unit == "people":
        if _ALONE.search(text):
            return _reading(1, "=", "people")
        heads = [one for one in found if _PEOPLE.match(text, one.end)]
        heads = heads or [one for one in found if not one.spoken and _bare(text, one)][:1]
        heads = heads or [one for one in found if one.value > 1 and _bare(text, one)][:1]
        total = sum(one.value for one in heads)
        return _reading(total, "=", "people") if 0 < total < 1e6 else None
    unit = context.unit.rstrip("s")
    bare = [one for one in found if _bare(text, one) and not (one.spoken and one.value <= 1)]
    named = [one for one in bare if unit and text[one.end : one.end + 30].lower().find(unit) >= 0]
    for one in named or bare:
        if one.value == int(one.value) and one.value < 1e12:
            sign = operator(text, one.start, one.end, ">=")
            return _reading(one.value, sign, context.unit)
    return None


def _bare(text: str, one: Number) -> bool:
    behind = _MEASURE.match(text, one.end)
    return not behind and text[max(0, one.start - 1) : one.start] not in tuple("$\u20ac\u00a3p")


def _reading(total: float, sign: str, unit: str) -> Reading:
    named = _SINGLE.get(unit, unit.removesuffix("s")) if total == 1 else unit
    return Reading(
        value={"count": int(total), "operator": sign},
        shown=f"{'' if sign in {'=', '>='} else sign + ' '}{spelled(total)} {named}".strip(),
    )
