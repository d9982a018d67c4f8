"""Reads what a model should know of a tool out of a docstring: Google's style, NumPy's or Sphinx's.

Google    Args:            NumPy    Parameters        Sphinx    :param name: note
              name: note            ----------
                                    name : type
                                        note
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

_GOOGLE = re.compile(r"^(?P<name>\w+)(?: *\([^)]*\))?: *(?P<note>.*)$")
_NUMPY = re.compile(r"^(?P<name>\w+)(?:\s*:.*)?(?P<note>)$")
_SPHINX = re.compile(r"^:param (?:[\w\[\], |.]+ )?(?P<name>\w+): *(?P<note>.*)$")
_FIELD = re.compile(r"^:\w+")
_ARGUMENTS = re.compile(r"^(?:Args|Arguments|Parameters):?$")
_SECTION = re.compile(r"^(?:Args|Arguments|Parameters|Returns?|Yields?|Raises|Examples?|Notes?):?$")


def described(doc: str) -> tuple[str, dict[str, str]]:
    """The text before the first section, and what the docstring says of each argument."""
    lines = [line.rstrip() for line in doc.splitlines()]
    starts = [at for at in range(len(lines)) if _starts(lines, at)]
    summary = lines[: starts[0]] if starts else lines
    notes: dict[str, str] = {}
    for at, end in pairwise([*starts, len(lines)]):
        if _FIELD.match(lines[at]):
            notes |= _gathered(lines[at:end], _SPHINX)
        elif _ARGUMENTS.match(lines[at]) and lines[at].endswith(":"):
            notes |= _gathered(_dedented(lines[at + 1 : end]), _GOOGLE)
        elif _ARGUMENTS.match(lines[at]):
            notes |= _gathered(lines[at + 2 : end], _NUMPY)
    return "\n".join(summary).strip(), notes


def _starts(lines: Sequence[str], at: int) -> bool:
    """Whether a section begins here: a Sphinx field, `Args:`, or a word that is underlined."""
    if _FIELD.match(lines[at]):
        return True
    if not _SECTION.match(lines[at]):
        return False
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return lines[at].endswith(":") or (len(following) > 2 and set(following) == {"-"})


def _dedented(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a section, up to one that stands further left than its first."""
    yield from textwrap.dedent("\n".join(lines)).splitlines()


def _gathered(lines: Iterable[str], begins: re.Pattern[str]) -> dict[str, str]:
    """Each argument's note; a line that begins none goes on with the one before."""
    notes: dict[str, str] = {}
    name = ""
    for line in lines:
        if found := begins.match(line):
            name = found["name"]
            notes[name] = found["note"].strip()
        elif name and line.strip():
            notes[name] = f"{notes[name]} {line.strip()}".strip()
    return notes
