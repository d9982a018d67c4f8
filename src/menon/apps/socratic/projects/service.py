"""Projects: made, read, changed, put away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.events import ProjectArchived, ProjectCreated, ProjectUpdated
from menon.apps.socratic.models import Phase, Project, ProjectMembership, ProjectStatus
from menon.apps.socratic.projects import views
from menon.apps.socratic.projects.schemas import ProjectIn, ProjectOut, ProjectPatch
from menon.apps.socratic.queries import Access, ProjectFilter
from menon.apps.socratic.rules import ProjectRole, Right
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.events import publish
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


async def create(runtime: Runtime, who: Principal, body: ProjectIn) -> ProjectOut:
    """Begin a project, whose owner the caller is."""
    return await runtime.db.write(add, who, body, runtime.clock.now())


async def get(runtime: Runtime, who: Principal, project_id: str) -> ProjectOut:
    """One project."""
    return await runtime.db.read(_get, who, project_id)


async def listing(
    runtime: Runtime, who: Principal, wanted: ProjectFilter, page: Page
) -> Listing[ProjectOut]:
    """A page of the projects in which the caller works, newest first."""
    return await runtime.db.read(_listing, who, wanted, page)


async def update(
    runtime: Runtime, who: Principal, project_id: str, patch: ProjectPatch
) -> ProjectOut:
    """Change a project.

    Raises:
        Conflict: somebody else changed it meanwhile, or it is archived.
    """
    return await runtime.db.write(_update, who, project_id, patch, runtime.clock.now())


async def set_phase(runtime: Runtime, who: Principal, project_id: str, phase: Phase) -> ProjectOut:
    """Say how far a project has come."""
    return await runtime.db.write(_set_phase, who, project_id, phase, runtime.clock.now())


async def archive(runtime: Runtime, who: Principal, project_id: str) -> ProjectOut:
    """Put a project away; it can be read, and taken up again."""
    return await runtime.db.write(_archive, who, project_id, runtime.clock.now())


def add(session: Session, who: Principal, body: ProjectIn, now: datetime) -> ProjectOut:
    """Write a project and its owner's part in it."""
    project = Project(
        id=new_id(),
        owner_id=who.user_id,
        name=body.name,
        description=body.description,
        phase=Phase.DISCOVERY,
        status=ProjectStatus.ACTIVE,
        technologies=body.technology_preferences,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(project)
    session.flush()
    session.add(
        ProjectMembership(
            id=new_id(),
            project_id=project.id,
            user_id=who.user_id,
            username=who.name,
            role=ProjectRole.OWNER,
            permissions=[],
            is_active=True,
            invited_by=who.user_id,
            invited_at=now,
            joined_at=now,
        )
    )
    audit.record(session, who, "project.created", subject=project.id, at=now)
    event = ProjectCreated(
        project_id=project.id, owner_id=project.owner_id, audience=[who.user_id], name=project.name
    )
    publish(session, event, now=now)
    return views.shown(Access(project=project, role=ProjectRole.OWNER), who.name)


def touch(session: Session, project: Project, changed: Sequence[str], now: datetime) -> None:
    """Count a change of a project and tell those who work in it."""
    project.version += 1
    project.updated_at = now
    event = ProjectUpdated(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        changed=list(changed),
    )
    publish(session, event, now=now)


def _get(session: Session, who: Principal, project_id: str) -> ProjectOut:
    return _shown(session, queries.access(session, who, project_id))


def _shown(session: Session, access: Access) -> ProjectOut:
    return views.shown(access, views.owners(session, [access.project]).get(access.project.id, ""))


def _listing(
    session: Session, who: Principal, wanted: ProjectFilter, page: Page
) -> Listing[ProjectOut]:
    rows = queries.projects(session, who, wanted, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    owners = views.owners(session, kept)
    roles = _roles(session, who, kept)
    items = [
        views.shown(
            Access(project=one, role=roles.get(one.id, ProjectRole.OWNER)), owners.get(one.id, "")
        )
        for one in kept
    ]
    return Listing(items=items, next_cursor=more)


def _roles(session: Session, who: Principal, projects: Sequence[Project]) -> dict[str, str]:
    where = (
        ProjectMembership.user_id == who.user_id,
        ProjectMembership.project_id.in_([one.id for one in projects]),
        ProjectMembership.is_active,
    )
    rows = session.execute(
        select(ProjectMembership.project_id, ProjectMembership.role).where(*where)
    )
    return {row.project_id: row.role for row in rows}


def _update(
    session: Session, who: Principal, project_id: str, patch: ProjectPatch, now: datetime
) -> ProjectOut:
    access = queries.access(session, who, project_id, lock=True)
    project = access.project
    archives = patch.status is not None and ProjectStatus.ARCHIVED in {
        patch.status,
        project.status,
    }
    queries.demand(access, Right.LEAD if archives else Right.EDIT, archived=archives)
    if patch.version is not None and patch.version != project.version:
        raise Conflict(f"The project is at version {project.version} by now; read it again.")
    changes = {
        "name": patch.name,
        "description": patch.description,
        "technologies": patch.technology_preferences,
        "status": patch.status,
    }
    changed = [n for n, v in changes.items() if v is not None and v != getattr(project, n)]
    for name in changed:
        setattr(project, name, changes[name])
    if changed:
        touch(session, project, changed, now)
        audit.record(session, who, "project.changed", subject=project.id, at=now, what=changed)
    return _shown(session, access)


def _set_phase(
    session: Session, who: Principal, project_id: str, phase: Phase, now: datetime
) -> ProjectOut:
    access = queries.access(session, who, project_id, Right.LEAD, lock=True)
    if access.project.phase != phase:
        audit.record(
            session,
            who,
            "project.phase",
            subject=project_id,
            at=now,
            before=access.project.phase,
            after=phase.value,
        )
        access.project.phase = phase
        touch(session, access.project, ["phase"], now)
    return _shown(session, access)


def _archive(session: Session, who: Principal, project_id: str, now: datetime) -> ProjectOut:
    access = queries.access(session, who, project_id, lock=True)
    queries.demand(access, Right.LEAD, archived=True)
    project = access.project
    if project.status != ProjectStatus.ARCHIVED:
        project.status = ProjectStatus.ARCHIVED
        project.version += 1
        project.updated_at = now
        audit.record(session, who, "project.archived", subject=project.id, at=now)
        event = ProjectArchived(
            project_id=project.id,
            owner_id=project.owner_id,
            audience=queries.audience(session, project.id),
        )
        publish(session, event, now=now)
    return _shown(session, access)
