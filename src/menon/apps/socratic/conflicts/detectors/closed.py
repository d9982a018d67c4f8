"""Who or what alone is served, and others of the kind that are served, too.

`Only private customers are served.` / `Business customers can open an account.`
"""

from collections.abc import Iterator
from itertools import islice

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.kinds import Kind, kinds_in, rivals
from menon.apps.socratic.conflicts.lexicon import Match, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import loud

_ONLY = frozenset({"only", "exclusively", "solely", "just"})


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


def _kinds(clause: Clause) -> Iterator[tuple[Match, Kind]]:
    return kinds_in([s for s in clause.canon if s])


def _alone(clause: Clause) -> Iterator[Kind]:
    """The kinds that `only` stands beside."""
    if clause.negated or clause.condition:
        return
    canon = [s for s in clause.canon if s]
    kinds = list(_kinds(clause))
    if len({kind.name for _, kind in kinds}) != 1:
        return
    match, kind = kinds[0]
    last = match.end + bool(kind.noun)
    if _ONLY & {*canon[max(0, match.start - 3) : match.end], *canon[last : last + 1]}:
        yield kind


def _opposed(clause: Clause, kind: Kind, other: Clause, rival: Kind) -> bool:
    if clause.source == other.source or other.negated or kind.group != rival.group:
        return False
    phases = [{s for s in c.scope if s.startswith(("phase:", "region:"))} for c in (clause, other)]
    if kind.name == rival.name or kind.noun != rival.noun or phases[0] != phases[1]:
        return False
    # What they alone may do says nothing about what others do.
    loose = words("rivals", "serving") | words("words", "whole") | words("words", "project")
    rest = loud(clause.content) - loose - loud(rivals()) - {kind.noun}
    return rest <= loud(other.content)


DETECTOR = Detector(type=ConflictType.SCOPE, order=6, find=find)
