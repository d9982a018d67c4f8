"""Sessions: begun, read, paused, completed, made into a specification."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.intake import checked
from menon.apps.socratic.agreements.models import ConflictState
from menon.apps.socratic.agreements.schemas import ConflictOut, SpecificationOut
from menon.apps.socratic.aside import aside
from menon.apps.socratic.models import Project
from menon.apps.socratic.rules import Right, stack
from menon.apps.socratic.sessions import asking, learning, voicing
from menon.apps.socratic.sessions import rows as session_rows
from menon.apps.socratic.sessions.asking import Standing
from menon.apps.socratic.sessions.assisting import Assistant
from menon.apps.socratic.sessions.models import QuestioningSession, SessionStatus
from menon.apps.socratic.sessions.rows import SessionFilter
from menon.apps.socratic.sessions.schemas import (
    NextOut,
    QuestionOut,
    SessionIn,
    SessionOut,
    StatusOut,
)
from menon.apps.socratic.settings import StudioSettings
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


@dataclass(frozen=True, kw_only=True)
class Held:
    """A session as a step takes it."""

    version: int
    status: str
    state: dict[str, Any]
    decided: frozenset[str]


async def begin(runtime: Runtime, who: Principal, body: SessionIn) -> SessionOut:
    """Begin to ask about a project.

    Raises:
        InvalidInput: there is no such role.
        NotFound: there is no such project.
    """
    project = await runtime.db.read(_project, who, body.project_id)
    standing = await aside(
        partial(
            asking.begun,
            body.mode.value,
            body.active_roles,
            limit=runtime.settings[StudioSettings].questions,
            **project,
        )
    )
    standing = await voicing.worded(Assistant(runtime, who), standing)
    return await runtime.db.write(_begin, who, body, standing, runtime.clock.now())


async def get(runtime: Runtime, who: Principal, session_id: str) -> SessionOut:
    """One session with the question that waits."""
    return await runtime.db.read(_get, who, session_id)


async def listing(
    runtime: Runtime, who: Principal, wanted: SessionFilter, page: Page
) -> Listing[SessionOut]:
    """A page of the sessions of one's projects, newest first."""
    return await runtime.db.read(_listing, who, wanted, page)


async def status(runtime: Runtime, who: Principal, session_id: str) -> StatusOut:
    """How far a session is."""
    return await runtime.db.read(read_status, who, session_id)


async def following(runtime: Runtime, who: Principal, session_id: str) -> NextOut:
    """The question that waits for an answer."""
    return await runtime.db.read(_following, who, session_id)


async def questions(
    runtime: Runtime, who: Principal, session_id: str, page: Page
) -> Listing[QuestionOut]:
    """A page of a session's questions in the order in which they were asked, with their answers."""
    return await runtime.db.read(session_rows.questions, who, session_id, page)


async def conflicts(
    runtime: Runtime, who: Principal, session_id: str, page: Page
) -> Listing[ConflictOut]:
    """A page of the contradictions among a session's answers, newest first."""
    return await runtime.db.read(session_rows.conflicts, who, session_id, page)


async def specify(runtime: Runtime, who: Principal, session_id: str) -> SpecificationOut:
    """Make a specification of the answers so far; the next version of the project's.

    Raises:
        InvalidInput: the answers do not hold together yet; each fault says what is missing.
    """
    held = await runtime.db.read(held_by, who, session_id, Right.EDIT)

    def made() -> agreements.NewVersion:
        spec = checked(asking.derived(held.state))
        return agreements.new_version(spec, "session", session_id=session_id)

    new = await aside(made)
    row = await runtime.db.read(_get, who, session_id)
    return await agreements.add(runtime, who, row.project_id, new)


def held_by(session: Session, who: Principal, session_id: str, right: Right = Right.ANSWER) -> Held:
    """A session as a step takes it."""
    row, _ = session_rows.visible(session, who, session_id, right)
    return Held(
        version=row.version,
        status=row.status,
        state=row.state,
        decided=session_rows.decided(session, row),
    )


def stand(session: Session, row: QuestioningSession, standing: Standing, now: datetime) -> None:
    """Write where a session stands, with the question that it asks next."""
    row.state, row.version = standing.state, row.version + 1
    row.active_roles = standing.roles
    row.answered, row.total = standing.answered, standing.total
    row.coverage = round(1000 * standing.coverage)
    row.updated_at = now
    row.current_id = None
    if standing.following is not None:
        asked = session_rows.put(session, row, standing.following)
        asked.asked_at = asked.asked_at or now
        row.current_id = asked.id
    session.flush()


def demand(held: Held, *allowed: SessionStatus) -> None:
    """Let a step pass in a session of one of these states.

    Raises:
        Conflict: it is in another one.
    """
    if held.status not in allowed:
        raise Conflict(f"The session is {held.status}; begin another one to ask further.")


def _project(session: Session, who: Principal, project_id: str) -> dict[str, Any]:
    project = queries.access(session, who, project_id, Right.EDIT).project
    return {
        "name": project.name,
        "description": project.description,
        "technologies": tuple(stack(project.technologies)),
        "learned": learning.learned(session, project.id),
    }


def _begin(
    session: Session, who: Principal, body: SessionIn, standing: Standing, now: datetime
) -> SessionOut:
    project = queries.access(session, who, body.project_id, Right.EDIT).project
    row = QuestioningSession(
        id=new_id(),
        project_id=project.id,
        initiated_by=who.name,
        mode=body.mode.value,
        active_roles=standing.roles,
        status=SessionStatus.ACTIVE,
        state=standing.state,
        version=0,
        started_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    stand(session, row, standing, now)
    audit.record(session, who, "session.begun", subject=row.id, at=now, mode=row.mode)
    session_rows.tell(session, project, row, now)
    return session_rows.shown(session, row)


def _get(session: Session, who: Principal, session_id: str) -> SessionOut:
    return session_rows.shown(session, session_rows.visible(session, who, session_id)[0])


def read_status(session: Session, who: Principal, session_id: str) -> StatusOut:
    """How far a session is."""
    return session_rows.status(session, session_rows.visible(session, who, session_id)[0])


def _following(session: Session, who: Principal, session_id: str) -> NextOut:
    row, _ = session_rows.visible(session, who, session_id)
    question = session_rows.current(session, row)
    return NextOut(session_id=row.id, status=row.status, question=question, next_question=question)


def _listing(
    session: Session, who: Principal, wanted: SessionFilter, page: Page
) -> Listing[SessionOut]:
    rows = session_rows.page(session, who, wanted, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[session_rows.shown(session, row) for row in kept], next_cursor=more)


def source(session_id: str) -> str:
    """Where the contradictions of a session stand."""
    return f"session:{session_id}"


def note_conflicts(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    row: QuestioningSession,
    step: asking.Step,
    project: Project,
    by: str,
    now: datetime,
) -> list[ConflictOut]:
    """Keep the contradictions of a session, and give those that are new and open."""
    fresh = findings.keep(session, project, source(row.id), step.found, by, now)
    session.flush()
    findings.settle(session, project.id, source(row.id), step.settled, by, now)
    return [findings.shown(one) for one in fresh if one.state == ConflictState.OPEN]
