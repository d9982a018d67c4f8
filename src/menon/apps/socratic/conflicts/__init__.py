"""Conflicts between statements, found by rules over typed assertions and by no model."""

from menon.apps.socratic.conflicts.detection import detect
from menon.apps.socratic.conflicts.model import (
    Conflict,
    ConflictType,
    Grade,
    Resolution,
    Severity,
    Statement,
)
from menon.apps.socratic.conflicts.of_specification import of_specification

__all__ = [
    "Conflict",
    "ConflictType",
    "Grade",
    "Resolution",
    "Severity",
    "Statement",
    "detect",
    "of_specification",
]
