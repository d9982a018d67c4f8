"""Contradictions among statements that stand in no project."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from menon.apps.socratic import conflicts
from menon.apps.socratic.agreements.adjudicating import among
from menon.apps.socratic.agreements.schemas import (
    DetectedOut,
    DetectIn,
    FoundOut,
    ResolutionOut,
    VerdictOut,
)
from menon.apps.socratic.aside import aside
from menon.apps.socratic.sessions.assisting import Assistant
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime

if TYPE_CHECKING:
    from menon.apps.socratic.conflicts import Conflict, Statement
    from menon.apps.socratic.conflicts.adjudication import Verdict


async def detect(runtime: Runtime, who: Principal, body: DetectIn) -> DetectedOut:
    """The contradictions among statements, those that are only suspected judged by a model.

    Raises:
        InvalidInput: two statements have one id.
    """
    if len({one.id for one in body.statements}) < len(body.statements):
        raise InvalidInput("Two statements have the same id; give each one of its own.")
    given = [
        conflicts.Statement(id=one.id, role=one.role, text=one.text, slot=one.slot)
        for one in body.statements
    ]
    found = await found_among(given)
    named = {one.id: one for one in given}
    return DetectedOut(conflicts=shown(await among(Assistant(runtime, who), found, named)))


async def found_among(statements: "Sequence[Statement]") -> "list[Conflict]":
    """The contradictions, found in a thread."""
    return list(await aside(partial(conflicts.detect, statements)))


def shown(found: "Sequence[tuple[Conflict, Verdict | None]]") -> list[FoundOut]:
    """Contradictions as they go over the wire."""
    return [
        FoundOut(
            type=one.type.value,
            grade=one.grade.value,
            severity=one.severity.value,
            statements=list(one.statements),
            why=one.why,
            witness=one.witness,
            resolutions=[ResolutionOut.model_validate(each) for each in one.resolutions],
            verdict=VerdictOut.model_validate(verdict.plain()) if verdict else None,
        )
        for one, verdict in found
    ]
