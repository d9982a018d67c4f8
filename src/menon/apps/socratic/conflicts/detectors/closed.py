"""Who or what alone is served, and others of the kind that are served, too.

`Only private customers are served.` / `Business customers can open an account.`
"""

from collections.abc import Iterator
from itertools import islice

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.detectors.permission import includes
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
    found = list(islice(_for_others(evidence), MOST))
    if not firm:
        return found
    said = [(c, kind) for c in evidence.clauses for _, kind in _kinds(c)]
    others = (
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
    return [*found, *islice(others, MOST)]


def _for_others(evidence: Evidence) -> Iterator[Conflict]:
    """`The tool is only for teachers`, and parents use it."""
    closed = [(clause, people) for clause in evidence.clauses if (people := _served(clause))]
    using = [(clause, people) for clause in evidence.clauses if (people := _users(clause))]
    for clause, served in closed if using else ():
        for other, people in using:
            within = any(includes(name, one) for name in served for one in people)
            if clause.source != other.source and not within and clause.scope == other.scope:
                yield told(
                    evidence,
                    ConflictType.SCOPE,
                    Grade.HARD,
                    [assertion(one, "text", shown=one.text) for one in (clause, other)],
                    why=f"One is for {', '.join(sorted(served))} alone, and others use it there.",
                    witness=f"{clause.text} / {other.text}",
                )


def _served(clause: Clause) -> frozenset[str]:
    """Those for whom alone the whole is made."""
    canon = clause.canon
    if "for" not in canon or not _ONLY & set(canon) or clause.negated or clause.condition:
        return frozenset()
    at = canon.index("for")
    thing = loud(canon[:at]) - words("rivals", "serving") - words("words", "whole")
    people = frozenset(canon[at + 1 :]) & words("actors", "roles")
    rest = loud(canon[at + 1 :]) - people
    return frozenset() if thing or rest else people


def _users(clause: Clause) -> frozenset[str]:
    """Those who use the whole, or have an account there."""
    uses = words("rivals", "using") & set(clause.canon[1:])
    whole = words("words", "whole") & set(clause.canon) or {"login", "signup"} & uses
    people = frozenset(clause.canon[: clause.verb + 1]) & words("actors", "roles")
    return people if uses and whole and not clause.negated else frozenset()


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
    if _ONLY & {*canon[max(0, match.start - 3) : match.end], *canon[last : last + 2]}:
        yield kind


def _opposed(clause: Clause, kind: Kind, other: Clause, rival: Kind) -> bool:
    if clause.source == other.source or other.negated or kind.group != rival.group:
        return False
    phases = [{s for s in c.scope if s.startswith(("phase:", "region:"))} for c in (clause, other)]
    if kind.name == rival.name or kind.noun != rival.noun or phases[0] != phases[1]:
        return False
    # What they alone may do says nothing about what others do.
    loose = words("rivals", "serving") | words("words", "whole") | words("words", "project")
    rest = loud(clause.content) - loud(loose) - loose - loud(rivals()) - {kind.noun}
    return rest <= loud(other.content)


DETECTOR = Detector(type=ConflictType.SCOPE, order=6, find=find)
