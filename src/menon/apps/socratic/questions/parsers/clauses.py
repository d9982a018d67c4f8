"""Cuts a text into what can be read on its own: sentences, clauses, items of a list.

Every pattern here reads a character a bounded number of times, since answers may be hostile.
"""

import re
from typing import Final

LONGEST: Final = 100_000
"""Characters of an answer that are read; the rest is kept as a note."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_SPACES: Final = re.compile(r"[ \t\u00a0]+")
_GAPS: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")
_SENTENCE: Final = re.compile(r"[\n;]|(?<=[.!?])\s(?=\S)")
_CLAUSE: Final = re.compile(
    r"[\n;]|(?<=[.!?])\s|,(?!\d)|"
    r"(?<!hundred)(?<!thousand)\sand(?!\s(?:a half|a quarter)\b)\s|\s(?:but|plus|with)\s",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s(?:and|or|&)\s|\s*&\s*", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^ ?\d{1,3}[.)] ", re.MULTILINE)
_BULLET: Final = re.compile(r"\s*(?:[-*\u2022]|\d{1,3}[.)])\s+")

NOTHING: Final = frozenset(
    {
        "none", "no", "nothing", "nope", "never", "nil", "empty", "n/a", "not-needed", "no-one",
        "nobody", "not needed", "none needed", "no need", "there is none", "there are none",
        "nothing else",
    }
)  # fmt: skip
UNKNOWN: Final = frozenset(
    {
        "skip", "pass", "?", "??", "???", "idk", "dunno", "unknown", "tbd", "no idea", "not sure",
        "unsure", "don't know", "do not know", "dont know", "i don't know", "i do not know",
        "i dont know", "we don't know", "we do not know", "i have no idea", "i'm not sure",
        "i am not sure", "not sure yet", "we don't know yet", "i don't know yet", "no opinion",
        "you decide", "up to you", "whatever", "skip this", "next", "later", "decide later",
    }
)  # fmt: skip
ACCEPTED: Final = frozenset(
    {
        "yes", "y", "ok", "okay", "fine", "accept", "accepted", "agreed", "agree", "sure", "good",
        "as recommended", "recommended", "accept all", "take it", "sounds good", "yes please",
        "looks good", "that is fine", "that's fine", "perfect", "default", "defaults", "go ahead",
        "yes to all", "all of it", "correct", "that is right", "that's right", "right",
    }
)  # fmt: skip
RECOMMENDED: Final = frozenset(
    {"as recommended", "recommended", "as you recommend", "default", "defaults", "accept all"}
)
_REST: Final = re.compile(
    r"[\s,.;]*(?:and |but )?(?:the )?(?:rest|others?|everything else|all else|remainder)\s"
    r"(?:is |are )?"
    r"(?:as (?:you )?recommend(?:ed)?|as proposed|default|by default|fine|ok)\s*[.!]?\s*$",
    re.IGNORECASE,
)
NOT_APPLICABLE: Final = frozenset(
    {"n/a", "na", "not applicable", "does not apply", "doesn't apply", "irrelevant"}
)


def clean(text: str) -> str:
    """A text without what no reader can see and no database keeps: control characters, NUL."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\u2019", "'")


def spaced(text: str) -> str:
    """A text with single spaces and single line ends: no pattern has to walk along a gap."""
    return _LINES.sub("\n", _GAPS.sub(" ", text)).strip()


def plain(text: str) -> str:
    """In lower case, on one line, without closing punctuation: for comparing with fixed words."""
    return " ".join(text[:400].lower().split()).rstrip(".!, ")


def squeezed(text: str) -> str:
    """On one line, with single spaces."""
    return " ".join(text.split())


def sentences(text: str) -> list[str]:
    """Sentences and lines, without bullets."""
    return [one for part in _SENTENCE.split(_NUMBERED.sub("", text)) if (one := _bare(part))]


def clauses(text: str) -> list[str]:
    """Sentences cut at commas and at words such as `and`; a comma inside a number cuts nothing."""
    return [one for part in _CLAUSE.split(text) if (one := _bare(part).strip(" .,"))]


def items(text: str) -> list[str]:
    """The items of a list that is written with commas, lines, `;` or a closing `and`."""
    found: list[str] = []
    for part in outside(text, ",;\n"):
        found += [one for piece in _AND.split(part) if (one := _bare(piece).strip(" .,"))]
    return found


def outside(text: str, marks: str) -> list[str]:
    """A text cut at marks that stand in no brackets and in no quotes.

    A comma between two digits cuts nothing: `1,000`.
    """
    parts: list[str] = []
    depth, start, quote = 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign in {quote, "\n"} else quote
        elif sign == '"':
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(0, depth - 1)
        elif sign == "\n" and "\n" in marks:
            depth = 0  # a bracket that nobody closed ends with its line
        if sign in marks and not quote and depth == 0 and not _in_number(text, place):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def words(text: str) -> list[str]:
    """The words of a text, of letters and digits, in lower case."""
    return re.findall(r"[^\W_]+(?:'[a-z]+)?", text.lower())


def is_nothing(text: str) -> bool:
    """Whether an answer says that there is none."""
    return plain(text) in NOTHING


def is_unknown(text: str) -> bool:
    """Whether an answer says that nobody knows."""
    return plain(text).strip("()") in UNKNOWN or not text.strip()


def is_accepted(text: str) -> bool:
    """Whether an answer takes what was recommended."""
    return plain(text) in ACCEPTED


def is_recommended(text: str) -> bool:
    """Whether an answer takes the recommendation by its name, and not only says yes."""
    return plain(text) in RECOMMENDED


def without_rest(text: str) -> tuple[str, bool]:
    """An answer that ends with `the rest as recommended`, without it; and whether it did."""
    tail = _REST.search(text, max(0, len(text) - 80))
    return (text[: tail.start()], True) if tail else (text, False)


def is_not_applicable(text: str) -> bool:
    """Whether an answer says that the question does not apply."""
    return plain(text) in NOT_APPLICABLE


def _in_number(text: str, place: int) -> bool:
    return text[place] == "," and text[place - 1 : place].isdigit() and _digit_after(text, place)


def _digit_after(text: str, place: int) -> bool:
    return text[place + 1 : place + 2].isdigit()


def _bare(part: str) -> str:
    part = part.strip()
    bullet = _BULLET.match(part)
    return _SPACES.sub(" ", part[bullet.end() :] if bullet else part)
