"""Safe names for Python, SQL and URLs, of whatever people wrote in whatever script.

`Ünit Price` → words `unit price` → `unit_price`, `UnitPrice`, `unit-price`; `书` → `u4e66`
"""

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Collection
from typing import Final

from menon.apps.socratic.generator.wordlists import LETTERS

LONGEST: Final = 48
"""PostgreSQL cuts a name at 63 bytes; this leaves room for `uq_`, `_id` and the like."""

_SQL_LONGEST: Final = 63
_UNEVEN: Final = {"person": "people", "child": "children", "man": "men", "woman": "women"}
_SAME: Final = frozenset({"equipment", "information", "news", "series", "species", "staff", "data"})


def words(text: str) -> list[str]:
    """The lower-case ASCII words of a name; at least one, and the same for the same text.

    `SKUs` is one word, as `SKU` is.
    """
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!.s(?![a-z]))", " ", text)
    letters: list[str] = []
    for letter in unicodedata.normalize("NFKD", split).lower():
        if letter.isascii():
            letters.append(letter if letter.isalnum() else " ")
        elif unicodedata.combining(letter):
            continue
        else:
            letters.append(_transliterated(letter))
    return "".join(letters).split() or ["unnamed"]


def snake(text: str) -> str:
    """As in `unit_price`; starts with a letter, is no keyword, at most `LONGEST` characters."""
    name = "_".join(words(text))
    if name[0].isdigit():
        name = f"n{name}"
    name = name[:LONGEST].rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name


def pascal(text: str) -> str:
    """As in `UnitPrice`."""
    return "".join(word[:1].upper() + word[1:] for word in snake(text).split("_"))


def alias(name: str) -> str:
    """As in `UnitPrice`, of a name that is safe already; `unit_1` and `unit1` stay different."""
    first, *rest = name.split("_")
    return first.capitalize() + "".join(
        part.capitalize() if part[:1].isalpha() else f"_{part}" for part in rest
    )


def kebab(name: str) -> str:
    """As in `unit-price`, of a name that is safe already."""
    return name.strip("_").replace("_", "-")


def plural(name: str) -> str:
    """The English plural of the last word of a snake-case name."""
    name = name.rstrip("_")
    head, _, last = name.rpartition("_")
    return f"{head}_{_many(last)}" if head else _many(last)


def singular(name: str) -> str:
    """The English singular of the last word of a snake-case name, where it looks like a plural."""
    head, _, last = name.rpartition("_")
    return f"{head}_{_one(last)}" if head else _one(last)


def distinct(name: str, taken: Collection[str], suffix: str = "") -> str:
    """The name, or with the suffix, or with the least number that makes it unlike those taken."""
    if name not in taken:
        return name
    if suffix and f"{name}{suffix}" not in taken:
        return f"{name}{suffix}"
    number = 2
    while f"{name}{suffix}{number}" in taken:
        number += 1
    return f"{name}{suffix}{number}"


def short(name: str) -> str:
    """A name that PostgreSQL takes whole."""
    if len(name) <= _SQL_LONGEST:
        return name
    return f"{name[: _SQL_LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _transliterated(letter: str) -> str:
    if letter in LETTERS:
        return LETTERS[letter]
    return f" u{ord(letter):x} " if letter.isalnum() else " "


def _many(word: str) -> str:
    if word in _SAME:
        return word
    if word in _UNEVEN:
        return _UNEVEN[word]
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(s|x|z|ch|sh)$", word) else f"{word}s"


def _one(word: str) -> str:
    for one, many in _UNEVEN.items():
        if word == many:
            return one
    if word in _SAME or word.endswith("ss") or len(word) <= 2:
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"(s|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("us", "is")) else word
