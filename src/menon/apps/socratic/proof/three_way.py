"""Three texts as lines: what two sides made of one base, and where both changed the same place.

base ──┬── ours ────┐
       └── theirs ──┴── pieces: agreed lines, or a clash with both sides
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

Lines = Sequence[bytes]
Block = tuple[int, int, int]
"""Where equal lines begin in the base and in the side, and how many there are."""

_HARDEST: Final = 20_000_000
"""Pairs of equal lines that are looked at; above, a comparison takes more than some seconds."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the result; where it is a clash, both sides stand for it."""

    lines: tuple[bytes, ...] = ()
    ours: tuple[bytes, ...] = ()
    theirs: tuple[bytes, ...] = ()
    clash: bool = False


class TooHard(Exception):
    """The texts repeat themselves so much that comparing them would take too long."""


def pieces(base: Lines, ours: Lines, theirs: Lines) -> Iterator[Piece]:
    """The stretches of the result, in order.

    Raises:
        TooHard: comparing would take too long.
    """
    at_base = at_ours = at_theirs = 0
    for start, our_start, their_start, size in _shared(base, ours, theirs):
        yield from _between(
            base[at_base:start], ours[at_ours:our_start], theirs[at_theirs:their_start]
        )
        if size:
            yield Piece(lines=tuple(base[start : start + size]))
        at_base, at_ours, at_theirs = start + size, our_start + size, their_start + size


def _shared(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that all three have, and an empty one at the end of all."""
    left, right = _blocks(base, ours), _blocks(base, theirs)
    one = two = 0
    while one < len(left) and two < len(right):
        (base_a, side_a, size_a), (base_b, side_b, size_b) = left[one], right[two]
        start = max(base_a, base_b)
        end = min(base_a + size_a, base_b + size_b)
        if start < end:
            yield start, side_a + start - base_a, side_b + start - base_b, end - start
        if base_a + size_a < base_b + size_b:
            one += 1
        else:
            two += 1
    yield len(base), len(ours), len(theirs), 0


def _blocks(base: Lines, side: Lines) -> list[Block]:
    """Equal stretches of two texts; both ends are taken off first, since most edits are small."""
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(base, side, strict=False)))
    ends = zip(reversed(base[head:]), reversed(side[head:]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    inner_base, inner_side = base[head : len(base) - tail], side[head : len(side) - tail]
    counted = Counter(inner_base)
    if sum(counted[line] for line in inner_side) > _HARDEST:
        raise TooHard
    matcher = SequenceMatcher(None, inner_base, inner_side, autojunk=False)
    inner = [
        (head + found.a, head + found.b, found.size)
        for found in matcher.get_matching_blocks()
        if found.size
    ]
    return [
        *([(0, 0, head)] if head else []),
        *inner,
        *([(len(base) - tail, len(side) - tail, tail)] if tail else []),
    ]


def _between(base: Lines, ours: Lines, theirs: Lines) -> Iterator[Piece]:
    if ours in (theirs, base):
        chosen = theirs
    elif theirs == base:
        chosen = ours
    else:
        yield from _clash(ours, theirs)
        return
    if chosen:
        yield Piece(lines=tuple(chosen))


def _clash(ours: Lines, theirs: Lines) -> Iterator[Piece]:
    """A clash without the lines that both sides begin or end with."""
    shorter = min(len(ours), len(theirs))
    head = next((at for at in range(shorter) if ours[at] != theirs[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if ours[-1 - at] != theirs[-1 - at]), rest)
    if head:
        yield Piece(lines=tuple(ours[:head]))
    yield Piece(
        ours=tuple(ours[head : len(ours) - tail]),
        theirs=tuple(theirs[head : len(theirs) - tail]),
        clash=True,
    )
    if tail:
        yield Piece(lines=tuple(ours[len(ours) - tail :]))
