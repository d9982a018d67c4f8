"""What projects hold about a user, and how they forget them."""

import asyncio
import shutil
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.git import shelves
from menon.apps.socratic.models import Project, ProjectMembership
from menon.apps.socratic.projects import exporting
from menon.apps.socratic.rules import ProjectRole
from menon.apps.socratic.sessions.models import SessionResponse
from menon.core.runtime import Runtime

_MOST = 1_000
_GONE = "somebody who is gone"


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's projects, their parts in others' projects, and their answers there."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user: their projects go, and what they answered elsewhere stays without a name."""
    gone, projects = await runtime.db.write(_erase, subject)
    for project_id in projects:
        await asyncio.to_thread(shutil.rmtree, shelves.folder(runtime, project_id), True)
    return gone


def _exported(session: Session, subject: str) -> dict[str, Any]:
    own = select(Project).where(Project.owner_id == subject).order_by(Project.id).limit(_MOST)
    parts = select(ProjectMembership).where(ProjectMembership.user_id == subject)
    said = select(SessionResponse).where(SessionResponse.respondent_id == subject)
    return {
        "projects": [
            exporting.told(session, queries.Access(project=one, role=ProjectRole.OWNER))
            for one in session.scalars(own)
        ],
        "collaborations": [
            {"project_id": one.project_id, "role": one.role, "active": one.is_active}
            for one in session.scalars(parts.limit(_MOST))
        ],
        "responses": [
            {"question_id": one.question_id, "text": one.text}
            for one in session.scalars(said.order_by(SessionResponse.id).limit(10 * _MOST))
        ],
    }


def _erase(session: Session, subject: str) -> tuple[int, list[str]]:
    """Says how many rows went, and whose repositories go with them."""
    own = delete(Project).where(Project.owner_id == subject).returning(Project.id)
    projects = [row.id for row in session.execute(own)]
    gone = len(projects)
    parts = (
        delete(ProjectMembership)
        .where(ProjectMembership.user_id == subject)
        .returning(ProjectMembership.id)
    )
    gone += len(session.execute(parts).all())
    said = (
        update(SessionResponse)
        .where(SessionResponse.respondent_id == subject)
        .values(respondent_id="", respondent=_GONE)
        .returning(SessionResponse.id)
    )
    return gone + len(session.execute(said).all()), projects
