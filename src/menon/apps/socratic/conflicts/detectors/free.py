"""What costs nothing in one statement and something in another.

`Delivery is free.` / `Delivery costs 4.90 euros.`
"""

import math
from functools import cache
from itertools import islice

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.kinds import of_other_kinds
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import apart, loud

_SPANS = frozenset({"hour", "day", "week", "month", "year"})
_ALL = frozenset({"", "all", "everyone"})


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("money")[key]), known)


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs of which one asks money for what the other gives."""
    free = [clause for clause in evidence.clauses if _is_free(clause)]
    if not free:
        return []
    paid = [clause for clause in evidence.clauses if _is_paid(clause)]
    found = (
        told(
            evidence,
            ConflictType.BUDGET,
            Grade.HARD,
            [assertion(c, "price", shown=c.text) for c in (clause, other)],
            why="It is free here and costs something there.",
            witness=f"{clause.text} / {other.text}",
        )
        for clause in free
        for other in paid
        if _opposed(clause, other)
    )
    return list(islice(found, MOST))


def _is_free(clause: Clause) -> bool:
    if any(q.dim == "money" for q in clause.quantities) or clause.condition or clause.exception:
        return False
    return any(True for _ in _phrases("free").find(clause.canon))


def _is_paid(clause: Clause) -> bool:
    """Whether money is asked, be it without a sum: `users pay for the app`."""
    sums = [q for q in clause.quantities if q.dim == "money" and 0 < q.interval.low < math.inf]
    asked = any(True for _ in _phrases("asked").find(clause.canon))
    return not clause.negated and asked and (bool(sums) or "fee" in clause.canon)


def _opposed(clause: Clause, other: Clause) -> bool:
    if clause.source == other.source or clause.scope != other.scope or apart(clause, other):
        return False
    if other.condition or other.exception or of_other_kinds(clause.text, other.text):
        return False
    mine, theirs = _named(clause), _named(other)
    if not mine:
        # `No fees are charged` is for anything, `the app is free` for the use of it.
        asked = {"fee", "charg"} | words("actors", "roles")
        any_fee = {"fee", "charg"} & set(clause.canon) and asked & set(other.canon)
        return bool(any_fee) or not theirs
    return mine <= theirs


def _named(clause: Clause) -> frozenset[str]:
    """What is free or paid, and for whom if not for all."""
    loose = words("money", "free") | words("money", "asked") | words("words", "project")
    general = {"user", "customer", "member", "monthly", "yearly", "annual", *_SPANS}
    inside = {s for q in clause.quantities for s in clause.canon[q.start : q.end]}
    return loud(clause.content - inside) - loose - general - _ALL


DETECTOR = Detector(type=ConflictType.BUDGET, order=2, find=find)
