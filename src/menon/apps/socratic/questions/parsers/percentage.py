"""Percentages: `99.9 %`, `at least 90 percent`, `three nines`."""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.numbers import exact, operator
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_PERCENT: Final = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3}(?:[.,]\d{1,6})?)\s?(?:%|percent\b|per cent\b|pct\b)",
    re.IGNORECASE,
)
_NINES: Final = re.compile(r"\b(?P<count>two|three|four|five|[2-5]) nines\b", re.IGNORECASE)
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_BARE: Final = re.compile(r"\s*(?P<number>\d{1,3}(?:\.\d{1,6})?)\s*")


def parse(text: str, context: Context) -> Reading | None:
    """`{percent, operator}`, from 0 to 100; a bare number is read where it is all there is."""
    del context
    if nines := _NINES.search(text):
        count = _COUNTS.get(nines["count"].lower()) or int(nines["count"])
        return _reading(round(100 - 10.0 ** (2 - count), count), ">=")
    found = _PERCENT.search(text) or _BARE.fullmatch(text[:40])
    if not found:
        return None
    number = float(found["number"].replace(",", "."))
    if number > 100:
        return None
    return _reading(number, operator(text, found.start(), found.end(), ">="))


def _reading(number: float, sign: str) -> Reading:
    return Reading(value={"percent": number, "operator": sign}, shown=f"{sign} {exact(number)} %")
