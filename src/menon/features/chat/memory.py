"""Memory: a view over all conversations of a user."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.runtime import Runtime
from menon.features.chat import queries, rules, views
from menon.features.chat.models import Conversation, ConversationKind, ConversationStatus, Message
from menon.features.chat.schemas import MessageOut, RememberIn, SummaryOut
from menon.features.chat.settings import ChatSettings
from menon.kit.ids import new_id

MEMORY_TITLE = "Remembered"


async def history(runtime: Runtime, who: Principal, user_id: str, limit: int) -> list[MessageOut]:
    """A user's latest messages over all conversations, oldest first."""
    return await runtime.db.read(_history, whose(who, user_id), limit)


async def remember(runtime: Runtime, who: Principal, user_id: str, body: RememberIn) -> MessageOut:
    """Keep a message: in the named conversation, or in the one that holds memories."""
    keep = timedelta(days=runtime.settings[ChatSettings].retention_days)
    owner = whose(who, user_id)
    return await runtime.db.write(_remember, who, owner, body, runtime.clock.now(), keep)


async def summary(runtime: Runtime, who: Principal, user_id: str) -> SummaryOut:
    """What a user's conversations were about, extracted without a model."""
    return await runtime.db.read(_summary, whose(who, user_id))


async def forget(runtime: Runtime, who: Principal, user_id: str) -> None:
    """Delete all conversations of a user."""
    await runtime.db.write(_forget, whose(who, user_id))


def whose(who: Principal, user_id: str) -> str:
    """The user whose memory is meant; `me` is oneself, others' belongs to administrators.

    Raises:
        NotFound: it is somebody else's.
    """
    if user_id in {"me", who.user_id}:
        return who.user_id
    if not who.is_admin:
        raise NotFound
    return user_id


def _history(session: Session, user_id: str, limit: int) -> list[MessageOut]:
    return [views.alone(row) for row in queries.latest_of(session, user_id, limit)]


def _remember(  # noqa: PLR0917 - a unit of work
    session: Session,
    who: Principal,
    user_id: str,
    body: RememberIn,
    now: datetime,
    keep: timedelta,
) -> MessageOut:
    if body.session_id:
        conversation = queries.get(session, who, body.session_id, lock=True)
    else:
        conversation = _memories(session, user_id, now, keep)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        user_id=conversation.user_id,
        parent_id=conversation.head_id,
        role=body.role,
        content=body.content,
        citations=[],
        tools=[],
        created_at=now,
    )
    session.add(message)
    session.flush()
    conversation.head_id = message.id
    conversation.message_count += 1
    conversation.updated_at, conversation.expires_at = now, now + keep
    return views.alone(message)


def _memories(session: Session, user_id: str, now: datetime, keep: timedelta) -> Conversation:
    found = session.scalar(
        select(Conversation)
        .where(Conversation.user_id == user_id, Conversation.title == MEMORY_TITLE)
        .order_by(Conversation.id)
        .limit(1)
        .with_for_update()
    )
    if found is not None:
        return found
    made = Conversation(
        id=new_id(),
        user_id=user_id,
        kind=ConversationKind.GENERAL,
        status=ConversationStatus.ACTIVE,
        is_resumable=True,
        title=MEMORY_TITLE,
        config={},
        message_count=0,
        created_at=now,
        updated_at=now,
        expires_at=now + keep,
    )
    session.add(made)
    session.flush()
    return made


def _summary(session: Session, user_id: str) -> SummaryOut:
    latest = queries.latest_of(session, user_id, 200)
    asked = [message.content for message in latest if message.role == "user"]
    return SummaryOut(
        user_id=user_id,
        summary=rules.summary(asked),
        messages=queries.count_of(session, user_id),
        model="offline:extractive",
    )


def _forget(session: Session, user_id: str) -> None:
    session.execute(delete(Conversation).where(Conversation.user_id == user_id))
