"""Numbers as people write them: 20k, 1,000, 1.5 million, two, a dozen; and what bounds them."""

import re
from dataclasses import dataclass
from typing import Final

ONES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_WORDS: Final = {word: float(value) for word, value in ({"zero": 0} | ONES | TENS).items()}
_WORDS_PHRASES: Final = {
    "a dozen": 12.0,
    "dozen": 12.0,
    "a couple of": 2.0,
    "hundred": 100.0,
    "a hundred": 100.0,
    "a thousand": 1_000.0,
    "half an": 0.5,
    "half a": 0.5,
    "an": 1.0,
    "a": 1.0,
}
SPOKEN: Final = _WORDS | _WORDS_PHRASES

_SCALES: Final = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
    "hundred": 1e2, "dozen": 12.0, "grand": 1e3, "thou": 1e3,
}  # fmt: skip

_DIGITS: Final = r"\d[\d,.']{0,30}"
_SPOKEN: Final = "|".join(sorted(SPOKEN, key=len, reverse=True))
FIGURE: Final = (
    rf"(?:(?<![\w.,])(?P<digits>{_DIGITS})(?:\s?(?P<scale>k|thousand|m|mio|million|bn|billion|"
    rf"hundred|dozen|grand|thou)\b)?|\b(?P<spoken>{_SPOKEN})\b"
    r"(?:\s(?P<times>hundred|thousand|million)\b)?)"
)
"""A pattern for a number; hand its match to `value`."""

_NUMBER: Final = re.compile(FIGURE, re.IGNORECASE)

_BOUNDS: Final = (
    (">=", ("at least", "minimum", "min", "not less than", "no less than", "or more", ">=")),
    ("<=", ("at most", "maximum", "max", "within", "up to", "not more than", "no more than",
            "no longer than", "or less", "until", "tops", "<=")),
    (">", ("more than", "over", "above", "longer than", ">")),
    ("<", ("less than", "under", "below", "fewer than", "faster than", "<")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and where it stands."""

    value: float
    start: int
    end: int
    spoken: bool = False
    """Written as a word, which may be a mere article: `a`."""


def value(match: re.Match[str]) -> float | None:
    """The number of a match of `FIGURE`; None where its marks make no number."""
    if spoken := match["spoken"]:
        times = _SCALES[match["times"].lower()] if match["times"] else 1
        return SPOKEN[" ".join(spoken.lower().split())] * times
    number = _digits(match["digits"])
    if number is None:
        return None
    return number * _SCALES[match["scale"].lower()] if match["scale"] else number


def numbers(text: str) -> list[Number]:
    """Every number of a text, in order."""
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        number = value(match)
        if number is not None:
            found.append(Number(number, match.start(), match.end(), match["spoken"] is not None))
    return found


def operator(text: str, start: int, end: int, otherwise: str) -> str:
    """How a number bounds: the words before it, or right behind it, say so."""
    before = text[max(0, start - 24) : start].lower()
    after = text[end : end + 24].lower()
    found = (-1, 0, otherwise)
    for sign, phrases in _BOUNDS:
        for phrase in phrases:
            place = before.rfind(phrase)
            end_of = place + len(phrase)
            if place >= 0 and (end_of, len(phrase)) > found[:2]:
                found = (end_of, len(phrase), sign)  # `no more than` is not `more than`
            if phrase.startswith("or ") and phrase in after:
                return sign
    return found[2]


def exact(number: float) -> int | float:
    """A whole number as an integer, as people write it."""
    return int(number) if number == int(number) and abs(number) < 1e15 else number


def spelled(number: float) -> str:
    """A number for people: no `.0`, no exponent where it fits."""
    return f"{exact(number):,}" if abs(number) >= 10_000 else f"{exact(number)}"


def _digits(raw: str) -> float | None:
    """`1,000.50`, `1.000,50`, `1'000` and `1,5` are what their marks make likely."""
    raw = raw.rstrip(".,'").replace("'", "")
    comma, dot = raw.rfind(","), raw.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands = "," if dot > comma else "."
        raw = raw.replace(thousands, "").replace(",", ".")
    elif comma >= 0:
        grouped = len(raw) - comma == 4 and raw[0] != "0"
        raw = raw.replace(",", "" if grouped or raw.count(",") > 1 else ".")
    elif raw.count(".") > 1:
        raw = raw.replace(".", "")
    try:
        number = float(raw)
    except ValueError:
        return None
    return number if number < 1e18 else None
