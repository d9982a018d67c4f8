"""Facts about data that exclude each other: required, unique, one or many, kept or deleted."""

from collections.abc import Iterator, Sequence
from itertools import islice

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, grouped, pairs, same_subject, told
from menon.apps.socratic.conflicts.kinds import of_other_kinds
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
    Severity,
)

_AGENTS = ("er", "or", "ant", "ist", "ee", "ian", "ent")
"""Endings of what people are called by what they do."""
_WHY = {
    "fact:required": "A value is required here and optional there.",
    "fact:unique": "A value is unique here and may occur twice there.",
    "fact:encrypted": "Data is encrypted here and readable there.",
    "fact:mutable": "Data may be changed here and is fixed there.",
    "fact:anonymous": "People are anonymous here and named there.",
    "fact:soft": "Deleted data can be restored here and is gone there.",
    "fact:visibility": "Data is public here and private there.",
    "cardinality": "There is at most one here and several there.",
    "retention": "Data is to be gone and to be kept at the same time.",
}


def find(evidence: Evidence) -> list[Conflict]:
    """Facts with opposite values, cardinalities and times of keeping that do not meet."""
    found: list[Conflict] = []
    for slot in _WHY:
        for group in grouped(evidence.of(slot)):
            found += islice(_opposed(evidence, slot, group), MOST)
    # `At any time` is also once it has been sent.
    always = [one for one in evidence.of("fact:mutable") if not one.scope and _firm(one)]
    cased = [one for one in evidence.of("fact:mutable") if one.scope]
    if always and cased:
        found += islice(_opposed(evidence, "fact:mutable", [*always, *cased]), MOST)
    return found


def _firm(one: Assertion) -> bool:
    """Whether it holds in each case: what is fixed is so until it is shipped, too."""
    return one.everywhere or one.value is False


def _opposed(evidence: Evidence, slot: str, group: Sequence[Assertion]) -> Iterator[Conflict]:
    for one, other in pairs(group):
        if one.value == other.value or not _same(slot, one, other):
            continue
        if _meet(one, other) or _in_state(one, other) or of_other_kinds(one.text, other.text):
            continue
        yield told(
            evidence,
            ConflictType.DATA,
            Grade.HARD,
            (one, other),
            why=_WHY[slot],
            witness=f"{one.shown} / {other.shown}",
            severity=Severity.HIGH if slot == "retention" else Severity.MEDIUM,
        )


def _in_state(one: Assertion, other: Assertion) -> bool:
    """`Until they are shipped`, and what holds for shipped ones."""
    cases = [name for name in one.scope | other.scope if name.startswith("if:")]
    return any(name.endswith(stem) for stem in one.about ^ other.about for name in cases)


def _meet(one: Assertion, other: Assertion) -> bool:
    """Whether two times of keeping have one in common."""
    if isinstance(one.value, Interval) and isinstance(other.value, Interval):
        return not one.value.apart(other.value, 0.1)
    return False


def _same(slot: str, one: Assertion, other: Assertion) -> bool:
    if slot == "cardinality":
        return _same_target(one, other) and same_subject(one.about, other.about)
    if slot == "fact:required" and _one_holder(one.about, other.about):
        return True
    for general, special in ((one.about, other.about), (other.about, one.about)):
        # Who keeps no personal data keeps no names.
        if general == frozenset({"personal data"}) and special & words("facts", "personal"):
            return True
    return same_subject(one.about, other.about)


def _one_holder(one: frozenset[str], other: frozenset[str]) -> bool:
    """`A phone number for every booking`, `customers leave the phone number empty`."""
    roles = words("actors", "roles")
    if bool(one & roles) == bool(other & roles):
        return False
    mine, theirs = one - roles, other - roles
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _same_target(one: Assertion, other: Assertion) -> bool:
    """Equal, or people on one side and their part on the other, such as `holder`."""
    if one.target == other.target:
        return True
    targets = (one.target, other.target)
    parts = [t for t in targets if t != frozenset({"person"})]
    return len(parts) == 1 and all(s.endswith(_AGENTS) for s in parts[0])


DETECTOR = Detector(type=ConflictType.DATA, order=4, find=find)
