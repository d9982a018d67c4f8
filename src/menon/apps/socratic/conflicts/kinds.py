"""Kinds that exclude each other: private and business customers, adults and children."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, cast

from menon.apps.socratic.conflicts.lexicon import (
    Match,
    Phrases,
    canonical,
    document,
    known,
    stems_of,
    words,
)
from menon.apps.socratic.conflicts.words import tokens


class Kind(NamedTuple):
    """One of several kinds of a thing."""

    group: int
    name: str
    noun: str
    """What is of the kind: the customers of `private customers`; empty for `adults`."""


class _Row(NamedTuple):
    group: int
    name: str
    adjective: bool


@cache
def _rows() -> Mapping[str, _Row]:
    """What stands for each wording, and whether a noun must follow it."""
    table = cast("list[Mapping[str, object]]", document("rivals")["kinds"])
    found: dict[str, _Row] = {}
    for number, row in enumerate(table):
        for names in cast("list[list[str]]", row["names"]):
            for name in names:
                found.setdefault(name, _Row(number, names[0], bool(row["noun"])))
    return found


@cache
def _phrases() -> Phrases:
    return Phrases(((name, name) for name in _rows()), known)


@cache
def rivals() -> frozenset[str]:
    """The stems that name kinds."""
    return frozenset(stem for name in _rows() for stem in known(name))


def kinds_in(canon: Sequence[str]) -> Iterator[tuple[Match, Kind]]:
    """The kinds that are named, and where among these stems without empty ones."""
    for match in _phrases().find(canon):
        group, name, adjective = _rows()[match.label]
        noun = _noun(canon, match.end) if adjective else ""
        if noun or not adjective:
            yield match, Kind(group, name, noun)


def _noun(canon: Sequence[str], at: int) -> str:
    """The noun behind an adjective, be it one of two: `private and business customers`."""
    while at + 1 < len(canon) and canon[at] in {"and", "or"} | rivals():
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
