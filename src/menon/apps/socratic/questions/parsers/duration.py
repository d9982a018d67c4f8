"""Lengths of time: `2 weeks`, `at least 6 weeks`, `300 ms`, `4-6 months`, `daily`, `forever`."""

import re
from typing import Any, Final

from menon.apps.socratic.questions.parsers.numbers import FIGURE, operator, spelled, value
from menon.apps.socratic.questions.parsers.reading import Context, Reading

DAY_S: Final = 86_400.0

UNITS: Final = {
    "milliseconds": 0.001,
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3_600.0,
    "days": DAY_S,
    "weeks": 7 * DAY_S,
    "fortnights": 14 * DAY_S,
    "months": 30 * DAY_S,
    "quarters": 91 * DAY_S,
    "years": 365 * DAY_S,
}
"""Seconds in a unit; a month has 30 days, a year 365."""

_SPELLINGS: Final = {
    "ms": "milliseconds", "msec": "milliseconds", "millis": "milliseconds", "s": "seconds",
    "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "h": "hours",
    "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks", "wk": "weeks", "wks": "weeks",
    "y": "years", "yr": "years", "yrs": "years",
} | {unit: unit for unit in UNITS} | {unit[:-1]: unit for unit in UNITS}  # fmt: skip
_UNIT: Final = "|".join(sorted(_SPELLINGS, key=len, reverse=True))
_WITH_UNIT: Final = re.compile(
    rf"{FIGURE}[\s-]?(?:working |business |full )?(?P<unit>{_UNIT})\b", re.IGNORECASE
)
_RANGE: Final = re.compile(
    rf"(?P<low>\d{{1,6}}(?:\.\d{{1,3}})?)\s?(?:-|\u2013|to)\s?(?P<high>\d{{1,6}}(?:\.\d{{1,3}})?)"
    rf"[\s-]?(?P<unit>{_UNIT})\b",
    re.IGNORECASE,
)
_ADVERBS: Final = {
    "hourly": "hours",
    "every hour": "hours",
    "daily": "days",
    "nightly": "days",
    "every day": "days",
    "every night": "days",
    "weekly": "weeks",
    "every week": "weeks",
    "monthly": "months",
    "yearly": "years",
}
_ADVERB: Final = re.compile(rf"\b(?:{'|'.join(_ADVERBS)})\b", re.IGNORECASE)
_FOREVER: Final = re.compile(
    r"\b(?:forever|for ever|indefinitely|never deleted?|always kept|permanently)\b", re.IGNORECASE
)


def parse(text: str, context: Context) -> Reading | None:
    """`{seconds, amount, unit, operator}`, with `most` (seconds) for a range; null is forever.

    Of several lengths of time the first counts.
    """
    del context
    if found := _RANGE.search(text):
        low, high = sorted((float(found["low"]), float(found["high"])))
        unit = _SPELLINGS[found["unit"].lower()]
        given = _given(low, unit, ">=")
        given["most"] = round(high * UNITS[unit], 3)
        return Reading(value=given, shown=f"{spelled(low)} to {spelled(high)} {unit}")
    for found in _WITH_UNIT.finditer(text):
        amount = value(found)
        if amount is not None and amount < 1e9:
            unit = _SPELLINGS[found["unit"].lower()]
            sign = operator(text, found.start(), found.end(), "=")
            given = _given(amount, unit, sign)
            return Reading(value=given, shown=shown(given))
    if found := _ADVERB.search(text):
        given = _given(1.0, _ADVERBS[found[0].lower()], "=")
        return Reading(value=given, shown=f"every {given['unit'][:-1]}")
    if _FOREVER.search(text):
        return Reading(value=None, shown="for ever")
    return None


def shown(given: dict[str, Any]) -> str:
    """A length of time for people."""
    amount, unit = float(str(given["amount"])), str(given["unit"])
    sign = {"=": "", ">=": "at least ", "<=": "at most ", ">": "more than ", "<": "less than "}
    return f"{sign[str(given['operator'])]}{spelled(amount)} {unit[:-1] if amount == 1 else unit}"


def _given(amount: float, unit: str, sign: str) -> dict[str, Any]:
    seconds = round(amount * UNITS[unit], 3)
    return {"seconds": seconds, "amount": amount, "unit": unit, "operator": sign}
