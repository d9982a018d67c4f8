"""The course of a session: seen ahead, paused, resumed, completed, asked anew."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from menon.apps.socratic.aside import aside
from menon.apps.socratic.questions.state import RULES
from menon.apps.socratic.rules import Right
from menon.apps.socratic.sessions import asking, rows, voicing
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.asking import Standing
from menon.apps.socratic.sessions.assisting import Assistant
from menon.apps.socratic.sessions.models import SessionStatus
from menon.apps.socratic.sessions.schemas import (
    GeneratedOut,
    GenerateIn,
    QuestionOut,
    StatusOut,
)
from menon.apps.socratic.settings import StudioSettings
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runtime import Runtime


async def generate(
    runtime: Runtime, who: Principal, session_id: str, body: GenerateIn
) -> GeneratedOut:
    """Questions that are still to come, which can be answered before their turn.

    Those that a model proposes come first, if there is one.

    Raises:
        Conflict: the session is complete.
    """
    held = await runtime.db.read(sessions.held_by, who, session_id)
    sessions.demand(held, SessionStatus.ACTIVE, SessionStatus.PAUSED)
    assistant = Assistant(runtime, who)
    extra = await voicing.proposals(assistant, held.state)
    to_come = [*extra, *await aside(partial(asking.upcoming, held.state))]
    if body.role:
        to_come = [one for one in to_come if one.role == body.role.replace("-", "_")]
    wanted = to_come[: body.count]
    shown = await runtime.db.write(_propose, who, session_id, wanted, runtime.clock.now())
    return GeneratedOut(
        session_id=session_id,
        questions=shown,
        total=len(to_come),
        model=assistant.name if extra else RULES,
    )


async def set_status(
    runtime: Runtime, who: Principal, session_id: str, wanted: SessionStatus
) -> StatusOut:
    """Pause a session, let it go on, or complete it: what nobody answered is assumed.

    Raises:
        Conflict: it is complete, or somebody made a step meanwhile.
    """
    held = await runtime.db.read(sessions.held_by, who, session_id)
    if held.status == wanted:
        return await runtime.db.read(sessions.read_status, who, session_id)
    sessions.demand(held, SessionStatus.ACTIVE, SessionStatus.PAUSED)
    ended = wanted is SessionStatus.COMPLETED
    standing = await aside(partial(asking.completed, held.state)) if ended else None
    now = runtime.clock.now()
    return await runtime.db.write(
        _set_status, who, session_id, wanted, version=held.version, standing=standing, now=now
    )


async def look_again(runtime: Runtime, who: Principal, session_id: str) -> None:
    """Ask what comes next where a question was about a conflict that is decided by now."""
    held = await runtime.db.read(sessions.held_by, who, session_id)
    if held.status != SessionStatus.ACTIVE:
        return
    limit = runtime.settings[StudioSettings].questions
    standing = await aside(partial(asking.resumed, held.state, held.decided, limit))
    ended = standing.following is None
    if ended:
        standing = await aside(partial(asking.completed, held.state))
    standing = await voicing.worded(Assistant(runtime, who), standing)
    now = runtime.clock.now()
    await runtime.db.write(
        _look_again, who, session_id, standing, version=held.version, ended=ended, now=now
    )


def _propose(
    session: Session, who: Principal, session_id: str, wanted: list[asking.Asked], now: datetime
) -> list[QuestionOut]:
    row, _ = rows.visible(session, who, session_id, Right.ANSWER, lock=True)
    del now
    made = [rows.put(session, row, one) for one in wanted]
    session.flush()
    return [rows.question(one) for one in made]


def _look_again(
    session: Session,
    who: Principal,
    session_id: str,
    standing: Standing,
    *,
    version: int,
    ended: bool,
    now: datetime,
) -> None:
    row, project = rows.visible(session, who, session_id, Right.ANSWER, lock=True)
    if row.version != version:
        return  # somebody's answer has asked already
    if ended:
        row.status, row.completed_at = SessionStatus.COMPLETED, now
    sessions.stand(session, row, standing, now)
    rows.tell(session, project, row, now)


def _set_status(
    session: Session,
    who: Principal,
    session_id: str,
    wanted: SessionStatus,
    *,
    version: int,
    standing: Standing | None,
    now: datetime,
) -> StatusOut:
    row, project = rows.visible(session, who, session_id, Right.ANSWER, lock=True)
    if row.version != version:
        raise Conflict("Somebody made a step meanwhile; look at the session again and retry.")
    row.status = wanted
    if standing is not None:
        sessions.stand(session, row, standing, now)
        row.completed_at = now
    else:
        row.version, row.updated_at = row.version + 1, now
    session.flush()
    audit.record(session, who, f"session.{wanted.value}", subject=row.id, at=now)
    rows.tell(session, project, row, now)
    return rows.status(session, row)
