"""What the forms of projects and their teams say."""

from typing import Annotated

from pydantic import Field

from menon.apps.socratic.projects.schemas import (
    CollaboratorIn,
    Description,
    Name,
    ProjectIn,
    ProjectPatch,
)
from menon.apps.socratic.rules import ProjectRole
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


class ChangeForm(ProjectForm):
    """A project as it is to be; what is empty is taken away."""

    def patch(self) -> ProjectPatch:
        """The change as the API takes it."""
        made = self.project()
        return ProjectPatch(
            name=made.name,
            description=made.description,
            technology_preferences=made.technology_preferences,
        )


class TeamForm(Wire):
    """Somebody who is to work in a project."""

    username: Annotated[str, Field(min_length=1, max_length=200)]
    role: ProjectRole = ProjectRole.COLLABORATOR

    def collaborator(self) -> CollaboratorIn:
        """The invitation as the API takes it."""
        return CollaboratorIn(username=self.username, role=self.role)
