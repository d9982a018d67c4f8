"""What the forms of the studio say."""

from typing import Annotated

from pydantic import Field

from menon.apps.socratic.agreement_schemas import ApproveIn, Reason
from menon.apps.socratic.project_schemas import CollaboratorIn, Description, Name, ProjectIn
from menon.apps.socratic.rules import ProjectRole
from menon.apps.socratic.session_schemas import Mode, ResponseIn, SessionIn
from menon.core.http import Wire


class ProjectForm(Wire):
    """A new project."""

    name: Name
    description: Description = ""
    technologies: Annotated[str, Field(max_length=1000)] = ""
    """Names, separated by commas."""

    def project(self) -> ProjectIn:
        """The project as the API takes it."""
        named = [one.strip()[:100] for one in self.technologies.split(",") if one.strip()]
        return ProjectIn(
            name=self.name, description=self.description, technology_preferences=named[:50]
        )


class SessionForm(Wire):
    """A session that is to begin."""

    mode: Mode = Mode.DYNAMIC
    roles: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=7)

    def session(self, project_id: str) -> SessionIn:
        """The session as the API takes it."""
        roles = self.roles if self.mode is Mode.CUSTOM and self.roles else None
        return SessionIn(project_id=project_id, mode=self.mode, active_roles=roles)


class AnswerForm(Wire):
    """An answer to the question that is shown."""

    response_text: Annotated[str, Field(min_length=1, max_length=5000)]
    question_id: Annotated[str, Field(max_length=200)]
    confidence: Annotated[int, Field(ge=1, le=5)] = 3

    def response(self) -> ResponseIn:
        """The answer as the API takes it."""
        return ResponseIn(
            response_text=self.response_text,
            question_id=self.question_id,
            confidence_level=self.confidence,
        )


class TeamForm(Wire):
    """Somebody who is to work in a project."""

    username: Annotated[str, Field(min_length=1, max_length=200)]
    role: ProjectRole = ProjectRole.COLLABORATOR

    def collaborator(self) -> CollaboratorIn:
        """The invitation as the API takes it."""
        return CollaboratorIn(username=self.username, role=self.role)


class ModelForm(Wire):
    """A specification that exists, as text."""

    text: Annotated[str, Field(min_length=1, max_length=900_000)]


class ApprovalForm(Wire):
    """An approval, with one reason for all conflicts that are accepted."""

    note: Reason = ""
    reason: Reason = ""

    def approval(self, conflicts: list[str]) -> ApproveIn:
        """The approval as the API takes it; without a reason nothing is waived."""
        waived = dict.fromkeys(conflicts, self.reason) if self.reason.strip() else {}
        return ApproveIn(note=self.note, waive=waived)
