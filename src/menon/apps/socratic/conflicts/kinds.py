"""Kinds that exclude each other: private and business customers, adults and children."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, cast

from menon.apps.socratic.conflicts.lexicon import canonical, document, known, stems_of, words
from menon.apps.socratic.conflicts.words import tokens


class Kind(NamedTuple):
    """One of several kinds of a thing."""

    group: int
    name: str
    noun: str
    """What is of the kind: the customers of `private customers`; empty for `adults`."""


@cache
def rivals() -> Mapping[str, tuple[int, str, bool]]:
    """The group of a word, what stands for it, and whether it needs a noun."""
    table = cast("list[Mapping[str, object]]", document("rivals")["kinds"])
    found: dict[str, tuple[int, str, bool]] = {}
    for number, row in enumerate(table):
        for names in cast("list[list[str]]", row["names"]):
            for name in names:
                stem = " ".join(known(name))
                found.setdefault(stem, (number, names[0], bool(row["noun"])))
    return found


def kinds_in(canon: Sequence[str]) -> Iterator[tuple[int, Kind]]:
    """The kinds that are named, and where among these stems without empty ones."""
    for at, stem in enumerate(canon):
        if stem in rivals():
            group, name, adjective = rivals()[stem]
            noun = _noun(canon, at + 1) if adjective else ""
            if noun or not adjective:
                yield at, Kind(group, name, noun)


def _noun(canon: Sequence[str], at: int) -> str:
    """The noun behind an adjective, be it one of two: `private and business customers`."""
    while at + 1 < len(canon) and canon[at] in {"and", "or"} | rivals().keys():
        at += 1
    noun = canon[at] if at < len(canon) else ""
    return "" if noun in words("words", "stop") | words("words", "modal") else noun


@lru_cache(maxsize=4096)
def _named(text: str) -> frozenset[tuple[int, str]]:
    canon = [s for s in canonical(stems_of(tokens(text))) if s]
    return frozenset((kind.group, kind.name) for _, kind in kinds_in(canon))


def of_other_kinds(one: str, other: str) -> bool:
    """Whether each text is about a kind of its own: adults here, children there."""
    mine, theirs = _named(one), _named(other)
    if not mine or not theirs:
        return False
    shared = {group for group, _ in mine} & {group for group, _ in theirs}
    return any(
        {n for g, n in mine if g == group}.isdisjoint(n for g, n in theirs if g == group)
        for group in shared
    )
