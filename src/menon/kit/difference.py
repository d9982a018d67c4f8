"""What changed between two texts, line by line, with a little of what did not."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_CONTEXT = 3
"""Unchanged lines shown around a change."""
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a difference with its numbers in both texts."""

    kind: Literal["add", "del", "same", "gap"]
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A line on the left and what stands in its place on the right; None where nothing does."""

    kind: Literal["changed", "same", "gap"]
    left: Line | None
    right: Line | None


def difference(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The lines that were taken, added and kept near those; nothing where all are the same."""
    before, after = old[:_MOST_LINES], new[:_MOST_LINES]
    if before == after:
        return []
    matcher = difflib.SequenceMatcher(None, before, after)
    lines: list[Line] = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if group[0][1] or group[0][3]:
            lines.append(Line(kind="gap", old=None, new=None, text="…"))
        for change in group:
            lines += _changed(change, before, after)
    return lines


def side_by_side(lines: Sequence[Line]) -> list[Pair]:
    """A difference in two columns: what was taken beside what was added in its place."""
    pairs: list[Pair] = []
    taken: list[Line] = []
    added: list[Line] = []

    def pair() -> None:
        for n in range(max(len(taken), len(added))):
            left = taken[n] if n < len(taken) else None
            pairs.append(
                Pair(kind="changed", left=left, right=added[n] if n < len(added) else None)
            )
        taken.clear()
        added.clear()

    for line in lines:
        if line.kind == "del":
            taken.append(line)
        elif line.kind == "add":
            added.append(line)
        else:
            pair()
            pairs.append(Pair(kind=line.kind, left=line, right=line))
    pair()
    return pairs


def _changed(
    change: tuple[str, int, int, int, int], before: Sequence[str], after: Sequence[str]
) -> Iterator[Line]:
    tag, a, b, c, d = change
    if tag == "equal":
        for row in range(b - a):
            yield Line(kind="same", old=a + row + 1, new=c + row + 1, text=before[a + row])
        return
    for row in range(a, b):
        yield Line(kind="del", old=row + 1, new=None, text=before[row])
    for row in range(c, d):
        yield Line(kind="add", old=None, new=row + 1, text=after[row])
