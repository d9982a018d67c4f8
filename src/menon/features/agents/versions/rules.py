"""How a version of an agent is named, and what differs between two: pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from menon.core.errors import InvalidInput

CURRENT: Final = "current"
LATEST: Final = "latest"
RESERVED: Final = frozenset({CURRENT, LATEST})
"""Words that always name a version: the one that answers, and the newest one."""

MOST: Final = 2**31 - 1
_NUMBER = re.compile(r"[0-9]{1,10}")
_LABEL = re.compile(r"[a-z][a-z0-9._-]{0,39}")

At = int | str | None
"""A version's number, a label, or None for the current version."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An agent, and which of its versions is meant."""

    agent: str
    at: At = None


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that differs; None where one side does not have it."""

    pointer: str
    before: Any
    after: Any


def reference(text: str) -> Reference:
    """`slug`, `slug@3` or `slug@stable` taken apart."""
    agent, sign, at = text.partition("@")
    return Reference(agent, version(at) if sign else None)


def version(text: str) -> At:
    """What names a version: its number, or a label."""
    return min(int(text), MOST) if _NUMBER.fullmatch(text) else text


def check_label(name: str) -> None:
    """Refuse what cannot be told from a number, or names a version already.

    Raises:
        InvalidInput: it is no label.
    """
    if name in RESERVED:
        raise InvalidInput(f"{name!r} always names a version; choose another label.")
    if not _LABEL.fullmatch(name):
        raise InvalidInput(
            f"{name!r} is no label: it begins with a small letter, and has at most 40 small"
            " letters, digits, dots, dashes and underscores."
        )


def changes(before: Mapping[str, Any], after: Mapping[str, Any], at: str = "") -> list[Change]:
    """The settings that differ, by JSON pointer; objects are looked into, lists are not."""
    found: list[Change] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        here = f"{at}/{key}"
        if isinstance(old, dict) and isinstance(new, dict):
            found += changes(cast("dict[str, Any]", old), cast("dict[str, Any]", new), here)
        elif old != new:
            found.append(Change(here, old, new))
    return found
