"""What is selected of integrations; everything that is owned starts from `readable`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session

from menon.core.auth import Action, Principal, Reach, authorize
from menon.core.db import Base
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.features.integrations.models import (
    HttpRecord,
    IncomingReceipt,
    QueueMessage,
    Webhook,
    WebhookDelivery,
    WebhookTopic,
)


class _Owned(Protocol):
    id: Mapped[str]
    owner_id: Mapped[str]


OwnedT = TypeVar("OwnedT", bound=_Owned)


def readable(
    who: Principal, table: type[OwnedT], action: Action = Action.INTEGRATE
) -> Select[OwnedT]:
    """The rows that somebody may use: their own, or all for administrators.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: they may not use such things at all.
    """
    if authorize(who, action) is Reach.ANY:
        return select(table)
    return select(table).where(table.owner_id == who.user_id)


def one(
    session: Session,
    who: Principal,
    table: type[OwnedT],
    row_id: str,
    *,
    action: Action = Action.INTEGRATE,
) -> OwnedT:
    """One row that somebody may use.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    found = session.scalar(readable(who, table, action).where(table.id == row_id))
    if found is None:
        raise NotFound
    return found


def page(
    session: Session, query: Select[OwnedT], column: InstrumentedAttribute[str], page: Page
) -> Sequence[OwnedT]:
    """A page, newest first, with one row more where another page follows."""
    if after := page.after(1):
        query = query.where(column < str(after[0]))
    return session.scalars(query.order_by(column.desc()).limit(page.limit + 1)).all()


def scopes_of(who: Principal) -> list[str] | None:
    """What somebody's key is for, as it is kept; None for people, who may all they may."""
    return None if who.scopes is None else sorted(who.scopes)


def count(session: Session, table: type[Any], *where: Any) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def listening(session: Session, type_: str) -> Sequence[Webhook]:
    """The active webhooks that are told of a type of event."""
    topics = select(WebhookTopic.webhook_id).where(WebhookTopic.type.in_((type_, "*")))
    return session.scalars(select(Webhook).where(Webhook.active, Webhook.id.in_(topics))).all()


def topics(session: Session, webhook_ids: Sequence[str]) -> dict[str, list[str]]:
    """The types that webhooks are told of, in order."""
    rows = session.execute(
        select(WebhookTopic.webhook_id, WebhookTopic.type)
        .where(WebhookTopic.webhook_id.in_(webhook_ids))
        .order_by(WebhookTopic.type)
    )
    found: dict[str, list[str]] = {webhook_id: [] for webhook_id in webhook_ids}
    for row in rows:
        found[row.webhook_id].append(row.type)
    return found


def waiting(session: Session, owner_id: str, queues: Sequence[str], limit: int) -> list[str]:
    """Messages of somebody that nobody took, oldest first; of these queues, or of all."""
    query = select(QueueMessage.id).where(
        QueueMessage.owner_id == owner_id, QueueMessage.taken_at.is_(None)
    )
    if queues:
        query = query.where(QueueMessage.queue.in_(queues))
    return list(session.scalars(query.order_by(QueueMessage.id).limit(limit)))


def drop_deliveries(session: Session, before: datetime, limit: int) -> int:
    """Delete deliveries from before a time, but for those that were tried since."""
    table = WebhookDelivery
    idle = func.coalesce(table.tried_at, table.created_at) < before
    return _drop(session, table, table.created_at < before, idle, limit=limit)


def drop_messages(session: Session, before: datetime, limit: int) -> int:
    """Delete messages from before a time that somebody took."""
    taken = QueueMessage.taken_at.is_not(None)
    return _drop(session, QueueMessage, QueueMessage.created_at < before, taken, limit=limit)


def drop_records(session: Session, before: datetime, limit: int) -> int:
    """Delete records of requests from before a time."""
    return _drop(session, HttpRecord, HttpRecord.created_at < before, limit=limit)


def drop_receipts(session: Session, before: datetime, limit: int) -> int:
    """Forget incoming messages from before a time; copies of them are too old to be verified."""
    table = IncomingReceipt
    old = session.execute(
        select(table.hook_id, table.message_id).where(table.at < before).limit(limit)
    ).all()
    for row in old:
        key = (table.hook_id == row.hook_id, table.message_id == row.message_id)
        session.execute(delete(table).where(*key))
    return len(old)


def _drop(session: Session, table: type[Base], *where: Any, limit: int) -> int:
    key: Any = vars(table)["id"]
    old = session.scalars(select(key).where(*where).limit(limit)).all()
    session.execute(delete(table).where(key.in_(old)))
    return len(old)
