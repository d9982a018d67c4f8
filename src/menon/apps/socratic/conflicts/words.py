"""Text to tokens and stems; everything here takes time linear in the length of the text."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple, cast

from menon.apps.socratic.conflicts.spelling import respelled
from menon.apps.socratic.conflicts.tables import document

LONGEST: Final = 240
"""Tokens of a sentence; what has more is cut into pieces, since no person wrote it as one."""

_TOKEN: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d))"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d-])|\d+(?:[.,']\d+)*)"
    r"|(?P<word>c\+\+|[cf]\#|\.net(?![^\W\d_])|[^\W\d_][^\W_]*(?:\.(?:js|net|io)(?![^\W_]))?"
    r"(?:'[^\W\d_]+)?)"
    r"|(?P<mark><=|>=|[^\s\w])"
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|[;\n\r\u2022]+|\s[\u2013\u2014]\s|\s-\s")
_ABBREVIATIONS: Final = {
    "e.g.": "for example",
    "i.e.": "that is",
    "approx.": "approx",
    "max.": "max",
    "min.": "min",
    "no. of": "number of",
    "vs.": "versus",
    "etc.": "etc",
    "e-mail": "email",
    "sub-second": "under 1 second",
    "subsecond": "under 1 second",
    "&": " and ",
    "\u2019": "'",
    "\u2264": "<=",
    "\u2265": ">=",
}


@cache
def _irregular() -> Mapping[str, str]:
    return cast("Mapping[str, str]", document("forms")["stems"])


@cache
def _whole() -> frozenset[str]:
    return frozenset(cast("list[str]", document("forms")["whole"]))


class Token(NamedTuple):
    """A word, number, date or mark."""

    text: str
    stem: str
    kind: str
    """`word`, `number`, `date` or `mark`."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, without their white space at the ends."""
    lowered = text.replace("\x00", " ")
    found = (part.strip(" \t.!?\u2022*-") for part in _SENTENCE.split(_expanded(lowered)))
    return [part for part in found if part]


_SHORT: Final = re.compile("|".join(map(re.escape, _ABBREVIATIONS)), re.IGNORECASE)


def _expanded(text: str) -> str:
    return _SHORT.sub(lambda found: _ABBREVIATIONS[found[0].casefold()], text)


@lru_cache(maxsize=4096)
def tokens(sentence: str) -> tuple[Token, ...]:
    """The tokens of a sentence in lower case; hyphens between words are gone."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_expanded(sentence.casefold())):
        kind, text = match.lastgroup or "mark", match.group()
        if kind != "word":
            found.append(Token(text, text, kind))
            continue
        found.extend(Token(part, stem(part), "word") for part in respelled(text))
    return tuple(
        token
        for at, token in enumerate(found)
        if token.text not in {"-", "'"} or (token.text == "-" and _between_numbers(found, at))
    )


def _between_numbers(found: list[Token], at: int) -> bool:
    around = found[max(0, at - 1) : at + 2]
    return len(around) == 3 and around[0].kind == around[2].kind == "number"


_SHORT_PLURAL: Final = re.compile(r"(?:[bcdfghjklmnpqrtvwxz]{2}|id|ad|ip|vm)s")
"""`CVs`, `PCs`, `IDs`."""


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The part of a word that its plural, tenses and nouns of action share."""
    if word in _irregular():
        return _irregular()[word]
    if len(word) <= 3 or word in _whole() or not word.isalpha():
        return word[:-1] if _SHORT_PLURAL.fullmatch(word) else word
    return _bare(_singular(word))


def _singular(word: str) -> str:
    if word.endswith("s") and word[:-1] in _whole():
        return word[:-1]
    if word.endswith("men") and len(word) > 5 and word != "specimen":
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _bare(word: str) -> str:
    if word in _irregular() or word in _whole() or len(word) <= 3:
        return _irregular().get(word, word)
    if word.endswith(("ied", "eed")) and len(word) > 4:
        return word[:-3] + "y" if word.endswith("ied") else word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and any(c in "aeiouy" for c in root):
            return _single(root)
    if word.endswith(("tion", "sion")) and len(word) > 6:
        return word[:-3]
    return word if word.endswith("ee") else word.removesuffix("e")


def _single(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiousz":
        return root[:-1]
    return root.removesuffix("e") if not root.endswith("ee") else root
