"""What projects tell the rest of the house, and those who look at a page."""

from typing import Any, ClassVar

import msgspec

from menon.core.events import DomainEvent


class ProjectEvent(DomainEvent, frozen=True, kw_only=True):
    """Something that happened in a project."""

    project_id: str
    owner_id: str
    audience: list[str] = msgspec.field(default_factory=list[str])
    """The ids of all who work in the project."""

    @property
    def subject(self) -> str:
        return f"project:{self.project_id}"


class ProjectCreated(ProjectEvent, frozen=True, kw_only=True):
    """Somebody began a project."""

    type: ClassVar[str] = "project_created"
    name: str


class ProjectUpdated(ProjectEvent, frozen=True, kw_only=True):
    """A project was changed: its words, its phase, its status or its team."""

    type: ClassVar[str] = "project_updated"
    changed: list[str]


class ProjectArchived(ProjectEvent, frozen=True, kw_only=True):
    """A project was put away."""

    type: ClassVar[str] = "project_archived"


class SessionUpdated(ProjectEvent, frozen=True, kw_only=True):
    """A session made a step, was paused, went on or was completed."""

    type: ClassVar[str] = "session_updated"
    live: ClassVar[str] = "session_update"
    session_id: str
    status: str
    answered_questions: int
    total_questions: int
    current_role: str
    coverage: float


class QuestionAsked(ProjectEvent, frozen=True, kw_only=True):
    """A session asks its next question."""

    type: ClassVar[str] = "question_asked"
    live: ClassVar[str] = "new_question"
    session_id: str
    question_id: str
    role_type: str
    question_text: str


class ConflictDetected(ProjectEvent, frozen=True, kw_only=True):
    """Two statements cannot both hold."""

    type: ClassVar[str] = "conflict_detected"
    live: ClassVar[str] = "conflict_detected"
    conflict_id: str
    conflict_type: str
    grade: str
    why: str
    session_id: str = ""


class ConflictDecided(ProjectEvent, frozen=True, kw_only=True):
    """Somebody resolved or waived a conflict."""

    type: ClassVar[str] = "conflict_decided"
    conflict_id: str
    state: str
    by: str


class SpecificationCreated(ProjectEvent, frozen=True, kw_only=True):
    """A project has a new version of its specification."""

    type: ClassVar[str] = "specification_created"
    specification_id: str
    version: int


class SpecificationApproved(ProjectEvent, frozen=True, kw_only=True):
    """People agreed to a version of the specification."""

    type: ClassVar[str] = "specification_approved"
    specification_id: str
    version: int
    by: str


class GenerationProgress(ProjectEvent, frozen=True, kw_only=True):
    """A phase of a generation has begun."""

    type: ClassVar[str] = "generation_progress"
    live: ClassVar[str] = "generation_progress"
    codebase_id: str
    task_id: str
    phase: str
    completed_phases: int
    total_phases: int


class CodeGenerated(ProjectEvent, frozen=True, kw_only=True):
    """A codebase was made, and its tests have run."""

    type: ClassVar[str] = "code_generated"
    codebase_id: str
    status: str
    detail: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


class FilesProcessed(DomainEvent, frozen=True, kw_only=True):
    """Texts were read, cut and stored with their embeddings, or failed to be."""

    type: ClassVar[str] = "files_processed"
    owner_id: str
    documents: list[str]
    vectors: int
    failed: int

    @property
    def subject(self) -> str:
        return f"user:{self.owner_id}"


class GitOperationCompleted(ProjectEvent, frozen=True, kw_only=True):
    """Something was done to a project's repository."""

    type: ClassVar[str] = "git_operation_completed"
    operation: str
    commit: str
