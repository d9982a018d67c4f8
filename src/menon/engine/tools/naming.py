"""Names for models, made of other people's names: safe, short, and apart from each other."""

import hashlib
import re
from collections.abc import Collection, Sequence
from typing import Final

LONGEST: Final = 64
"""Characters of a tool's name that every model takes."""
_UNSAFE: Final = re.compile(r"[^a-zA-Z0-9_-]+")
_MARK: Final = 6


def safe(text: str) -> str:
    """The text with other characters than letters, digits, `_` and `-` replaced."""
    return _UNSAFE.sub("_", text).strip("_")


def apart(prefix: str, names: Sequence[str], taken: Collection[str] = ()) -> dict[str, str]:
    """`PREFIX` and name for each name.

    One that had to be changed ends with a mark of what it was: two that become the same stay apart.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for name in names:
        made, number = prefix + (safe(name) or "tool"), 0
        changed = made != prefix + name
        while changed or len(made) > LONGEST or made in used:
            mark = hashlib.sha256(f"{number} {name}".encode(errors="replace")).hexdigest()[:_MARK]
            made = f"{made[: LONGEST - _MARK - 1]}_{mark}"
            number, changed = number + 1, False
        used.add(made)
        found[name] = made
    return found
