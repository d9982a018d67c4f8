"""Statements in, conflicts out: read every clause, then ask every detector."""

from collections.abc import Iterable, Iterator, Sequence

from menon.apps.socratic.conflicts.clauses import Clause, clauses, name_of
from menon.apps.socratic.conflicts.detectors import detectors
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    Grade,
    Statement,
)
from menon.apps.socratic.conflicts.reading import readers
from menon.apps.socratic.conflicts.typed import typed_text
from menon.apps.socratic.conflicts.words import Token

_GRADES = {Grade.HARD: 0, Grade.WARN: 1, Grade.REVIEW: 2}


def detect(statements: Iterable[Statement]) -> list[Conflict]:
    """The conflicts between statements, the worst first; each pair is told once.

    Args:
        statements: of any text; of those with the same id the last counts.
    """
    known = {one.id: one for one in statements}
    said = list(_read(known.values()))
    return judge(Evidence(known, said, assertions_of(said)))


def _read(statements: Iterable[Statement]) -> Iterator[Clause]:
    """The clauses of all; who begins with `It needs` speaks of what was said before."""
    name: tuple[Token, ...] = ()
    for one in statements:
        begins = one.text.lstrip().lower().startswith(("it ", "they "))
        found = clauses(typed_text(one), name if begins else ())
        wanted = bool(found) and not found[-1].negated and "scop" not in found[-1].canon
        name = name_of(found[-1]) if wanted else ()
        yield from found


def assertions_of(said: Iterable[Clause]) -> list[Assertion]:
    """What every reader makes of the clauses."""
    found = readers()
    return [one for clause in said for reader in found for one in reader.read(clause)]


def judge(evidence: Evidence) -> list[Conflict]:
    """What the detectors find, without what they tell twice."""
    found = [conflict for detector in detectors() for conflict in detector.find(evidence)]
    return sorted(_once(found), key=lambda one: _GRADES[one.grade])


def _once(found: Sequence[Conflict]) -> Iterator[Conflict]:
    """For the same statements the first finding counts, and hides milder ones."""
    seen: set[tuple[str, ...]] = set()
    for conflict in found:
        if conflict.statements in seen or len(conflict.statements) < 2:
            continue
        seen.add(conflict.statements)
        yield conflict
