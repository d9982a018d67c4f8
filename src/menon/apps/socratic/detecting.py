"""Contradictions among statements that stand in no project."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from menon.apps.socratic import conflicts
from menon.apps.socratic.agreement_schemas import (
    DetectedOut,
    DetectIn,
    FoundOut,
    ResolutionOut,
)
from menon.apps.socratic.intake import aside
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime

if TYPE_CHECKING:
    from menon.apps.socratic.conflicts import Conflict, Statement


async def detect(_runtime: Runtime, _who: Principal, body: DetectIn) -> DetectedOut:
    """The contradictions among statements.

    Raises:
        InvalidInput: two statements have one id.
    """
    if len({one.id for one in body.statements}) < len(body.statements):
        raise InvalidInput("Two statements have the same id; give each one of its own.")
    given = [
        conflicts.Statement(id=one.id, role=one.role, text=one.text, slot=one.slot)
        for one in body.statements
    ]
    return DetectedOut(conflicts=shown(await found_among(given)))


async def found_among(statements: "Sequence[Statement]") -> "list[Conflict]":
    """The contradictions, found in a thread."""
    return list(await aside(partial(conflicts.detect, statements)))


def shown(found: "Sequence[Conflict]") -> list[FoundOut]:
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
        )
        for one in found
    ]
