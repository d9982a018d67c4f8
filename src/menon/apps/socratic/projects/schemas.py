"""Wire shapes of projects and of who works in them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from menon.apps.socratic.models import Phase, ProjectStatus
from menon.apps.socratic.rules import ProjectRole, Right
from menon.core.http import Wire


def _spaced(name: str) -> str:
    spaced = " ".join(name.split())
    if len(spaced) < 2:
        raise ValueError("a name has at least 2 characters that are seen")
    return spaced


Name = Annotated[
    str,
    Field(min_length=2, max_length=100, pattern=r"^[a-zA-Z0-9\s\-_]+$"),
    AfterValidator(_spaced),
]
"""Letters, digits, blanks, `-` and `_`."""
Description = Annotated[str, Field(max_length=1000)]
Technology = Annotated[str, Field(max_length=100)]
Technologies = (
    Annotated[list[Technology], Field(max_length=50)]
    | Annotated[dict[Technology, Technology], Field(max_length=50)]
)


class ProjectIn(Wire):
    """A new project."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description = ""
    technology_preferences: Technologies = Field(
        default=[], description="A list, or names by area such as `{database: postgresql}`."
    )


class ProjectPatch(Wire):
    """What changes; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: Description | None = None
    technology_preferences: Technologies | None = None
    status: ProjectStatus | None = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    """The version that you read, to be safe."""


class PhaseIn(Wire):
    """The phase that a project comes to."""

    model_config = ConfigDict(extra="forbid")

    phase: Phase


class ProjectOut(Wire):
    """A project."""

    id: str
    project_id: str
    name: str
    description: str
    owner_id: str
    owner: str
    phase: str
    status: str
    technology_preferences: list[str] | dict[str, str]
    technology_stack: list[str]
    role: str
    """What you are in it."""
    version: int
    created_at: datetime
    updated_at: datetime


class CollaboratorIn(Wire):
    """Somebody who is to work in a project."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, Field(min_length=1, max_length=200)]
    role: ProjectRole = ProjectRole.COLLABORATOR
    permissions: list[Right] = Field(default=[], max_length=4)
    """Rights besides those of the role."""


class CollaboratorOut(Wire):
    """Somebody who works in a project."""

    id: str
    collaboration_id: str
    project_id: str
    username: str
    role: str
    permissions: list[str]
    rights: list[str]
    """All that they may do in it."""
    is_active: bool
    invited_at: datetime
    joined_at: datetime | None


class ProgressOut(Wire):
    """How far a project has come."""

    project_id: str
    phase: str
    status: str
    percent: int
    reached: str
    """The phase that it has come to by what exists."""
    sessions: dict[str, int]
    """By status."""
    answered_questions: int
    coverage: float
    """Of the slots, weighted, 0 to 1; the best session's."""
    conflicts: dict[str, int]
    """By state, and `hard` for open ones that block an approval."""
    specification: dict[str, Any] | None
    codebase: dict[str, Any] | None


class ExportIn(Wire):
    """A project as a file."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["zip", "json", "docker", "pdf"] = "zip"
