"""What one statement lets go without a step that another waits for.

`Clerks may pay invoices without a second signature.`
`No invoice is paid until a second signature is there.`
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import document, known, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade, Modality
from menon.apps.socratic.conflicts.parties import actions
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import Stance, elsewhere, excepts, loud, stance_of

_WAITING = frozenset({"until", "unless", "before"})
_FOLLOWING = frozenset({"once", "after", "when", "if"})
_NEEDS = frozenset({"need", "requir", "require"})
_PERMITS = frozenset({"may", "can", "must", "shall", "should", "allow", "permit", "able"})
_ALL_ALONE = frozenset({"approv"})
_SHARED = 2
"""Words that two acts must share to be one."""


class _Step(NamedTuple):
    clause: Clause
    core: frozenset[str]
    step: frozenset[str]


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs of which one leaves out what the other needs."""
    free: list[_Step] = []
    firm: list[_Step] = []
    for clause in evidence.clauses:
        if clause.quantities:
            continue
        if "without" in clause.canon[1:] and not clause.exception:
            stance = stance_of(clause)
            if stance.lacking and not stance.denied:
                free.append(_Step(clause, _act(stance), stance.lacking))
        elif _may(clause):
            free.extend(_unhindered(clause))
        firm.extend(_needed(clause))
    return list(islice(_opposed(evidence, free, firm), MOST))


def _unhindered(clause: Clause) -> Iterator[_Step]:
    """Guests have no account, and who may do it at all needs nobody's approval."""
    core = _act(stance_of(clause))
    if "guest" in clause.subject:
        yield _Step(clause, core, frozenset({"account"}))
    if not clause.condition and not clause.exception and len(core) >= _SHARED:
        yield _Step(clause, core - loud(clause.subject), _ALL_ALONE)


def _may(clause: Clause) -> bool:
    allowed = clause.modality is Modality.MAY or "allow" in clause.canon
    return allowed and not clause.negated and "only" not in clause.canon


def _act(stance: Stance) -> frozenset[str]:
    return stance.core - stance.roles - words("stances", "permitting")


def _needed(clause: Clause) -> Iterator[_Step]:
    """What must be there before something is done."""
    canon = set(clause.canon)
    stance = stance_of(clause)
    yield from _lacking(clause)
    if stance.denied and stance.lacking:
        # `They must not be swapped without consent`.
        yield _Step(clause, _act(stance), stance.lacking)
        return
    waits = clause.negated and clause.trigger in _WAITING
    waits |= "only" in canon and not clause.negated and clause.trigger in _FOLLOWING
    waits |= clause.trigger == "before" and not clause.negated and bool(clause.condition)
    if clause.negated and clause.exception and not clause.condition:
        # `None is paid unless there is a signature`.
        yield _Step(clause, _act(stance_of(clause)), loud(clause.exception))
    if waits and clause.condition:
        stance = stance_of(clause)
        if clause.trigger == "before" and not clause.negated:
            # `Orders are approved before they are placed`: the step stands in front.
            yield _Step(clause, loud(clause.condition) | _act(stance), _act(stance))
        else:
            yield _Step(clause, _act(stance), loud(clause.condition))
        return
    if not clause.negated and not clause.condition:
        yield from _told_to(clause)


def _lacking(clause: Clause) -> Iterator[_Step]:
    """`Who is not logged in may not see prices`: what they lack is the step."""
    canon = clause.canon
    who = next((at for at, stem in enumerate(canon) if stem in {"who", "that"}), len(canon))
    may = next((at for at in range(who + 1, len(canon)) if canon[at] in _PERMITS), 0)
    lacks = [at for at in clause.negations if who < at < may]
    if lacks and any(at > may for at in clause.negations):
        act = loud(canon[may:]) - words("stances", "permitting")
        yield _Step(clause, act, loud(canon[lacks[0] + 1 : may]))


def _told_to(clause: Clause) -> Iterator[_Step]:
    """`Users must be logged in to post`, `posting needs a login`, `posts must be approved`."""
    canon = clause.canon
    needs = next((at for at, stem in enumerate(canon) if at and stem in _NEEDS), 0)
    to = next((at for at in range(len(canon) - 1, clause.verb + 2, -1) if canon[at] == "to"), 0)
    must = clause.verb if canon[clause.verb : clause.verb + 1] in (("must",), ("have",)) else 0
    be = canon.index("be", must) if must and "be" in canon[must : must + 4] else 0
    if to and needs and canon[needs - 1] == "be":
        step, act = canon[:needs], canon[to:]
    elif to and be and to > be + 1:
        step, act = canon[be:to], canon[to:]
    elif needs:
        step, act = canon[needs + 1 :], canon[:needs]
    elif be:
        step, act = canon[be:], canon[:be]
    else:
        return
    core = loud(act) - words("actors", "roles")
    if core and loud(step):
        yield _Step(clause, core, loud(step))


def _opposed(evidence: Evidence, free: list[_Step], firm: list[_Step]) -> Iterator[Conflict]:
    for one in free:
        for other in firm:
            apart = one.clause.source == other.clause.source
            apart |= one.clause.scope != other.clause.scope
            if apart or excepts(one.clause, other.clause) or elsewhere(one.clause, other.clause):
                continue
            if _same_step(one, other) and _same_act(one, other):
                yield told(
                    evidence,
                    ConflictType.PERMISSION,
                    Grade.REVIEW,
                    [assertion(c, "text", shown=c.text) for c in (one.clause, other.clause)],
                    why="One leaves out a step that the other needs.",
                    witness=f"{one.clause.text} / {other.clause.text}",
                )


def _same_step(one: _Step, other: _Step) -> bool:
    """Whether the step left out is the one that is needed: `approval`, `until he approved it`."""
    mine, theirs = _steps(one), _steps(other)
    return bool(mine & theirs) and (mine <= theirs or theirs <= mine)


@cache
def _kinds() -> Mapping[str, str]:
    table = cast("Mapping[str, list[object]]", document("stances")["steps"])
    return {s: kind for kind, names in table.items() for name in names for s in known(str(name))}


def _steps(one: _Step) -> frozenset[str]:
    """The step by the name of its kind: an account and a login are one."""
    return frozenset(_kinds().get(stem, stem) for stem in one.step)


def _same_act(one: _Step, other: _Step) -> bool:
    mine, theirs = one.core - one.step, other.core - one.step - other.step
    shared = mine & theirs
    beside = {actions().get(stem, "read") for stem in mine - theirs}
    if one.step is _ALL_ALONE:
        return mine == theirs
    every = other.clause.universal and one.step is not _ALL_ALONE
    if theirs and theirs <= mine and ("read" not in beside or every):
        # `Refunds are issued without approval`: whatever is done with what must be approved.
        return True
    if not theirs <= mine and not mine <= theirs:
        return False
    return len(shared) >= _SHARED or (bool(shared) and theirs == mine)


DETECTOR = Detector(type=ConflictType.PERMISSION, order=12, find=find)
