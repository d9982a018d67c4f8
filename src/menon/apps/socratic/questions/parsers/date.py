"""Dates and deadlines: `2027-03-01`, `1 March 2027`, `end of Q2 2027`, or `in 6 weeks`."""

import calendar
import re
from datetime import date
from typing import Final

from menon.apps.socratic.questions.parsers import duration
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_MONTHS: Final = {name.lower(): n for n, name in enumerate(calendar.month_name) if name} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if name
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR: Final = r"(?P<year>(?:19|20|21)\d\d)"
_ISO: Final = re.compile(rf"(?<!\d){_YEAR}-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?!\d)")
_DOTTED: Final = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}")
_DAY_FIRST: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?(?P<name>{_MONTH})\.?,? {_YEAR}",
    re.IGNORECASE,
)
_MONTH_FIRST: Final = re.compile(
    rf"\b(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}", re.IGNORECASE
)
_MONTH_ONLY: Final = re.compile(rf"\b(?P<name>{_MONTH})\.? {_YEAR}", re.IGNORECASE)
_QUARTER: Final = re.compile(rf"\bq(?P<quarter>[1-4])[ /-]?(?:of )?{_YEAR}", re.IGNORECASE)
_END_OF_YEAR: Final = re.compile(rf"\bend of (?:the year )?{_YEAR}", re.IGNORECASE)
_EXACT: Final = (_ISO, _DOTTED, _DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY)
_LONGEST_S: Final = 36_500 * duration.DAY_S


def find(text: str) -> str | None:
    """The first date of a text as `YYYY-MM-DD`; of a month or a quarter its last day, or None."""
    for pattern in _EXACT:
        for found in pattern.finditer(text):
            if made := _made(found.groupdict()):
                return made
    if found := _QUARTER.search(text):
        return _last(int(found["year"]), 3 * int(found["quarter"]))
    if found := _END_OF_YEAR.search(text):
        return _last(int(found["year"]), 12)
    return None


def parse(text: str, context: Context) -> Reading | None:
    """`{date}`, or `{days, operator}` for a length of time from the start of the project."""
    if day := find(text):
        return Reading(value={"date": day, "operator": "<="}, shown=f"by {day}")
    length = duration.parse(text, context)
    if length is None or length.value is None or not 0 < length.value["seconds"] <= _LONGEST_S:
        return None
    days = round(length.value["seconds"] / duration.DAY_S, 2)
    if days < 1:
        return None  # milliseconds and hours are rather a speed
    sign = length.value["operator"]
    given = {"days": days, "operator": "<=" if sign == "=" else sign}
    if "most" in length.value:
        given = {"days": round(length.value["most"] / duration.DAY_S, 2), "operator": "<="}
    return Reading(value=given, shown=f"{duration.shown(length.value)} from the start")


def _made(given: dict[str, str | None]) -> str | None:
    year = int(given["year"] or 0)
    name = given.get("name")
    month = _MONTHS[name.lower()] if name else int(given["month"] or 0)
    if not 1 <= month <= 12:
        return None
    if given.get("day") is None:
        return _last(year, month)
    try:
        return date(year, month, int(given["day"] or 0)).isoformat()
    except ValueError:
        return None


def _last(year: int, month: int) -> str:
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
