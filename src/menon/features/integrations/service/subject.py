"""What integrations hold about a user, and how they forget them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from menon.core.runtime import Runtime
from menon.features.integrations.models import (
    HttpRecord,
    IncomingHook,
    QueueBinding,
    QueueMessage,
    Webhook,
)

_MOST = 10_000
_OWNED = (Webhook, IncomingHook, QueueMessage, HttpRecord)


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's webhooks and hooks without secrets, and how many messages and requests."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's webhooks, hooks, messages and requests; answers how many rows went."""
    return await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> dict[str, Any]:
    hooks = session.scalars(select(Webhook).where(Webhook.owner_id == subject).limit(_MOST))
    doors = session.scalars(
        select(IncomingHook).where(IncomingHook.owner_id == subject).limit(_MOST)
    )
    return {
        "webhooks": [{"id": hook.id, "url": hook.url} for hook in hooks],
        "incoming_hooks": [{"id": hook.id, "name": hook.name} for hook in doors],
        "queue_messages": _count(session, QueueMessage, subject),
        "http_requests": _count(session, HttpRecord, subject),
    }


def _count(session: Session, table: type[QueueMessage | HttpRecord], subject: str) -> int:
    query = select(func.count()).select_from(table).where(table.owner_id == subject)
    return session.scalar(query) or 0


def _erase(session: Session, subject: str) -> int:
    gone = 0
    for table in _OWNED:
        ids = session.scalars(select(table.id).where(table.owner_id == subject)).all()
        session.execute(delete(table).where(table.id.in_(ids)))
        gone += len(ids)
    session.execute(delete(QueueBinding).where(QueueBinding.owner_id == subject))
    return gone
