"""Rows of questioning: selected, shown, told of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements.models import ConflictState, ProjectConflict
from menon.apps.socratic.agreements.schemas import ConflictOut
from menon.apps.socratic.events import QuestionAsked, SessionUpdated
from menon.apps.socratic.models import Project
from menon.apps.socratic.questions.state import RULES
from menon.apps.socratic.rules import Right
from menon.apps.socratic.sessions.asking import Asked
from menon.apps.socratic.sessions.models import (
    QuestioningSession,
    SessionQuestion,
    SessionResponse,
)
from menon.apps.socratic.sessions.schemas import Choice, QuestionOut, SessionOut, StatusOut
from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.events import publish
from menon.core.http import Listing, Page
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


@dataclass(frozen=True, kw_only=True)
class SessionFilter:
    """Which sessions are wanted."""

    project_id: str | None = None
    status: str | None = None


def visible(
    session: Session,
    who: Principal,
    session_id: str,
    right: Right = Right.READ,
    *,
    lock: bool = False,
) -> tuple[QuestioningSession, Project]:
    """A session in whose project the caller may do something.

    Raises:
        NotFound: there is none that they may read.
        Forbidden: their role there does not allow that.
    """
    query = select(QuestioningSession).where(QuestioningSession.id == session_id)
    row = session.scalar(query.with_for_update() if lock else query)
    missing = NotFound(f"The session {session_id!r} was not found, or it is not yours.")
    if row is None:
        raise missing
    access = queries.access(session, who, row.project_id, right, missing=missing)
    return row, access.project


def page(
    session: Session, who: Principal, wanted: SessionFilter, page: Page
) -> list[QuestioningSession]:
    """A page of sessions, newest first, with one more where another page follows."""
    if wanted.project_id:
        queries.access(session, who, wanted.project_id)
    mine = queries.readable(who).with_only_columns(Project.id)
    query = select(QuestioningSession).where(QuestioningSession.project_id.in_(mine))
    if wanted.project_id:
        query = query.where(QuestioningSession.project_id == wanted.project_id)
    if wanted.status:
        query = query.where(QuestioningSession.status == wanted.status)
    if after := page.after(1):
        query = query.where(QuestioningSession.id < str(after[0]))
    ordered = query.order_by(QuestioningSession.id.desc()).limit(page.limit + 1)
    return list(session.scalars(ordered))


def put(session: Session, row: QuestioningSession, asked: Asked) -> SessionQuestion:
    """The row of a question, made where there is none yet; its words follow the interview."""
    where = (SessionQuestion.session_id == row.id, SessionQuestion.key == asked.key)
    found = session.scalar(select(SessionQuestion).where(*where))
    before = found.body.get("text") if found else None
    if found is None:
        last = session.scalar(
            select(func.max(SessionQuestion.order_index)).where(
                SessionQuestion.session_id == row.id
            )
        )
        found = SessionQuestion(
            id=new_id(), session_id=row.id, key=asked.key, order_index=(last or 0) + 1
        )
        session.add(found)
    reworded = asked.body["model"] != RULES
    if reworded or before != asked.body["text"]:  # what a model found for the same question stays
        found.text, found.body = asked.text, asked.body
    found.role_type, found.category = asked.role, asked.category
    session.flush()
    return found


def decided(session: Session, row: QuestioningSession) -> frozenset[str]:
    """The keys of a session's contradictions that people resolved or waived."""
    query = select(ProjectConflict.key).where(
        ProjectConflict.project_id == row.project_id,
        ProjectConflict.source == f"session:{row.id}",
        ProjectConflict.state != ConflictState.OPEN,
    )
    return frozenset(session.scalars(query))


def current(session: Session, row: QuestioningSession) -> QuestionOut | None:
    """The question that waits for an answer."""
    found = session.get(SessionQuestion, row.current_id) if row.current_id else None
    return question(found) if found else None


def question(row: SessionQuestion, response: SessionResponse | None = None) -> QuestionOut:
    """A question as it goes over the wire."""
    body = row.body
    options: list[Any] = body.get("options") or []
    return QuestionOut(
        id=row.id,
        question_id=row.id,
        session_id=row.session_id,
        role_type=row.role_type,
        question_text=row.text,
        original_text=str(body.get("text") or row.text),
        model=str(body.get("model") or RULES),
        question_category=row.category,
        why=str(body.get("why") or ""),
        kind=str(body.get("kind") or "text"),
        options=[Choice.model_validate(one) for one in options],
        recommended=str(body.get("recommended") or ""),
        slots=list(body.get("slots") or []),
        entity=body.get("entity"),
        order_index=row.order_index,
        asked_at=row.asked_at,
        answered=row.answered_at is not None,
        response=None if response is None else _answer(response),
    )


