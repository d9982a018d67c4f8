"""Dates as people write them, as ranges of days; a year that is not told stays open."""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from menon.apps.socratic.conflicts.words import Token

_MONTHS: Final = (
    {name.casefold(): at for at, name in enumerate(calendar.month_name) if name}
    | {name.casefold(): at for at, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_SEASONS: Final = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_PARTS: Final = {
    "q1": (1, 3),
    "q2": (4, 6),
    "q3": (7, 9),
    "q4": (10, 12),
    "h1": (1, 6),
    "h2": (7, 12),
}
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_NAMED: Final = {"christmas": (12, 25), "xmas": (12, 25), "easter": (4, 5), "halloween": (10, 31)}
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_ENDS: Final = {"end": 2, "late": 2, "mid": 1, "middle": 1, "start": 0, "beginning": 0, "early": 0}
_LEADS: Final = frozenset({"by", "in", "before", "until", "this", "next", "late", "early", "mid"})
_TO: Final = frozenset({"to", "-", "until", "till", "through", "and", "\u2013"})
NO_YEAR: Final = 1
"""The year of a date whose year was not told; only such dates are compared with each other."""


class Days(NamedTuple):
    """A range of days (ordinals of the Gregorian calendar), and where it stands in the tokens."""

    start: int
    end: int
    low: int
    high: int
    yearless: bool
    ranged: bool = False
    """Whether it lasts from the one to the other."""


def date_at(tokens: Sequence[Token], at: int) -> Days | None:
    """The date that begins here."""
    token = tokens[at]
    if token.kind == "date":
        return _written(token.text, at)
    if token.text in _ENDS:
        return _part_of(tokens, at)
    for reader in (_days_month, _day_month, _month_day, _period, _quarter, _year_alone):
        found = reader(tokens, at)
        if found:
            return found
    return None


def _written(text: str, at: int) -> Days | None:
    numbers = [int(part) for part in re.split(r"[-./]", text)]
    if "-" in text:
        orders = [(numbers[0], numbers[1], numbers[2])]
    else:
        day_first = (numbers[2], numbers[1], numbers[0])
        month_first = (numbers[2], numbers[0], numbers[1])
        orders = [day_first] if "." in text else [day_first, month_first]
    days = [day for order in orders if (day := _ordinal(*order))]
    return Days(at, at + 1, min(days), max(days), yearless=False) if days else None


def _ordinal(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _day(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The day of a month that begins here, and the position behind it."""
    if at >= len(tokens) or not (match := _ORDINAL.fullmatch(tokens[at].text)):
        return None
    day = int(match[1])
    end = at + 2 if _text(tokens, at + 1) in {"st", "nd", "rd", "th"} else at + 1
    return (day, end) if 1 <= day <= 31 else None


def _year(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """The year that begins here, or none, and the position behind it."""
    if _text(tokens, at) in {",", "of"} and _is_year(_text(tokens, at + 1)):
        return int(_text(tokens, at + 1)), at + 2
    if _is_year(_text(tokens, at)):
        return int(_text(tokens, at)), at + 1
    return NO_YEAR, at


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100


def _span(at: int, end: int, year: int, months: tuple[int, int]) -> Days:
    low = date(year, months[0], 1).toordinal()
    high = date(year, months[1], calendar.monthrange(year, months[1])[1]).toordinal()
    return Days(at, end, low, high, yearless=year == NO_YEAR)


def _day_month(tokens: Sequence[Token], at: int) -> Days | None:
    first = _day(tokens, at)
    if not first:
        return None
    day, end = first
    end += _text(tokens, end) == "of"
    month = _MONTHS.get(_text(tokens, end))
    if not month:
        return None
    year, end = _year(tokens, end + 1)
    ordinal = _ordinal(year, month, day)
    return Days(at, end, ordinal, ordinal, yearless=year == NO_YEAR) if ordinal else None


def _days_month(tokens: Sequence[Token], at: int) -> Days | None:
    """`8 to 26 February`, `3-5 May 2030`: days of one month, or of two."""
    first = _day(tokens, at)
    if not first or _text(tokens, first[1]) not in _TO:
        return None
    last = _day_month(tokens, first[1] + 1)
    if not last:
        return None
    end = date.fromordinal(last.low)
    low = _ordinal(end.year, end.month, first[0])
    lasts = _text(tokens, first[1]) != "and"
    return last._replace(start=at, low=low, ranged=lasts) if low and low <= last.low else None


def _month_day(tokens: Sequence[Token], at: int) -> Days | None:
    month = _MONTHS.get(tokens[at].text)
    if not month:
        return None
    first = _day(tokens, at + 1)
    year, end = _year(tokens, first[1] if first else at + 1)
    if not first:
        # "may" and "march" are verbs, too: alone they are no months.
        led = at and tokens[at - 1].text in {"in", "by", "until", "till", "since", "during", "of"}
        led = led and not (tokens[at].text == "may" and _denies(tokens, at + 1))
        verb = tokens[at].text in {"may", "march", "mar", "sun", "dec", "jan"} and not led
        return None if verb and year == NO_YEAR else _span(at, end, year, (month, month))
    ordinal = _ordinal(year, month, first[0])
    return Days(at, end, ordinal, ordinal, yearless=year == NO_YEAR) if ordinal else None


def _denies(tokens: Sequence[Token], at: int) -> bool:
    """`Guests who are logged in may not post`: no month."""
    return _text(tokens, at) in {"not", "never", "be", "only", "also", "still"}


def _period(tokens: Sequence[Token], at: int) -> Days | None:
    text = tokens[at].text
    months = _PARTS.get(text) or _SEASONS.get(text)
    if months:
        year, end = _year(tokens, at + 1)
        before = tokens[at - 1].stem if at else ""
        if text in _SEASONS and year == NO_YEAR and before not in _LEADS:
            return None
        return _span(at, end, year, months)
    if text in _NAMED:
        year, end = _year(tokens, at + 1)
        ordinal = date(year, *_NAMED[text]).toordinal()
        return Days(at, end, ordinal, ordinal, yearless=year == NO_YEAR)
    return None


def _year_alone(tokens: Sequence[Token], at: int) -> Days | None:
    if not _is_year(tokens[at].text) or at == 0:
        return None
    if tokens[at - 1].stem not in {"by", "in", "before", "after", "until", "of", "during", "from"}:
        return None
    return _span(at, at + 1, int(tokens[at].text), (1, 12))


def _part_of(tokens: Sequence[Token], at: int) -> Days | None:
    """The end, middle or start of a month, quarter or year, as a third of it."""
    place = at + 1
    while _text(tokens, place) in {"of", "the", "in", "year"}:
        place += 1
    if place >= len(tokens):
        return None
    whole = _year_of(tokens, place) or date_at_plain(tokens, place) or _sure(tokens, place)
    if not whole:
        return None
    third = (whole.high - whole.low) // 3
    part = _ENDS[tokens[at].text]
    low = whole.low + part * third
    high = whole.high if part == 2 else low + third
    return Days(at, whole.end, low, high, whole.yearless)


def _sure(tokens: Sequence[Token], at: int) -> Days | None:
    """A month that is a verb elsewhere: `the end of May`."""
    month = _MONTHS.get(_text(tokens, at))
    return _span(at, at + 1, NO_YEAR, (month, month)) if month else None


def _quarter(tokens: Sequence[Token], at: int) -> Days | None:
    """`The second quarter of 2027`."""
    part = _ORDINALS.get(tokens[at].text)
    if not part or _text(tokens, at + 1) not in {"quarter", "half"}:
        return None
    name = f"{_text(tokens, at + 1)[0]}{part}"
    year, end = _year(tokens, at + 2)
    return _span(at, end, year, _PARTS[name]) if name in _PARTS else None


def _year_of(tokens: Sequence[Token], at: int) -> Days | None:
    if not _is_year(tokens[at].text):
        return None
    return _span(at, at + 1, int(tokens[at].text), (1, 12))


def date_at_plain(tokens: Sequence[Token], at: int) -> Days | None:
    """A month or period, for a part of it."""
    return _month_day(tokens, at) or _period(tokens, at) or _quarter(tokens, at)
