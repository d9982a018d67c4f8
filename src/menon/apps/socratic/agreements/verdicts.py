"""What people decide about contradictions: resolved by a proposal or in words, or waived."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements.models import ConflictState, ProjectConflict
from menon.apps.socratic.agreements.schemas import ConflictOut, ResolveIn
from menon.apps.socratic.events import ConflictDecided
from menon.apps.socratic.models import Project
from menon.apps.socratic.rules import Right
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput, NotFound
from menon.core.events import publish
from menon.core.runtime import Runtime


async def decide(
    runtime: Runtime, who: Principal, conflict_id: str, body: ResolveIn
) -> ConflictOut:
    """Resolve or waive a conflict.

    Raises:
        InvalidInput: it has no such proposal, or nobody says why it is waived.
        Conflict: it is decided already.
    """
    return await runtime.db.write(_decide, who, conflict_id, body, runtime.clock.now())


def waive(
    session: Session, who: Principal, row: ProjectConflict, reason: str, now: datetime
) -> None:
    """Accept a contradiction, for a reason.

    Raises:
        InvalidInput: no reason is given.
    """
    if not reason.strip():
        raise InvalidInput("Say why the conflict is accepted; the reason is kept with it.")
    findings.close(row, ConflictState.WAIVED, who.name, now, reason=reason)
    _tell(session, who, row, now)


def _decide(
    session: Session, who: Principal, conflict_id: str, body: ResolveIn, now: datetime
) -> ConflictOut:
    row = _visible(session, who, conflict_id)
    if row.state != ConflictState.OPEN:
        raise Conflict(f"{row.decided_by or 'Somebody'} has {row.state} this conflict already.")
    if body.waive:
        waive(session, who, row, body.reason, now)
        return findings.shown(row)
    proposals = {one["id"]: one for one in row.resolutions}
    if body.resolution and body.resolution not in proposals:
        known = ", ".join(proposals)
        raise InvalidInput(f"There is no proposal {body.resolution!r}; there are {known}.")
    if not body.resolution and not body.reason.strip():
        raise InvalidInput("Name a proposal in `resolution`, or say in `reason` how it is solved.")
    chosen = proposals.get(body.resolution)
    row.resolution = body.resolution
    findings.close(
        row,
        ConflictState.RESOLVED,
        who.name,
        now,
        reason=body.reason or findings.chosen_text(chosen),
    )
    _tell(session, who, row, now)
    return findings.shown(row)


def _visible(session: Session, who: Principal, conflict_id: str) -> ProjectConflict:
    query = select(ProjectConflict).where(ProjectConflict.id == conflict_id).with_for_update()
    row = session.scalar(query)
    missing = NotFound(f"There is no conflict {conflict_id!r}, or it is not yours.")
    if row is None:
        raise missing
    queries.access(session, who, row.project_id, Right.ANSWER, missing=missing)
    return row


def _tell(session: Session, who: Principal, row: ProjectConflict, now: datetime) -> None:
    audit.record(
        session, who, f"conflict.{row.state}", subject=row.id, at=now, reason=row.reason[:500]
    )
    project = session.get_one(Project, row.project_id)
    event = ConflictDecided(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        conflict_id=row.id,
        state=row.state,
        by=row.decided_by,
    )
    publish(session, event, now=now)
