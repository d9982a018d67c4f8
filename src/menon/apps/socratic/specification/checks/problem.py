"""What is wrong, and where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.specification.naming import snake

MOST: Final = 1_000
"""Problems that are told at once; who has more repairs these first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a specification."""

    path: str
    """A JSON pointer into the specification: `/entities/3/fields/0/enum`."""
    code: str
    """Stable, such as `unknown_enum`."""
    text: str
    """A sentence that names the thing and says what to do."""


def twice(named: Iterable[tuple[str, str]], noun: str) -> Iterator[Problem]:
    """Of (path, name) pairs: names that are the same."""
    known: set[str] = set()
    for path, name in named:
        if name in known:
            text = f"There are two {noun} called {name!r}; keep one."
            yield Problem(path, "duplicate_name", text)
        known.add(name)


def clashes(named: Iterable[tuple[str, str]], noun: str) -> Iterator[Problem]:
    """Of (path, name) pairs: names that are the same, or become the same in code."""
    exact: dict[str, str] = {}
    safe: dict[str, str] = {}
    for path, name in named:
        made = snake(name)
        if name in exact:
            yield Problem(
                path, "duplicate_name", f"There are two {noun} called {name!r}; keep one."
            )
        elif made in safe:
            text = f"The {noun} {safe[made]!r} and {name!r} would both be {made!r} in code; "
            yield Problem(path, "same_safe_name", f"{text}rename one.")
        exact.setdefault(name, path)
        safe.setdefault(made, name)


def ended(text: str) -> str:
    """The sentence with its full stop, unless it asks."""
    return text if text.endswith("?") else f"{text}."
