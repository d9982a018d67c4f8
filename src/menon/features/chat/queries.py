"""What is selected of conversations; every query starts from `readable`."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runs.finishing import RunRow
from menon.features.chat.models import Conversation, Message

MANY = 2000
"""Messages of one conversation that are read at most, the latest."""

SUBJECT = "conversation:"
"""Begins what a run in a conversation is about; the conversation's id follows."""
_OF_RUN = select(Message).where(Message.run_id == bindparam("run"))


def readable(who: Principal) -> Select[Conversation]:
    """The conversations that somebody may read: their own; all for administrators."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(Conversation)
    return select(Conversation).where(Conversation.user_id == who.user_id)


def get(
    session: Session, who: Principal, conversation_id: str, *, lock: bool = False
) -> Conversation:
    """A conversation.

    Raises:
        NotFound: there is none that this principal may read.
    """
    query = readable(who).where(Conversation.id == conversation_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def page(  # noqa: PLR0917 - the filters of the route
    session: Session,
    who: Principal,
    page: Page,
    user_id: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    text: str | None = None,
) -> list[Conversation]:
    """A page of conversations, the latest used first, with one more where another page follows."""
    order = (Conversation.updated_at.desc(), Conversation.id.desc())
    query = readable(who).order_by(*order).limit(page.limit + 1)
    for column, value in (
        (Conversation.user_id, user_id),
        (Conversation.kind, kind),
        (Conversation.status, status),
    ):
        if value is not None:
            query = query.where(column == value)
    if text:
        query = query.where(Conversation.title.icontains(text, autoescape=True))
    if after := page.after(2):
        at = _time(str(after[0]))
        query = query.where(
            (Conversation.updated_at < at)
            | ((Conversation.updated_at == at) & (Conversation.id < str(after[1])))
        )
    return list(session.scalars(query))


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("The cursor is not one of this list; leave it out to begin.") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def messages(session: Session, conversation_id: str) -> list[Message]:
    """All messages of a conversation, every branch, oldest first."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(MANY)
    )
    return list(reversed(session.scalars(query).all()))


def message(session: Session, conversation_id: str, message_id: str) -> Message:
    """A message of a conversation.

    Raises:
        NotFound: the conversation has no such message.
    """
    found = session.scalar(
        select(Message).where(Message.id == message_id, Message.conversation_id == conversation_id)
    )
    if found is None:
        raise NotFound("The conversation has no such message.")
    return found


def readable_message(session: Session, who: Principal, message_id: str) -> Message:
    """A message of any conversation that somebody may read.

    Raises:
        NotFound: there is none.
    """
    conversations = readable(who).with_only_columns(Conversation.id)
    found = session.scalar(
        select(Message).where(Message.id == message_id, Message.conversation_id.in_(conversations))
    )
    if found is None:
        raise NotFound
    return found


def subject(conversation_id: str) -> str:
    """What a run in this conversation is about."""
    return f"{SUBJECT}{conversation_id}"


def of_run(session: Session, run: RunRow) -> Message | None:
    """The answer that a run makes; a run without a conversation has none."""
    if not run.subject.startswith(SUBJECT):
        return None
    return session.scalar(_OF_RUN, {"run": run.id})


def latest_of(session: Session, user_id: str, limit: int) -> list[Message]:
    """The latest messages of a user over all conversations, oldest first."""
    query = (
        select(Message)
        .where(Message.user_id == user_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(query).all()))


def count_of(session: Session, user_id: str) -> int:
    """How many messages a user's conversations hold."""
    query = select(func.count()).select_from(Message).where(Message.user_id == user_id)
    return session.scalar(query) or 0


def expired(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Ids of conversations that nobody touched within the retention."""
    return session.scalars(
        select(Conversation.id).where(Conversation.expires_at < now).limit(limit)
    ).all()
