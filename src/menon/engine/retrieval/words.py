"""Words as SQLite's `porter unicode61` makes them, so that both databases count the same terms.

text → runs of letters and digits → folded (case, Latin accents) → stem (Porter 1980)

Python knows symbols that were added to Unicode later; only such may be cut differently.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_MARK = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d-\u032e\u0330-\u0331"
_MARKS = re.compile(f"[{_MARK}]+")
_LETTER = "[^\\W_]|[\ue000-\uf8ff]"
_TOKEN = re.compile(f"(?:{_LETTER})(?:{_LETTER}|[{_MARK}])*")
_NAME = re.compile(r"(?<=[^.?!:]\s)[A-Z][^\W_]+")
"""A word amid a sentence that has a capital."""
_ALIKE = 4
"""First letters that different forms of a name have in common."""
_SHORTEST, _LONGEST = 3, 64
"""Bytes; SQLite leaves shorter and longer words unstemmed."""


class Word(NamedTuple):
    """One word of a text and where it stands."""

    text: str
    """Folded, not stemmed: what a query may say."""
    start: int
    end: int

    @property
    def stem(self) -> str:
        """What the index holds."""
        return stem(self.text)


def words(text: str) -> Iterator[Word]:
    """The words of a text in order, with their character offsets."""
    for match in _TOKEN.finditer(text):
        yield Word(fold(match[0]), match.start(), match.end())


def stems(text: str) -> list[str]:
    """The indexed terms of a text, in order and with repetitions."""
    return [stem(fold(token)) for token in _TOKEN.findall(text)]


def unmentioned(question: str, texts: Iterable[str]) -> list[str]:
    """The names in a question that none of the texts mentions, in whatever form."""
    said = "\n".join(texts).casefold()
    names = dict.fromkeys(_NAME.findall(question))
    return [name for name in names if name[:_ALIKE].casefold() not in said]


def fold(token: str) -> str:
    """In lower case and without the accents of Latin letters."""
    if token.isascii():
        return token.lower()
    return "".join(map(_fold_letter, _MARKS.sub("", token)))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    folded = letter.casefold()
    if len(folded) > 1:  # one letter stays one: ß is not ss
        folded = letter.lower()[0]
    parts = unicodedata.normalize("NFD", folded)
    return parts[0] if len(parts) == 2 and parts[0].isascii() else folded


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The Porter stem of a folded word (M. F. Porter, An algorithm for suffix stripping, 1980)."""
    if word.isascii():
        return _stem(word) if _SHORTEST <= len(word) <= _LONGEST else word
    # SQLite sees bytes: what is not ASCII counts as that many consonants.
    raw = word.encode()
    if not _SHORTEST <= len(raw) <= _LONGEST:
        return word
    return _stem(raw.decode("latin-1")).encode("latin-1").decode(errors="replace")


def _stem(word: str) -> str:
    word = _participle(_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replace(word, _STEP_2, 0)
    word = _replace(word, _STEP_3, 0)
    return _tidy(_drop(word))


def _plural(word: str) -> str:
    if not word.endswith("s") or word.endswith("ss"):
        return word
    if (word.endswith("sses") and len(word) > 4) or (word.endswith("ies") and len(word) > 3):
        return word[:-2]
    return word[:-1]


def _participle(word: str) -> str:
    if word.endswith("eed") and len(word) > 3:
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        base = word.removesuffix(suffix)
        if base != word:
            return _restore(base) if _has_vowel(base) else word
    return word


def _restore(base: str) -> str:
    """What remains after -ed or -ing, as a verb: hoping → hop, but hopped → hop, filing → file."""
    if base.endswith(("at", "bl", "iz")):
        return base + "e"
    if _doubled(base) and base[-1] not in "lsz":
        return base[:-1]
    if _measure(base) == 1 and _short(base):
        return base + "e"
    return base


def _replace(word: str, suffixes: dict[str, str], least: int) -> str:
    """The longest suffix replaced, if what stands before it has a measure above `least`."""
    for size in range(7, 1, -1):
        new = suffixes.get(word[-size:]) if size < len(word) else None
        if new is not None:
            return word[:-size] + new if _measure(word[:-size]) > least else word
    return word


def _drop(word: str) -> str:
    """Step 4: long words lose a last suffix."""
    if word.endswith(("sion", "tion")):
        return word[:-3] if _measure(word[:-3]) > 1 else word
    return _replace(word, _STEP_4, 1)


def _tidy(word: str) -> str:
    """Step 5: a final e, and one of two l."""
    if word.endswith("e"):
        base = word[:-1]
        measure = _measure(base)
        if measure > 1 or (measure == 1 and not _short(base)):
            word = base
    if word.endswith("ll") and _measure(word[:-1]) > 1:
        word = word[:-1]
    return word


def _shape(word: str) -> str:
    """The word as c and v: y is a vowel after a consonant."""
    shape = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _shape(word)


def _doubled(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _shape(word).endswith("c")


def _short(word: str) -> bool:
    """Ends in consonant, vowel, consonant, the last being none of w, x, y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


_STEP_2 = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "logi": "log",
    "bli": "ble",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
}
_STEP_3 = {
    "icate": "ic",
    "ative": "",
    "alize": "al",
    "iciti": "ic",
    "ical": "ic",
    "ful": "",
    "ness": "",
}
_STEP_4 = {
    **dict.fromkeys(["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement"], ""),
    **dict.fromkeys(["ment", "ent", "ou", "ism", "ate", "iti", "ous", "ive", "ize"], ""),
}
