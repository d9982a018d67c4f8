"""Priorities, and which work depends on which."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.reading import Reader, assertion


@cache
def _ranks() -> Phrases:
    table = cast("Mapping[str, list[object]]", document("ranks")["ranks"])
    return Phrases(((rank, str(p)) for rank, found in table.items() for p in found), known)


@cache
def _depends() -> Phrases:
    return Phrases((("depends", str(p)) for p in document("ranks")["depends"]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """The rank of a subject (`P1` to `P3`), and dependences from `about` on `target`."""
    matches = list(_ranks().find(clause.canon))
    if matches:
        about = subject(clause.canon, matches)
        rank = _turned(clause, matches)
        if about and rank:
            yield assertion(
                clause, "rank", operator="is", value=rank, about=about, shown=clause.text
            )
    for match in _depends().find(clause.canon):
        one = subject(clause.canon[: match.start], ())
        other = subject(clause.canon[match.end :], ())
        if one and other and not clause.negated:
            yield assertion(
                clause, "depends", operator="needs", about=one, target=other, shown=clause.text
            )
            return


def _turned(clause: Clause, matches: Sequence[Match]) -> str:
    first = matches[0]
    before = clause.canon[: first.start]
    if not set(before[-4:]) & {"not", "never", "no", "hardly"}:
        return first.label
    return {"P1": "P3", "P3": "P1"}.get(first.label, "")


def subject(canon: Sequence[str], matches: Sequence[Match]) -> frozenset[str]:
    """What is ranked: the content without the words that rank."""
    inside = {at for m in matches for at in range(m.start, m.end)}
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    noise = loose | words("words", "weak") | words("words", "whole") | words("ranks", "noise")
    return frozenset(
        s
        for at, s in enumerate(canon)
        if at not in inside and s and s not in noise and s.replace(" ", "").isalnum()
    )


READER = Reader(read=read)
