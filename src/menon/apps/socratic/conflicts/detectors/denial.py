"""A clause that denies what another says of the same, in fewer or as many words."""

from collections.abc import Iterator, Sequence
from itertools import islice

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import (
    Stance,
    apart,
    elsewhere,
    excepts,
    loud,
    made,
    of_others,
    of_part,
    stance_of,
)

_KINDS = ("region:", "when:", "season:", "platform:")
_NESTED = frozenset({"region:eu", "region:asia"})
"""Regions that others lie in."""
_ALWAYS = ("at any tim", "round the clock", "around the clock", "day and night", "at all tim")
_SHOWN = frozenset({"view", "immediat"})
_LEAST = 2
"""Words below which a clause says too little to be compared."""
_MOST_WORDS = 7
"""Words of a denial above which another clause hardly says the same."""


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs for a person to judge."""
    judged = {(grant.source, grant.key) for grant in evidence.of("grant")}
    said = [(clause, stance_of(clause)) for clause in evidence.clauses]
    by_stem: dict[str, list[int]] = {}
    for at, (_, stance) in enumerate(said):
        for stem in stance.core:
            by_stem.setdefault(stem, []).append(at)
    return list(islice(_opposed(evidence, said, by_stem, judged), MOST))


def _opposed(
    evidence: Evidence,
    said: Sequence[tuple[Clause, Stance]],
    by_stem: dict[str, list[int]],
    judged: set[tuple[str, int]],
) -> Iterator[Conflict]:
    yield from _narrowed(evidence, said)
    for clause, stance in said:
        if "else" in clause.stems:
            # `Nothing else` is not what the other says.
            continue
        firm = stance.denied or bool(clause.negations) or bool(stance.lacking)
        if not firm or len(stance.core) < _least(clause):
            continue
        # What is shown without a thing need not be said to be shown with it.
        named = stance.core - _SHOWN if stance.lacking else stance.core
        rarest = min(named, key=lambda stem: (len(by_stem[stem]), stem), default="view")
        for at in by_stem[rarest]:
            other, theirs = said[at]
            if other.source == clause.source or other.scope != clause.scope:
                continue
            rights = {(other.source, other.key), (clause.source, clause.key)} <= judged
            if rights and (clause.negations or other.negations):
                continue
            if apart(clause, other) or excepts(clause, other) or elsewhere(clause, other):
                continue
            if of_others(clause, other) or of_part(clause, other):
                continue
            if _denies(clause, stance, theirs, always=_always(other)) or _lacks(stance, theirs):
                yield _told(evidence, clause, other)


def _least(clause: Clause) -> int:
    """`Nothing is deleted` says enough with one word."""
    return 1 if "nothing" in clause.stems[:1] else _LEAST


def _narrowed(evidence: Evidence, said: Sequence[tuple[Clause, Stance]]) -> Iterator[Conflict]:
    """`Only in Germany` and in France, `only at night` and at any time."""
    firm = [clause for clause, _ in said if _only(clause)]
    for clause in firm:
        core = loud(clause.content)
        for other, theirs in said:
            apart = other.source != clause.source and not other.negated and not clause.negated
            if apart and core <= theirs.core | theirs.condition and _outside(clause, other):
                yield _told(evidence, clause, other)


def _only(clause: Clause) -> bool:
    """Whether it holds in one place or time alone."""
    only = {"only", "exclusively", "solely"} & set(clause.canon)
    return bool(only) and len(clause.scope) == 1 and next(iter(clause.scope)).startswith(_KINDS)


def _outside(clause: Clause, other: Clause) -> bool:
    """Whether the other holds in another place or time of the kind, or in all of them."""
    here = next(iter(clause.scope))
    kind = here.partition(":")[0]
    theirs = {s for s in other.scope if s.partition(":")[0] == kind}
    if kind == "region" and _NESTED & {here}:
        return bool(theirs & {"region:us", "region:asia", "region:cn", "region:jp", "region:in"})
    if theirs:
        return here not in theirs and not theirs & _NESTED
    return kind == "when" and _always(other)


def _always(clause: Clause) -> bool:
    """Whether it says that it holds at any time."""
    said = " ".join(clause.stems)
    return any(phrase in said for phrase in _ALWAYS)


def _denies(clause: Clause, firm: Stance, other: Stance, *, always: bool) -> bool:
    """Whether the firm one denies what it names of what the other says, `always` in any case."""
    if firm.denied == other.denied or firm.lacking or clause.exception:
        return False
    if not firm.denied and not clause.negations:
        return False
    # A limit that is denied is a limit, and another rule compares those.
    if (
        clause.quantities
        or len(firm.core) > _MOST_WORDS
        or not firm.core <= other.core | other.condition
    ):
        return False
    # What holds for shipped orders does not for those that are not yet.
    later = "before" in other.condition and not firm.core <= other.core
    if later or not firm.core & other.core:
        return False
    return always or made(clause, firm.core) or firm.condition <= other.condition | other.core


def _lacks(firm: Stance, other: Stance) -> bool:
    """Whether it is without what the other is with."""
    if not firm.lacking or firm.denied or other.denied or other.lacking:
        return False
    core = firm.core - _SHOWN or firm.core
    return firm.lacking <= other.core | other.condition and core <= other.core


def _told(evidence: Evidence, clause: Clause, other: Clause) -> Conflict:
    return told(
        evidence,
        ConflictType.TEXT,
        Grade.REVIEW,
        [assertion(one, "text", shown=one.text) for one in (clause, other)],
        why="One denies what the other says.",
        witness=f"{clause.text} / {other.text}",
    )


DETECTOR = Detector(type=ConflictType.TEXT, order=11, find=find)
