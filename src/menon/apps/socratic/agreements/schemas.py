"""Wire shapes of specifications and conflicts."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, ConfigDict, Field

from menon.core.http import Wire

Reason = Annotated[str, Field(max_length=2000)]


class SpecificationRow(Wire):
    """A version of a specification, without its content."""

    id: str
    specification_id: str
    project_id: str
    version: int
    digest: str
    origin: str
    session_id: str | None
    note: str
    state: str
    approved: bool
    approved_by: str | None
    approved_at: datetime | None
    approval_note: str
    conflicts: dict[str, int]
    """`open`, and `hard` for those that block an approval."""
    created_by: str
    created_at: datetime


class SpecificationOut(SpecificationRow):
    """A version of a specification."""

    specification: dict[str, Any]


class DifferenceOut(Wire):
    """A change between two versions."""

    path: str
    kind: str
    before: Any
    after: Any
    text: str


class ComparedOut(Wire):
    """What changed from one version to another."""

    before: int
    after: int
    differences: list[DifferenceOut]


class ApproveIn(Wire):
    """An approval; open hard conflicts are named here with the reason to accept them."""

    model_config = ConfigDict(extra="forbid")

    note: Reason = ""
    waive: dict[Annotated[str, Field(max_length=36)], Reason] = Field(default={}, max_length=200)
    """A reason by the id of a conflict."""


class StatementIn(Wire):
    """What somebody wants."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(max_length=100)] = ""
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    slot: Annotated[str, Field(max_length=100)] = ""


class DetectIn(Wire):
    """Statements, wherever they were written."""

    model_config = ConfigDict(extra="forbid")

    statements: list[StatementIn] = Field(max_length=500)


class ResolutionOut(Wire):
    """A way out of a contradiction."""

    id: str
    text: str
    effect: str


class VerdictOut(Wire):
    """What a model judged of a contradiction that rules only suspect."""

    verdict: str
    """`contradiction`, `compatible` or `unsure`."""
    why: str
    model: str


class FoundOut(Wire):
    """A contradiction among statements."""

    type: str
    grade: str
    severity: str
    statements: list[str]
    """Their ids."""
    why: str
    witness: str
    resolutions: list[ResolutionOut]
    verdict: VerdictOut | None = None


class DetectedOut(Wire):
    """The contradictions among statements."""

    conflicts: list[FoundOut]


class ConflictOut(Wire):
    """A contradiction in a project, and what became of it."""

    id: str
    conflict_id: str
    project_id: str
    session_id: str | None
    specification_id: str | None
    type: str
    conflict_type: str
    grade: str
    severity: str
    why: str
    witness: str
    statements: list[dict[str, Any]]
    """`{id, role, text}` each."""
    resolutions: list[ResolutionOut]
    verdict: VerdictOut | None
    state: str
    resolution: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    created_at: datetime


class ResolveIn(Wire):
    """What becomes of a conflict: a proposal is taken, or people say how; or it is waived."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    resolution: Annotated[
        str, Field(max_length=200, validation_alias=AliasChoices("resolution", "resolution_id"))
    ] = ""
    """The id of a proposal."""
    reason: Reason = ""
    waive: bool = False
    """The contradiction stays, and is accepted; wants a reason."""
