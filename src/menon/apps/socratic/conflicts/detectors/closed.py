"""Who or what alone is served, and others of the kind that are served, too.

`Only private customers are served.` / `Business customers can open an account.`
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import document, known, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import loud

_ONLY = frozenset({"only", "exclusively", "solely", "just"})


class _Kind(NamedTuple):
    group: int
    name: str
    noun: str
    """What is of the kind: the customers of `private customers`; empty for `adults`."""


@cache
def _rivals() -> Mapping[str, tuple[int, str, bool]]:
    """The group of a word, what stands for it, and whether it needs a noun."""
    table = cast("list[Mapping[str, object]]", document("rivals")["kinds"])
    found: dict[str, tuple[int, str, bool]] = {}
    for number, row in enumerate(table):
        for names in cast("list[list[str]]", row["names"]):
            for name in names:
                stem = " ".join(known(name))
                found.setdefault(stem, (number, names[0], bool(row["noun"])))
    return found


def find(evidence: Evidence) -> list[Conflict]:
    """A kind that one statement closes to all others, and another of them."""
    firm = [(c, kind) for c in evidence.clauses if _ONLY & set(c.canon) for kind in _alone(c)]
    if not firm:
        return []
    said = [(c, kind) for c in evidence.clauses for _, kind in _kinds(c)]
    found = (
        told(
            evidence,
            ConflictType.SCOPE,
            Grade.HARD,
            [assertion(one, "text", shown=one.text) for one in (clause, other)],
            why=f"One is for {kind.name} alone, the other for {rival.name}.",
            witness=f"{clause.text} / {other.text}",
        )
        for clause, kind in firm
        for other, rival in said
        if _opposed(clause, kind, other, rival)
    )
    return list(islice(found, MOST))


def _kinds(clause: Clause) -> Iterator[tuple[int, _Kind]]:
    canon = [s for s in clause.canon if s]
    for at, stem in enumerate(canon):
        if stem in _rivals():
            group, name, adjective = _rivals()[stem]
            noun = _noun(canon, at + 1) if adjective else ""
            if noun or not adjective:
                yield at, _Kind(group, name, noun)


def _noun(canon: list[str], at: int) -> str:
    """The noun behind an adjective, be it one of two: `private and business customers`."""
    while at + 1 < len(canon) and canon[at] in {"and", "or"} | _rivals().keys():
        at += 1
    noun = canon[at] if at < len(canon) else ""
    return "" if noun in words("words", "stop") | words("words", "modal") else noun


def _alone(clause: Clause) -> Iterator[_Kind]:
    """The kinds that `only` stands beside."""
    if clause.negated or clause.condition:
        return
    canon = [s for s in clause.canon if s]
    kinds = list(_kinds(clause))
    if len({kind.name for _, kind in kinds}) != 1:
        return
    at, kind = kinds[0]
    last = at + 1 + bool(kind.noun)
    if _ONLY & {*canon[max(0, at - 3) : at], *canon[last : last + 1]}:
        yield kind


def _opposed(clause: Clause, kind: _Kind, other: Clause, rival: _Kind) -> bool:
    if clause.source == other.source or other.negated or kind.group != rival.group:
        return False
    phases = [{s for s in c.scope if s.startswith(("phase:", "region:"))} for c in (clause, other)]
    if kind.name == rival.name or kind.noun != rival.noun or phases[0] != phases[1]:
        return False
    # What they alone may do says nothing about what others do.
    loose = words("rivals", "serving") | words("words", "whole") | words("words", "project")
    rest = loud(clause.content) - loose - loud(_rivals().keys()) - {kind.noun}
    return rest <= loud(other.content)


DETECTOR = Detector(type=ConflictType.SCOPE, order=6, find=find)
