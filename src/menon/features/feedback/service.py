"""Keeping feedback."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import BadRequest, NotFound
from menon.core.runs.models import Run
from menon.core.runs.queries import readable
from menon.core.runtime import Runtime
from menon.features.chat import service as chat
from menon.features.chat.opinions import Opinion
from menon.features.feedback.models import Feedback
from menon.features.feedback.schemas import FeedbackIn, FeedbackOut
from menon.kit.ids import new_id

SCORES = {"thumbs_up": 1.0, "thumbs_down": 0.0}
_LONGEST = 128


async def give(runtime: Runtime, who: Principal, body: FeedbackIn) -> FeedbackOut:
    """Keep somebody's opinion of a span.

    Raises:
        BadRequest: the type or the span id is not one.
        NotFound: the span is of somebody else's run.
    """
    if body.feedback_type not in SCORES:
        raise BadRequest("Invalid feedback type: use 'thumbs_up' or 'thumbs_down'.")
    if not 0 < len(body.span_id.strip()) <= _LONGEST:
        raise BadRequest("Invalid span ID format: 1 to 128 characters.")
    return await runtime.db.write(_give, who, body, runtime.clock.now())


async def give_to_message(
    runtime: Runtime, who: Principal, message_id: str, *, kind: str, comment: str | None
) -> FeedbackOut:
    """Keep somebody's opinion of an answer in a conversation."""
    message = await chat.message_alone(runtime, who, message_id)
    body = FeedbackIn(span_id=message.span_id, feedback_type=kind, comment=comment)
    return await give(runtime, who, body)


async def opinions(runtime: Runtime, who: Principal, spans: Sequence[str]) -> Mapping[str, Opinion]:
    """What somebody thought of these spans."""
    return await runtime.db.read(_opinions, who, spans)


def _opinions(session: Session, who: Principal, spans: Sequence[str]) -> Mapping[str, Opinion]:
    rows = session.execute(
        select(Feedback.target_id, Feedback.kind, Feedback.comment).where(
            Feedback.target_type == "span",
            Feedback.target_id.in_(spans),
            Feedback.user_id == who.user_id,
        )
    )
    return {row.target_id: Opinion(row.kind, row.comment) for row in rows}


def _give(session: Session, who: Principal, body: FeedbackIn, now: datetime) -> FeedbackOut:
    span = body.span_id.strip()
    known = session.scalar(select(Run.id).where(Run.span_id == span))
    if known and session.scalar(readable(who).where(Run.id == known)) is None:
        raise NotFound
    found = session.scalar(
        select(Feedback)
        .where(
            Feedback.target_type == "span",
            Feedback.target_id == span,
            Feedback.user_id == who.user_id,
        )
        .with_for_update()
    )
    if found is None:
        found = Feedback(
            id=new_id(),
            target_type="span",
            target_id=span,
            user_id=who.user_id,
            comment="",
            created_at=now,
        )
        session.add(found)
    found.kind, found.score = body.feedback_type, SCORES[body.feedback_type]
    if body.comment is not None:
        found.comment = body.comment
    found.linked, found.updated_by, found.updated_at = known is not None, who.name, now
    return FeedbackOut(
        success=True,
        message="Feedback kept",
        span_id=span,
        feedback_type=found.kind,
        score=found.score,
        linked=found.linked,
    )