def status(session: Session, row: QuestioningSession) -> StatusOut:
    """How far a session is."""
    return StatusOut(**_status(session, row))


def shown(session: Session, row: QuestioningSession) -> SessionOut:
    """A session as it goes over the wire."""
    return SessionOut(
        **_status(session, row),
        id=row.id,
        mode=row.mode,
        initiated_by=row.initiated_by,
        version=row.version,
        started_at=row.started_at,
        updated_at=row.updated_at,
        completed_at=row.completed_at,
        next_question=current(session, row),
    )


def questions(
    session: Session, who: Principal, session_id: str, page: Page
) -> Listing[QuestionOut]:
    """A page of a session's questions in their order, each with its last answer."""
    row, _ = visible(session, who, session_id)
    query = select(SessionQuestion).where(SessionQuestion.session_id == row.id)
    if after := page.after(1):
        if not isinstance(after[0], int) or abs(after[0]) > 2**31 - 1:
            raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
        query = query.where(SessionQuestion.order_index > after[0])
    ordered = query.order_by(SessionQuestion.order_index).limit(page.limit + 1)
    rows = list(session.scalars(ordered))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].order_index) if len(rows) > page.limit else None
    answers = _answers(session, [one.id for one in kept])
    items = [question(one, answers.get(one.id)) for one in kept]
    return Listing(items=items, next_cursor=more)


def conflicts(
    session: Session, who: Principal, session_id: str, page: Page
) -> Listing[ConflictOut]:
    """A page of a session's contradictions, newest first."""
    row, _ = visible(session, who, session_id)
    query = select(ProjectConflict).where(
        ProjectConflict.project_id == row.project_id,
        ProjectConflict.source == f"session:{row.id}",
    )
    if after := page.after(1):
        query = query.where(ProjectConflict.id < str(after[0]))
    rows = list(session.scalars(query.order_by(ProjectConflict.id.desc()).limit(page.limit + 1)))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[findings.shown(one) for one in kept], next_cursor=more)


def tell(session: Session, project: Project, row: QuestioningSession, now: datetime) -> None:
    """Tell those who work in a project where a session stands, and what it asks."""
    audience = queries.audience(session, project.id)
    asked = session.get(SessionQuestion, row.current_id) if row.current_id else None
    update = SessionUpdated(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=audience,
        session_id=row.id,
        status=row.status,
        answered_questions=row.answered,
        total_questions=row.total,
        current_role=asked.role_type if asked else "",
        coverage=row.coverage / 1000,
    )
    publish(session, update, now=now)
    if asked is None or row.status != "active":
        return
    question_asked = QuestionAsked(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=audience,
        session_id=row.id,
        question_id=asked.id,
        role_type=asked.role_type,
        question_text=asked.text,
    )
    publish(session, question_asked, now=now)


def _status(session: Session, row: QuestioningSession) -> dict[str, Any]:
    source = f"session:{row.id}"
    counted = findings.counts(session, row.project_id, [source])[source]
    asked = session.get(SessionQuestion, row.current_id) if row.current_id else None
    return {
        "session_id": row.id,
        "project_id": row.project_id,
        "status": row.status,
        "questioning_mode": row.mode,
        "active_roles": row.active_roles,
        "answered_questions": row.answered,
        "total_questions": row.total,
        "current_role": asked.role_type if asked else "",
        "coverage": row.coverage / 1000,
        "open_conflicts": counted["open"],
        "hard_conflicts": counted["hard"],
    }


def _answers(session: Session, question_ids: list[str]) -> dict[str, SessionResponse]:
    query = select(SessionResponse).where(SessionResponse.question_id.in_(question_ids))
    return {row.question_id: row for row in session.scalars(query.order_by(SessionResponse.id))}


def _answer(row: SessionResponse) -> dict[str, Any]:
    return {
        "response_id": row.id,
        "respondent": row.respondent,
        "response_text": row.text,
        "confidence_level": row.confidence,
        "parses": row.parses,
        "notes": row.notes,
        "model": row.model,
        "response_metadata": row.detail,
        "responded_at": row.responded_at.isoformat(),
    }
