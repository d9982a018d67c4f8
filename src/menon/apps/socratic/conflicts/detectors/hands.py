"""What happens by itself in one statement and only by somebody's hand in another.

`Drafts are saved automatically.` / `Nothing is saved unless the author presses Save.`
`The gate is locked automatically at night.` / `It stays unlocked until the guard locks it.`
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Modality,
)
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import Stance, apart, excepts, stance_of

_ITSELF, _BY_HAND = "automatically", "manually"
_WAITING = frozenset({"unless", "until", "before"})
_FOLLOWING = frozenset({"when", "whenever", "if", "once", "after", "as soon as", "provided that"})
_PREFIXES = ("un", "in", "dis", "de")
_OPEN = frozenset({"also", "additionally", "or", "possible", "possibl", "optionally", "both"})
"""Beside these the hand is one way among others."""


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs for a person to judge."""
    alone = [clause for clause in evidence.clauses if _by_itself(clause)]
    if not alone:
        return []
    hands = [(clause, stance_of(clause)) for clause in evidence.clauses if _may_be_hand(clause)]
    by_itself = [(clause, stance_of(clause)) for clause in alone]
    return list(islice(_opposed(evidence, by_itself, hands), MOST))


def _by_itself(clause: Clause) -> bool:
    if clause.negated or "only" in clause.canon:
        return False
    # `As soon as all is filled in` waits for nobody.
    people = words("actors", "roles") | words("stances", "handling")
    at_once = clause.trigger == "as" and not clause.condition & people
    return _ITSELF in clause.canon or at_once


def _may_be_hand(clause: Clause) -> bool:
    loose = clause.modality is Modality.MAY and not clause.negated and "only" not in clause.canon
    if loose or clause.quantities or _OPEN & set(clause.canon) or _ITSELF in clause.canon:
        return False
    handmade = bool({_BY_HAND, "themselves"} & set(clause.canon))
    return bool(clause.condition) or handmade or bool(_doers(clause))


def _opposed(
    evidence: Evidence,
    by_itself: Sequence[tuple[Clause, Stance]],
    hands: Sequence[tuple[Clause, Stance]],
) -> Iterator[Conflict]:
    for alone, itself in by_itself:
        for clause, hand in hands:
            if alone.source == clause.source or alone.scope != clause.scope:
                continue
            if excepts(alone, clause) or itself.denied:
                continue
            if _done_by_hand(alone, itself, clause, hand) or _waits(itself, clause, hand):
                yield told(
                    evidence,
                    ConflictType.TEXT,
                    Grade.REVIEW,
                    [assertion(one, "text", shown=one.text) for one in (alone, clause)],
                    why="It happens by itself here, and only by somebody's hand there.",
                    witness=f"{alone.text} / {clause.text}",
                )


def _done_by_hand(alone: Clause, itself: Stance, clause: Clause, hand: Stance) -> bool:
    """`Labels are printed manually`: the same as what happens by itself."""
    doers = _doers(clause)
    own = "themselves" in clause.stems and hand.roles and _ITSELF in alone.canon
    manual = _BY_HAND in clause.canon or own or (doers and _ITSELF in alone.canon)
    if not manual or clause.negated or apart(alone, clause):
        return False
    by = clause.canon.index("by", clause.verb) if doers else len(clause.canon)
    core = hand.core - (doers or hand.roles) - {_BY_HAND} - frozenset(clause.canon[by:])
    # `Numbers are assigned automatically` and entered by hand: whatever gives them their value.
    valued = core - words("stances", "setting")
    least = 1 if valued == core else 0
    return len(valued) > least and valued <= itself.core


def _doers(clause: Clause) -> frozenset[str]:
    """The people by whom it is done."""
    if "by" not in clause.canon[clause.verb :]:
        return frozenset()
    by = clause.canon.index("by", clause.verb)
    return frozenset(clause.canon[by + 1 :]) & words("actors", "roles")


def _waits(itself: Stance, clause: Clause, hand: Stance) -> bool:
    """Whether nothing happens before somebody acts."""
    acted = clause.condition & (words("stances", "handling") | {_BY_HAND})
    core = hand.core - hand.roles
    waits = clause.negated and clause.trigger in _WAITING
    waits |= "only" in clause.canon and not clause.negated and clause.trigger in _FOLLOWING
    if waits and acted:
        enough = 1 if "nothing" in clause.stems else 2
        return len(core) >= enough and core <= itself.core
    undone = {s for s in core if any(_bare(s, prefix) in itself.core for prefix in _PREFIXES)}
    acted |= clause.condition & itself.core
    still = bool(undone) and clause.trigger == "until" and not clause.negated
    return still and bool(acted) and bool(core - undone) and core - undone <= itself.core


def _bare(stem: str, prefix: str) -> str:
    return stem[len(prefix) :] if stem.startswith(prefix) else ""


DETECTOR = Detector(type=ConflictType.TEXT, order=12, find=find)
