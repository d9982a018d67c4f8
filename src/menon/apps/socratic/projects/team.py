"""Who works in a project: invited, listed, removed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.models import ProjectMembership
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects import views
from menon.apps.socratic.projects.schemas import CollaboratorIn, CollaboratorOut
from menon.apps.socratic.rules import Right
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.accounts.queries import user_named
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


async def listing(
    runtime: Runtime, who: Principal, project_id: str, page: Page
) -> Listing[CollaboratorOut]:
    """A page of those who work in a project, by when they came."""
    return await runtime.db.read(_listing, who, project_id, page)


async def invite(
    runtime: Runtime, who: Principal, project_id: str, body: CollaboratorIn
) -> CollaboratorOut:
    """Let somebody work in a project, or give them another role there.

    Raises:
        NotFound: there is no such user.
        Conflict: it is the project's owner.
    """
    return await runtime.db.write(_invite, who, project_id, body, runtime.clock.now())


async def remove(runtime: Runtime, who: Principal, project_id: str, username: str) -> None:
    """Let somebody work in a project no more.

    Raises:
        NotFound: they do not work in it.
        Conflict: it is the project's owner.
    """
    await runtime.db.write(_remove, who, project_id, username, runtime.clock.now())


def _listing(
    session: Session, who: Principal, project_id: str, page: Page
) -> Listing[CollaboratorOut]:
    queries.access(session, who, project_id)
    rows = queries.team(session, project_id, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[views.member(row) for row in kept], next_cursor=more)


def _invite(
    session: Session, who: Principal, project_id: str, body: CollaboratorIn, now: datetime
) -> CollaboratorOut:
    project = queries.access(session, who, project_id, Right.LEAD, lock=True).project
    user = user_named(session, body.username)
    if user is None or not user.is_active:
        raise NotFound(f"There is no user {body.username!r}; look at how the name is spelled.")
    if user.id == project.owner_id:
        raise Conflict(f"{user.username!r} owns the project, and may do everything in it.")
    where = (ProjectMembership.project_id == project_id, ProjectMembership.user_id == user.id)
    row = session.scalar(select(ProjectMembership).where(*where))
    if row is None:
        row = ProjectMembership(id=new_id(), project_id=project_id, user_id=user.id)
        session.add(row)
    row.username = user.username
    row.role = body.role
    row.permissions = sorted({right.value for right in body.permissions})
    row.is_active, row.invited_by, row.invited_at, row.joined_at = True, who.user_id, now, now
    session.flush()
    audit.record(
        session, who, "project.invited", subject=project_id, at=now, user=user.id, role=body.role
    )
    projects.touch(session, project, ["team"], now)
    return views.member(row)


def _remove(
    session: Session, who: Principal, project_id: str, username: str, now: datetime
) -> None:
    project = queries.access(session, who, project_id, Right.LEAD, lock=True).project
    user = user_named(session, username)
    row = queries.membership_of(session, project_id, user.id) if user else None
    if row is None:
        raise NotFound(f"{username!r} does not work in this project.")
    if row.user_id == project.owner_id:
        raise Conflict("The owner stays in the project; archive it instead.")
    projects.touch(session, project, ["team"], now)  # who goes is told, too
    row.is_active = False
    audit.record(session, who, "project.removed", subject=project_id, at=now, user=row.user_id)
