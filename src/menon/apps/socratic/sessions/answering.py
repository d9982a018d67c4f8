"""Answering a question: gather, decide in a thread, record; again where somebody was faster."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements.adjudicating import applied, compatible, verdicts
from menon.apps.socratic.aside import aside
from menon.apps.socratic.conflicts.adjudication import Verdict
from menon.apps.socratic.questions.hearing import Heard
from menon.apps.socratic.rules import Right
from menon.apps.socratic.sessions import asking, rows, voicing
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.asking import Step
from menon.apps.socratic.sessions.assisting import Assistant
from menon.apps.socratic.sessions.models import (
    QuestioningSession,
    SessionQuestion,
    SessionResponse,
    SessionStatus,
)
from menon.apps.socratic.sessions.schemas import AnswerOut, ParseOut, ResponseIn
from menon.apps.socratic.settings import StudioSettings
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.runtime import Runtime
from menon.kit.ids import new_id

_TRIES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A question, and the session in which it is answered."""

    version: int
    state: dict[str, Any]
    decided: frozenset[str]
    looked_at: frozenset[str]
    """Contradictions that were there before this answer."""
    question_id: str
    asked: dict[str, Any]


class _Stale(Exception):
    """Somebody made a step meanwhile."""


async def respond(runtime: Runtime, who: Principal, session_id: str, body: ResponseIn) -> AnswerOut:
    """Answer a question, the one that waits by default.

    Raises:
        Conflict: the session is paused or complete, or the question has its answer.
        NotFound: the session has no such question.
    """
    answer_id, assistant = new_id(), Assistant(runtime, who)
    heard, read = None, False
    said: dict[str, Verdict] = {}
    for _ in range(_TRIES):
        waiting = await runtime.db.read(_gather, who, session_id, body)
        if not read:
            heard = await voicing.heard(assistant, waiting.state, waiting.asked, body.response_text)
            read = True
        again = partial(_step, runtime, who, body, answer_id=answer_id, heard=heard)
        step = await again(waiting)
        said |= await verdicts(assistant, step.found, {*waiting.looked_at, *said})
        if none := compatible(said):
            step = await again(replace(waiting, decided=waiting.decided | none))
        step = replace(step, found=applied(step.found, said))
        step = replace(step, standing=await voicing.worded(assistant, step.standing))
        ended = None
        if step.standing.following is None:
            ended = await aside(partial(asking.completed, step.standing.state))
        try:
            return await runtime.db.write(
                _record,
                who,
                session_id,
                body,
                answer_id=answer_id,
                waiting=waiting,
                step=step,
                ended=ended,
                now=runtime.clock.now(),
            )
        except _Stale:
            body = body.model_copy(update={"question_id": waiting.question_id})
    raise Conflict("Many people answer at the same time; look at the session and try again.")


async def _step(
    runtime: Runtime,
    who: Principal,
    body: ResponseIn,
    waiting: Waiting,
    *,
    answer_id: str,
    heard: Heard | None,
) -> Step:
    return await aside(
        partial(
            asking.answered,
            waiting.state,
            waiting.asked,
            body.response_text,
            answer_id=answer_id,
            respondent=who.name,
            confidence=body.confidence_level,
            decided=waiting.decided,
            limit=runtime.settings[StudioSettings].questions,
            heard=heard,
            revised=body.revise,
        )
    )


def _gather(session: Session, who: Principal, session_id: str, body: ResponseIn) -> Waiting:
    row, _ = rows.visible(session, who, session_id, Right.ANSWER)
    if row.status != SessionStatus.ACTIVE:
        todo = "resume it first" if row.status == SessionStatus.PAUSED else "begin another one"
        raise Conflict(f"The session is {row.status}; {todo}.")
    question = _question(session, row, body)
    return Waiting(
        version=row.version,
        state=row.state,
        decided=rows.decided(session, row),
        looked_at=findings.looked_at(session, row.project_id, sessions.source(row.id)),
        question_id=question.id,
        asked=question.body,
    )


def _question(session: Session, row: QuestioningSession, body: ResponseIn) -> SessionQuestion:
    wanted = body.question_id or row.current_id
    where = (SessionQuestion.session_id == row.id, SessionQuestion.id == wanted)
    found = session.scalar(select(SessionQuestion).where(*where))
    if found is None:
        raise NotFound(f"The session has no question {wanted!r}; read its next question.")
    if found.answered_at is not None and not body.revise and found.id != row.current_id:
        raise Conflict("The question has its answer; send `revise: true` to change it.")
    return found


def _record(
    session: Session,
    who: Principal,
    session_id: str,
    body: ResponseIn,
    *,
    answer_id: str,
    waiting: Waiting,
    step: Step,
    ended: asking.Standing | None,
    now: datetime,
) -> AnswerOut:
    row, project = rows.visible(session, who, session_id, Right.ANSWER, lock=True)
    if row.version != waiting.version:
        raise _Stale
    question = session.get_one(SessionQuestion, waiting.question_id)
    question.answered_at = now
    question.asked_at = question.asked_at or now
    response = _response(who, row, body, step, answer_id=answer_id, question=question, now=now)
    session.add(response)
    if ended is not None:
        row.status, row.completed_at = SessionStatus.COMPLETED, now
    sessions.stand(session, row, ended or step.standing, now)
    fresh = sessions.note_conflicts(session, row, step, project, who.name, now)
    rows.tell(session, project, row, now)
    return AnswerOut(
        id=response.id,
        response_id=response.id,
        session_id=row.id,
        question_id=question.id,
        respondent=response.respondent,
        response_text=response.text,
        confidence_level=response.confidence,
        parses=[ParseOut.model_validate(one) for one in step.parses],
        notes=step.notes,
        model=response.model,
        responded_at=now,
        next_question=rows.current(session, row),
        conflicts=fresh,
        status=rows.status(session, row),
        session_complete=row.status == SessionStatus.COMPLETED,
    )


def _response(
    who: Principal,
    row: QuestioningSession,
    body: ResponseIn,
    step: Step,
    *,
    answer_id: str,
    question: SessionQuestion,
    now: datetime,
) -> SessionResponse:
    return SessionResponse(
        id=answer_id,
        session_id=row.id,
        question_id=question.id,
        respondent_id=who.user_id,
        respondent=who.name,
        text=body.response_text,
        confidence=body.confidence_level,
        parses=step.parses,
        notes=step.notes,
        model=step.model,
        detail=body.response_metadata,
        responded_at=now,
    )
