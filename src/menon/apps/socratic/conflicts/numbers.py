"""Numbers as people write them: digits with separators, words, thousands in letters."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple, cast

from menon.apps.socratic.conflicts.lexicon import document
from menon.apps.socratic.conflicts.words import Token

_GROUPED: Final = re.compile(r"\d{1,3}([,.' \u00a0\u202f])\d{3}(?:\1\d{3})*(?P<rest>[.,]\d+)?")
_TENS: Final = frozenset({"hundred", "thousand", "million", "and"})
LARGEST: Final = 1e30


class Number(NamedTuple):
    """A number, and the positions of its first token and behind its last."""

    start: int
    end: int
    value: float


@cache
def _table(key: str) -> Mapping[str, float]:
    return cast("Mapping[str, float]", document("amounts")[key])


def digits(text: str, *, money: bool = False) -> float | None:
    """The number that digits mean; a comma before other than three digits is a decimal one.

    Args:
        text: digits with separators.
        money: a single dot before three digits separates thousands, as in `EUR 40.000`.
    """
    match = _GROUPED.fullmatch(text)
    if match and (match[1] != "." or money or text.count(".") > 1 or match["rest"]):
        rest = match["rest"] or ""
        whole = text[: len(text) - len(rest)]
        text = re.sub(r"\D", "", whole) + rest
    text = text.replace(",", ".").replace("'", "")
    if text.count(".") > 1:
        return None
    value = float(text)
    return value if math.isfinite(value) and value < LARGEST else None


def number_at(tokens: Sequence[Token], at: int, *, money: bool = False) -> Number | None:
    """The number that begins here, with the words that multiply it."""
    token = tokens[at]
    if token.kind == "number":
        value = digits(token.text, money=money)
        return None if value is None else _multiplied(tokens, Number(at, at + 1, value))
    if token.kind != "word":
        return None
    return _worded(tokens, at)


def _worded(tokens: Sequence[Token], at: int) -> Number | None:
    words, big = _table("numbers"), _table("multipliers")
    start = at
    if tokens[at].text in {"a", "an"}:
        follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if follows not in {*big, "half"} or follows in {"k", "m"}:
            return None
        at += 1
    if tokens[at].text == "half":
        return _half(tokens, start, at)
    if tokens[at].text not in words:
        if start == at or tokens[at].text not in big:
            return None
        return _multiplied(tokens, Number(start, at, 1.0))
    return _multiplied(tokens, _added(tokens, start, at))


def _half(tokens: Sequence[Token], start: int, at: int) -> Number:
    follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
    end = at + 2 if follows in {"a", "an"} else at + 1
    # `Half a million` is multiplied, `half a day` is not.
    return _multiplied(tokens, Number(start, end, 0.5))


def _added(tokens: Sequence[Token], start: int, at: int) -> Number:
    words = _table("numbers")
    value = 0.0
    while at < len(tokens) and tokens[at].text in words and tokens[at].text != "half":
        value += words[tokens[at].text]
        at += 1
        if value % 10 or value < 20:
            break
    return Number(start, at, value)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether `and` continues a number in words: `two hundred and fifty`."""
    worded = at > 0 and tokens[at - 1].text in _table("multipliers")
    return worded and at + 1 < len(tokens) and tokens[at + 1].text in _table("numbers")


def _multiplied(tokens: Sequence[Token], found: Number) -> Number:
    big, words = _table("multipliers"), _table("numbers")
    start, at, value = found
    total = 0.0
    while at < len(tokens) and value < LARGEST:
        text = tokens[at].text
        if text in big:
            # `One hundred and ten thousand`: the thousands take the hundreds along.
            along = total % big[text] if big[text] >= 1000 else 0.0
            total, value = total - along, (along + value) * big[text]
            at += 1
        elif text == "and" and at + 2 < len(tokens) and tokens[at + 1].text in {"a", "one"}:
            if tokens[at + 2].text != "half":
                break
            value, at = value + 0.5, at + 3
            if at >= len(tokens) or tokens[at].text not in big:
                return Number(start, at, total + value)
        elif (
            text == "of" and tokens[at - 1].text in {"couple", "dozen", "hundreds", "thousands"}
        ) or (text == "and" and value >= 100 and _goes_on(tokens, at)):
            at += 1
        elif value >= 100 and tokens[at - 1].text in _TENS and text in words:
            more = _added(tokens, at, at)
            total, value, at = total + value, more.value, more.end
        else:
            break
    return Number(start, at, total + value)
