"""The Specification; its JSON Schema (2020-12) is the wire format."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from menon.apps.socratic.specification.data import Entity, Enumeration
from menon.apps.socratic.specification.requirements import (
    Actor,
    Constraint,
    Criterion,
    Milestone,
    Permission,
    Requirement,
)
from menon.apps.socratic.specification.shape import ENTITIES, Line, Paragraph, Part


class Style(StrEnum):
    """How the generated code is arranged."""

    LAYERED = "layered"
    MVC = "mvc"
    HEXAGONAL = "hexagonal"
    MODULAR = "modular_monolith"


class About(Part):
    """What the system is, and whom it serves."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    description: Paragraph = ""
    problem: Paragraph = ""
    success: list[Line] = Field(default=[], max_length=100, description="How success is measured.")


class Architecture(Part):
    """How it is built and where it runs."""

    style: Style = Style.LAYERED
    frontend: Literal["none", "htmx"] = "none"
    database: Line = "sqlite"
    hosting: Line = ""
    languages: list[Line] = Field(default=["python"], max_length=20)
    technologies: list[Line] = Field(default=[], max_length=100)
    forbidden: list[Line] = Field(default=[], max_length=100)
    notes: list[Paragraph] = Field(default=[], max_length=100)


class Scope(Part):
    """What belongs to the project, and what does not."""

    inside: list[Line] = Field(default=[], max_length=500)
    outside: list[Line] = Field(default=[], max_length=500)


LEFT_OPEN: Final = "Nobody could say; it is left open"
"""What is assumed where there is nothing to assume."""


class Assumption(Part):
    """What was taken for granted where nobody answered."""

    slot: Line
    text: Line
    source: Line = ""


class Clarification(Part):
    """A question and its answer, word for word."""

    id: Line
    role: Line = ""
    question: Paragraph
    answer: Paragraph
    slots: list[Line] = Field(default=[], max_length=50)
    respondent: Line = ""
    confidence: Annotated[int, Field(ge=1, le=5)] = 3


class ConflictNote(Part):
    """A contradiction that was found, and what became of it."""

    type: Line
    grade: Literal["hard", "warn", "review"]
    why: Paragraph
    state: Literal["open", "resolved", "waived"] = "open"
    reason: Paragraph = ""
    by: Line = ""


class Term(Part):
    """A word of the trade, explained."""

    term: Line
    meaning: Paragraph


class Specification(Part):
    """Everything that was agreed about a system."""

    schema_version: Literal[1] = 1
    project: About
    actors: list[Actor] = Field(default=[], max_length=100)
    entities: list[Entity] = Field(default=[], max_length=ENTITIES)
    enums: list[Enumeration] = Field(default=[], max_length=1_000)
    features: list[Requirement] = Field(default=[], max_length=5_000)
    permissions: list[Permission] = Field(default=[], max_length=10_000)
    nfr: list[Criterion] = Field(default=[], max_length=1_000)
    constraints: list[Constraint] = Field(default=[], max_length=1_000)
    milestones: list[Milestone] = Field(default=[], max_length=200)
    architecture: Architecture = Architecture()
    scope: Scope = Scope()
    assumptions: list[Assumption] = Field(default=[], max_length=1_000)
    clarifications: list[Clarification] = Field(default=[], max_length=1_000)
    conflicts: list[ConflictNote] = Field(default=[], max_length=1_000)
    glossary: list[Term] = Field(default=[], max_length=1_000)
    notes: list[Paragraph] = Field(
        default=[],
        max_length=1_000,
        description="Answers that no parser could read, word for word.",
    )
