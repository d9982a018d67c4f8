"""Names as people write them, made safe: one way for checks, renderers and exports."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_PLURAL: Final = {"person": "people", "child": "children", "man": "men", "woman": "women"}


def words(name: str) -> list[str]:
    """The words of a name in lower-case ASCII: `OrderLine2` is order, line2.

    Marks are dropped from letters; a character that has no ASCII letter is spelled by its number,
    so that names of any script stay apart.
    """
    return [word.lower() for word in _WORD.findall(_ascii(name))]


def snake(name: str) -> str:
    """As a variable: `order_line`; a name without any letter or digit is `unnamed`."""
    return _led("_".join(words(name)), "n_")


def pascal(name: str) -> str:
    """As a class: `OrderLine`."""
    made = _led("".join(word.capitalize() for word in words(name)), "N")
    return made[0].upper() + made[1:]


def camel(name: str) -> str:
    """As a property: `orderLine`."""
    made = pascal(name)
    return made[0].lower() + made[1:]


def plural(name: str) -> str:
    """As part of an address: `order_lines`; the last word by the common rules of English."""
    *before, last = words(name) or ["unnamed"]
    return _led("_".join([*before, _many(last)]), "n_")


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names in their order; one that is taken, whatever its case, gets a number."""
    seen = {name.casefold() for name in taken}
    made: list[str] = []
    for name in names:
        chosen, number = name, 2
        while chosen.casefold() in seen:
            chosen, number = f"{name}{number}", number + 1
        seen.add(chosen.casefold())
        made.append(chosen)
    return made


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    parts: list[str] = []
    for char in unicodedata.normalize("NFKD", name):
        if char.isascii():
            parts.append(char)
        elif unicodedata.combining(char):
            continue
        elif char.isalnum():
            parts.append(f"u{ord(char)}")
        else:
            parts.append(" ")
    return "".join(parts)


def _led(name: str, letter: str) -> str:
    """A name that begins with a letter."""
    if not name:
        return "unnamed"
    return letter + name if name[0].isdigit() else name


def _many(word: str) -> str:
    if word in _PLURAL:
        return _PLURAL[word]
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    return f"{word}s"
