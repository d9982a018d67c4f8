"""Things in a time: `10 requests per second`, `500 orders a day`; and volumes in a year."""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.duration import UNITS
from menon.apps.socratic.questions.parsers.numbers import (
    FIGURE,
    exact,
    numbers,
    operator,
    spelled,
    value,
)
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_PERIOD: Final = r"second|minute|hour|day|week|month|quarter|year"
_RATE: Final = re.compile(
    rf"{FIGURE}\s?(?P<noun>[^\W\d_]{{0,30}}(?: [^\W\d_]{{1,30}}){{0,2}}?)\s?"
    rf"(?:per|a|an|each|every|/|in a)\s?(?P<period>{_PERIOD}|s|sec|min|h)\b",
    re.IGNORECASE,
)
_DAILY: Final = re.compile(
    rf"{FIGURE}\s?(?P<noun>[^\W\d_]{{0,30}})\s?(?P<adverb>daily|weekly|monthly|yearly|annually)\b",
    re.IGNORECASE,
)
_SHORT: Final = {"s": "second", "sec": "second", "min": "minute", "h": "hour"}
_ADVERBS: Final = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_MOST: Final = 1e15


def parse(text: str, context: Context) -> Reading | None:
    """`{value, unit, per, operator}` of the first rate; `per` is a unit of time."""
    for match in _RATE.finditer(text):
        number = value(match)
        if number is not None and number < _MOST:
            period = match["period"].lower()
            period = _SHORT.get(period, period)
            sign = operator(text, match.start(), match.end(), ">=")
            return _reading(number, match["noun"].strip() or context.unit, period, sign)
    if (match := _DAILY.search(text)) and (number := value(match)) is not None:
        return _reading(number, match["noun"], _ADVERBS[match["adverb"].lower()], ">=")
    return None


def volume(text: str, context: Context) -> Reading | None:
    """The number of records in a year; a number without a time is taken as one year's."""
    if found := parse(text, context):
        yearly = found.value["value"] * UNITS["years"] / UNITS[f"{found.value['per']}s"]
    else:
        bare = [one for one in numbers(text) if not one.spoken or one.value > 1]
        if not bare:
            return None
        yearly = bare[0].value
    count = round(yearly)
    return Reading(value=count, shown=f"{spelled(count)} a year") if count < _MOST else None


def _reading(number: float, unit: str, period: str, sign: str) -> Reading:
    given = {"value": exact(number), "unit": unit.lower(), "per": period, "operator": sign}
    return Reading(value=given, shown=f"{spelled(number)} {unit.lower()} per {period}")
