"""What is selected of projects; every query starts from `readable`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from menon.apps.socratic.models import Project, ProjectMembership, ProjectStatus
from menon.apps.socratic.rules import ProjectRole, Right, may
from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import Conflict, Forbidden, NotFound
from menon.core.http import Page


@dataclass(frozen=True, kw_only=True)
class Access:
    """A project, and what the caller is in it."""

    project: Project
    role: str
    permissions: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        """Whether the caller may do this here."""
        return may(self.role, self.permissions, right)


@dataclass(frozen=True, kw_only=True)
class ProjectFilter:
    """Which projects are wanted."""

    status: str | None = None
    phase: str | None = None
    words: str = ""


def members(user_id: str) -> Select[Any]:
    """The ids of the projects in which somebody works."""
    active = (ProjectMembership.user_id == user_id, ProjectMembership.is_active)
    return select(ProjectMembership.project_id).where(*active)


def readable(who: Principal) -> Select[Project]:
    """The projects that somebody may read: those in which they work; all for admins."""
    if reach(who, Action.PROJECT_VIEW) is Reach.ANY:
        return select(Project)
    return select(Project).where(Project.id.in_(members(who.user_id)))


def access(
    session: Session,
    who: Principal,
    project_id: str,
    right: Right = Right.READ,
    *,
    lock: bool = False,
    missing: NotFound | None = None,
) -> Access:
    """A project in which the caller may do something.

    Raises:
        NotFound: there is none that they may read; `missing`, where they asked for a part of it.
        Forbidden: their role in it does not allow that.
        Conflict: it is archived, and would be changed.
    """
    query = readable(who).where(Project.id == project_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise missing or NotFound(f"There is no project {project_id!r}, or it is not yours.")
    given = _given(session, who, found)
    demand(given, right)
    return given


def demand(access: Access, right: Right, *, archived: bool = False) -> None:
    """Let somebody do something in a project.

    Raises:
        Forbidden: their role in it does not allow that.
        Conflict: it is archived, which `archived` lets pass.
    """
    if not access.may(right):
        raise Forbidden(
            f"A {access.role} of this project may not do this; its owner can grant"
            f" the right {right.value!r}."
        )
    put_away = access.project.status == ProjectStatus.ARCHIVED
    if right is not Right.READ and put_away and not archived:
        raise Conflict("The project is archived; set its status to 'active' to go on with it.")


def _given(session: Session, who: Principal, project: Project) -> Access:
    if reach(who, Action.PROJECT_VIEW) is Reach.ANY:
        return Access(project=project, role=ProjectRole.OWNER)
    membership = membership_of(session, project.id, who.user_id)
    if membership is None:
        raise NotFound(f"There is no project {project.id!r}, or it is not yours.")
    return Access(project=project, role=membership.role, permissions=tuple(membership.permissions))


def membership_of(session: Session, project_id: str, user_id: str) -> ProjectMembership | None:
    """Somebody's active part in a project."""
    where = (
        ProjectMembership.project_id == project_id,
        ProjectMembership.user_id == user_id,
        ProjectMembership.is_active,
    )
    return session.scalar(select(ProjectMembership).where(*where))


def audience(session: Session, project_id: str) -> list[str]:
    """The ids of all who work in a project, to be told of what happens there."""
    where = (ProjectMembership.project_id == project_id, ProjectMembership.is_active)
    rows = session.scalars(select(ProjectMembership.user_id).where(*where))
    return sorted(rows)


def team(session: Session, project_id: str, page: Page) -> list[ProjectMembership]:
    """A page of those who work in a project, by when they came, with one more at its end."""
    where = (ProjectMembership.project_id == project_id, ProjectMembership.is_active)
    query = select(ProjectMembership).where(*where).order_by(ProjectMembership.id)
    if after := page.after(1):
        query = query.where(ProjectMembership.id > str(after[0]))
    return list(session.scalars(query.limit(page.limit + 1)))


def projects(session: Session, who: Principal, wanted: ProjectFilter, page: Page) -> list[Project]:
    """A page of projects, newest first, with one more where another page follows."""
    query = readable(who).order_by(Project.id.desc()).limit(page.limit + 1)
    if wanted.status:
        query = query.where(Project.status == wanted.status)
    else:
        query = query.where(Project.status != ProjectStatus.ARCHIVED)
    if wanted.phase:
        query = query.where(Project.phase == wanted.phase)
    if wanted.words:
        query = query.where(Project.name.icontains(wanted.words, autoescape=True))
    if after := page.after(1):
        query = query.where(Project.id < str(after[0]))
    return list(session.scalars(query))
