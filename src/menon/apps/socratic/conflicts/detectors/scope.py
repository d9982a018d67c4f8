"""A feature that another statement puts out of scope."""

from collections.abc import Iterator, Sequence

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Severity,
)
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.reading.topics import topics, with_parents

_LATER = frozenset({"phase:2", "phase:3"})
_PLACES = frozenset({"offic", "office", "department", "team", "program", "provider", "company"})
_SPAN = 2
"""Tokens that may stand between the words of an item where a feature names it."""


def find(evidence: Evidence) -> list[Conflict]:
    """Clauses that speak of an excluded topic, or of all words of an excluded item."""
    # How it is today rules nothing out: `I forget which hive got what`.
    excluded = [one for one in evidence.of("excluded") if _of_plans(one, evidence)]
    if not excluded:
        return []
    speaking = {(one.source, one.key) for one in excluded}
    by_topic, by_stem = _index(excluded)
    found: list[Conflict] = []
    for clause in evidence.clauses:
        if (clause.source, clause.key) in speaking:
            continue
        found.extend(
            _told(evidence, one, clause)
            for one in _touched(clause, by_topic, by_stem)
            if one.source != clause.source and _same_phase(one.scope, clause)
        )
    return found[:MOST]


def _of_plans(one: Assertion, evidence: Evidence) -> bool:
    said = evidence.statements.get(one.source)
    return said is None or said.slot != "goal.problem"


def _index(
    excluded: Sequence[Assertion],
) -> tuple[dict[str, list[Assertion]], dict[str, list[Assertion]]]:
    by_topic: dict[str, list[Assertion]] = {}
    by_stem: dict[str, list[Assertion]] = {}
    for one in excluded:
        if isinstance(one.value, str) and one.value:
            by_topic.setdefault(one.value, []).append(one)
        if one.target:
            by_stem.setdefault(max(one.target, key=lambda s: (len(s), s)), []).append(one)
    return by_topic, by_stem


def _touched(
    clause: Clause,
    by_topic: dict[str, list[Assertion]],
    by_stem: dict[str, list[Assertion]],
) -> Iterator[Assertion]:
    for topic in _spoken_of(clause) if by_topic else ():
        yield from by_topic.get(topic, ())
    if clause.negated:
        return
    for stem in dict.fromkeys(clause.canon):
        at = clause.canon.index(stem) + 1
        if set(clause.canon[at : at + 1]) & _PLACES:
            continue
        for one in by_stem.get(stem, ()):
            if _named(one, clause.canon):
                yield one


def _spoken_of(clause: Clause) -> Iterator[str]:
    """The topics of a clause and those that they belong to."""
    if len(words("topics", "languages") & set(clause.canon)) > 1 and not clause.negated:
        yield "multi language"
    for match in topics().find(clause.canon):
        # `The payroll office` is somebody, and no payroll.
        whose = clause.canon[match.end : match.end + 1]
        if not set(whose) & _PLACES and not _denied(clause, match.start, match.end):
            yield from with_parents(match.label)


def _denied(clause: Clause, start: int, end: int) -> bool:
    """Whether the clause negates what stands there, as in `without a chat`."""
    return sum(1 for at in clause.negations if not start <= at < end) % 2 == 1


def _named(one: Assertion, canon: Sequence[str]) -> bool:
    """Whether all words of an item stand close together, or its head does and the rest follows."""
    if not one.target <= set(canon):
        return False
    if one.value:
        # A topic has its wordings; elsewhere its words must stand together.
        return _close(one.target, canon, 1)
    return _close(one.target, canon) or (len(one.excluded) > 1 and _close(one.excluded, canon))


def _close(item: frozenset[str], canon: Sequence[str], room: int = _SPAN) -> bool:
    places = [at for at, stem in enumerate(canon) if stem in item]
    width = len(item) + room
    for first in places:
        near = frozenset(canon[at] for at in places if first <= at < first + width)
        if near == item:
            return True
    return False


def _same_phase(scope: frozenset[str], clause: Clause) -> bool:
    """What is out of the first version may be in a later one; the present is the first."""
    mine = {s for s in clause.context if not s.startswith("if:")}
    theirs = {s for s in scope if not s.startswith("if:")}
    phases = [frozenset(s for s in part if s.startswith("phase:")) for part in (mine, theirs)]
    if phases[0] & _LATER != phases[1] & _LATER:
        return False
    told = ("part:", "region:", "env:", "tier:", "side:")
    regions = [frozenset(s for s in part if s.startswith(told)) for part in (mine, theirs)]
    # What is left out at all is left out everywhere.
    return regions[1] <= regions[0]


def _told(evidence: Evidence, one: Assertion, clause: Clause) -> Conflict:
    feature = assertion(clause, "feature", shown=clause.text)
    name = one.value or " ".join(sorted(one.target))
    return told(
        evidence,
        ConflictType.SCOPE,
        Grade.HARD,
        (one, feature),
        why=f"A feature is asked for that is out of scope: {name}.",
        witness=f"{clause.text} / {one.shown}",
        severity=Severity.HIGH,
    )


DETECTOR = Detector(type=ConflictType.SCOPE, order=5, find=find)
