"""Projects and their teams as callers see them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic.models import Project, ProjectMembership
from menon.apps.socratic.projects.schemas import CollaboratorOut, ProjectOut
from menon.apps.socratic.queries import Access
from menon.apps.socratic.rules import RIGHTS, ProjectRole, Right, stack


def shown(access: Access, owner: str) -> ProjectOut:
    """A project as it goes over the wire."""
    project = access.project
    return ProjectOut(
        id=project.id,
        project_id=project.id,
        name=project.name,
        description=project.description,
        owner_id=project.owner_id,
        owner=owner,
        phase=project.phase,
        status=project.status,
        technology_preferences=project.technologies,
        technology_stack=stack(_preferences(project)),
        role=access.role,
        version=project.version,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def owners(session: Session, projects: Sequence[Project]) -> Mapping[str, str]:
    """The user names of the owners, by project."""
    rows = session.execute(
        select(ProjectMembership.project_id, ProjectMembership.username)
        .join(Project, Project.id == ProjectMembership.project_id)
        .where(
            ProjectMembership.project_id.in_([one.id for one in projects]),
            ProjectMembership.user_id == Project.owner_id,
        )
    )
    return {row.project_id: row.username for row in rows}


def member(row: ProjectMembership) -> CollaboratorOut:
    """A part in a project as it goes over the wire."""
    rights = {*RIGHTS[ProjectRole(row.role)], *(Right(word) for word in row.permissions)}
    return CollaboratorOut(
        id=row.id,
        collaboration_id=row.id,
        project_id=row.project_id,
        username=row.username,
        role=row.role,
        permissions=row.permissions,
        rights=[right.value for right in Right if right in rights],
        is_active=row.is_active,
        invited_at=row.invited_at,
        joined_at=row.joined_at,
    )


def _preferences(project: Project) -> list[str] | dict[str, str]:
    return project.technologies
