"""Things that a text names, by their form: what is certain by a pattern, and names by capitals.

Each says on what it rests (`basis`). Names are guesses from capital letters, titles, given names
and company forms; nothing is looked up, so that a place or a product may come as `name`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from menon.engine.analysis.names import names
from menon.engine.analysis.text import Text

ENGINE = "offline:patterns"

MOST = 200
"""Entities of an answer; `found` says how many there are."""

Kind = Literal["email", "url", "date", "money", "phone", "person", "organization", "name"]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the text names."""

    kind: Kind
    text: str
    start: int
    end: int
    basis: str
    """`pattern`, `title`, `given name`, `company form` or `capitals`."""


class Entities(msgspec.Struct, frozen=True, kw_only=True):
    """What a text names, in order."""

    entities: tuple[Entity, ...]
    found: int
    language: str
    engine: str = ENGINE


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?:1\d|20|21)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NUMBER = r"\d{1,3}(?:[,. ']\d{3})+(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,2})?"
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion|mn|bn|[kKM])\b)?"
_CURRENCY = r"USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("url", re.compile(r"\b(?:https?://|www\.)[^\s<>`\"'\u201d\u2019)\]}]{3,500}")),
    (
        "email",
        re.compile(
            r"(?<![\w.+-])[\w+-]{1,64}(?:\.[\w+-]{1,64}){0,5}"
            r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}\b"
        ),
    ),
    (
        "date",
        re.compile(
            rf"\b{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b"
            rf"|\b{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?\b"
            rf"|\b{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?:,?\s{_YEAR})?\b"
            rf"|\b{_MONTH}\s{_YEAR}\b"
            rf"|\b{_DAY}\.(?:0?[1-9]|1[0-2])\.(?:{_YEAR}|\d\d)\b"
            rf"|\b{_DAY}/{_DAY}/(?:{_YEAR}|\d\d)\b"
        ),
    ),
    (
        "money",
        re.compile(
            rf"(?:(?:US|C|A|NZ|HK)?[$€£¥₹]|\b(?:{_CURRENCY})\s)\s?(?:{_NUMBER}){_SCALE}"
            rf"|(?<![\w.,])(?:{_NUMBER}){_SCALE}\s?"
            rf"(?:[€£¥₹]|(?:{_CURRENCY}|dollars?|euros?|pounds?|cents?|francs?|yen)\b)"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w.,/-])(?:\+\d{1,3}|\(?0\d{1,4}\)?|\(\d{3}\)|\d{3})"
            r"(?:[ ./-]?\(?\d{2,5}\)?){2,5}(?![\w-])"
        ),
    ),
)
_DIGITS = range(7, 16)
"""A telephone number has so many (E.164)."""
_TAIL = ".,;:!?*_"
"""What ends a sentence and not an address."""


def entities(text: Text) -> Entities:
    """The dates, sums, addresses, numbers and names of a text."""
    taken: list[Entity] = []
    for kind, pattern in _PATTERNS:
        taken += _free(_matches(kind, pattern, text.raw), taken)
    guessed = (
        Entity(kind=n.kind, text=text.raw[n.start : n.end], start=n.start, end=n.end, basis=n.basis)
        for n in names(text)
    )
    taken += _free(guessed, taken)
    ordered = sorted(taken, key=lambda one: one.start)
    return Entities(entities=tuple(ordered[:MOST]), found=len(ordered), language=text.language)


def _matches(kind: Kind, pattern: re.Pattern[str], raw: str) -> Iterator[Entity]:
    for match in pattern.finditer(raw):
        said = match[0].rstrip(_TAIL) if kind == "url" else match[0]
        digits = sum(letter.isdigit() for letter in said)
        # A long number alone may be anything.
        if kind == "phone" and (digits not in _DIGITS or said.isdigit()):
            continue
        end = match.start() + len(said)
        yield Entity(kind=kind, text=said, start=match.start(), end=end, basis="pattern")


def _free(found: Iterable[Entity], taken: list[Entity]) -> list[Entity]:
    """Those that overlap nothing that was found before; the surer patterns go first."""
    spans = sorted((one.start, one.end) for one in taken)
    kept: list[Entity] = []
    n = 0
    for one in sorted(found, key=lambda entity: entity.start):
        while n < len(spans) and spans[n][1] <= one.start:
            n += 1
        if n == len(spans) or spans[n][0] >= one.end:
            kept.append(one)
    return kept
