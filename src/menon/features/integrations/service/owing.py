"""Who is owed an event: a delivery, a run and a job per webhook, in one unit and once.

event ─→ fan_out ─→ owe (unique by webhook and event) ─→ `deliver`
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Reach, reach
from menon.core.db.insert import insert_new
from menon.core.events import DomainEvent
from menon.core.events.models import EventRow
from menon.core.jobs import Job, enqueue
from menon.core.runs import store
from menon.core.runs.models import RunKind
from menon.features.accounts import service as accounts
from menon.features.integrations import queries, rules
from menon.features.integrations.events import QueueBound, QueueMessageAdded
from menon.features.integrations.models import (
    DeliveryState,
    QueueBinding,
    QueueMessage,
    Webhook,
    WebhookDelivery,
)
from menon.kit.ids import new_id


def anybody(session: Session, type_: str) -> bool:
    """Whether some webhook is told of a type of event."""
    return bool(queries.listening(session, type_))


def fan_out(session: Session, event: DomainEvent, job: Job, *, now: datetime, most: int) -> int:
    """Owe the event to every webhook that may hear of it; answers to how many it is new.

    Its owner's webhooks may hear of it, and those of administrators, as both are now.

    Args:
        session: the unit's session.
        event: what happened.
        job: delivers one.
        now: the time.
        most: bytes of a body.
    """
    queue = event.queue if isinstance(event, QueueMessageAdded) else None
    hooks = [
        hook
        for hook in queries.listening(session, event.type)
        if rules.wanted(event.type, queue=queue, queues=hook.queues)
    ]
    people = accounts.active(session, {hook.owner_id for hook in hooks})
    fresh = 0
    for hook in hooks:
        who = people.get(hook.owner_id)
        everything = who is not None and reach(who, Action.INTEGRATE) is Reach.ANY
        if who is not None and (everything or hook.owner_id == event.owner):
            fresh += owe(session, hook, event, job, now=now, most=most)
    return fresh


def owe(
    session: Session, hook: Webhook, event: DomainEvent, job: Job, *, now: datetime, most: int
) -> bool:
    """Owe the event to one webhook, once; says whether that is new."""
    delivery_id, run_id = new_id(), new_id()
    row = session.get(EventRow, event.id)
    insert_new(
        session,
        WebhookDelivery,
        id=delivery_id,
        webhook_id=hook.id,
        event_id=event.id,
        run_id=run_id,
        type=event.type,
        body=body_of(event, row.at if row else now, most=most),
        state=DeliveryState.PENDING,
        attempts=0,
        answer="",
        error="",
        due_at=now,
        created_at=now,
    )
    if session.get(WebhookDelivery, delivery_id) is None:
        return False
    priority = 0
    if isinstance(event, QueueMessageAdded):
        priority = event.priority
        _taken(session, event.id, f"webhook:{hook.id}", now)
    start(session, hook, delivery_id, run_id, job, now=now, priority=priority)
    return True


def start(
    session: Session,
    hook: Webhook,
    delivery_id: str,
    run_id: str,
    job: Job,
    *,
    now: datetime,
    priority: int = 0,
) -> None:
    """Begin the durable run that delivers."""
    run = store.NewRun(
        id=run_id,
        kind=RunKind.DELIVERY,
        owner_id=hook.owner_id,
        title=f"Tell {hook.url}",
        subject=f"webhook:{hook.id}",
        input={"delivery_id": delivery_id},
    )
    store.create(session, run, now)
    payload = {"delivery_id": delivery_id}
    enqueue(session, job, payload, run_id=run_id, now=now, priority=priority)


def body_of(event: DomainEvent, at: datetime, *, most: int) -> str:
    """The JSON that a receiver gets: `type`, `timestamp` and `data`."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    for ours in ("owner_id", "scopes"):
        fields.pop(ours, None)
    body = written(event.type, at, fields)
    if len(body.encode()) <= most:
        return body
    return written(event.type, at, {"id": event.id, "omitted": f"more than {most} bytes"})


def written(type_: str, at: datetime, data: dict[str, Any]) -> str:
    """A body by the names of Standard Webhooks."""
    return msgspec.json.encode({"type": type_, "timestamp": at, "data": data}).decode()


def catch_up(
    session: Session, webhook_id: str, job: Job, *, now: datetime, most: int, limit: int = 100
) -> bool:
    """Owe a new webhook what waits in its owner's queues; says whether there may be more."""
    hook = session.get(Webhook, webhook_id)
    if hook is None or not hook.active:
        return False
    heard = queries.topics(session, [webhook_id])[webhook_id]
    if not {"*", QueueMessageAdded.type} & set(heard):
        return False
    found = queries.waiting(session, hook.owner_id, hook.queues, limit)
    for message in (session.get_one(QueueMessage, message_id) for message_id in found):
        owe(session, hook, _told(session, message), job, now=now, most=most)
    return len(found) == limit


def unbound(
    session: Session, bound: QueueBound, after: str, limit: int = 100
) -> list[QueueMessageAdded]:
    """Messages that wait in a queue, as they are told to the workflow that was bound to it."""
    rows = session.scalars(
        select(QueueMessage)
        .where(
            QueueMessage.owner_id == bound.owner_id,
            QueueMessage.queue == bound.queue,
            QueueMessage.taken_at.is_(None),
            QueueMessage.id > after,
        )
        .order_by(QueueMessage.id)
        .limit(limit)
    )
    told = [_told(session, message) for message in rows]
    return [
        msgspec.structs.replace(one, workflow_id=bound.workflow_id, scopes=bound.scopes)
        for one in told
    ]


def _told(session: Session, message: QueueMessage) -> QueueMessageAdded:
    bound = session.get(QueueBinding, (message.owner_id, message.queue))
    return QueueMessageAdded(
        id=message.id,
        queue=message.queue,
        owner_id=message.owner_id,
        priority=message.priority,
        payload=message.payload,
        workflow_id=bound.workflow_id if bound else "",
        scopes=bound.scopes if bound else None,
    )


def take(session: Session, message_ids: Sequence[str], by: str, now: datetime) -> list[str]:
    """Mark messages as taken, such as by `run:ID`; answers those that nobody had taken."""
    return [message_id for message_id in message_ids if _taken(session, message_id, by, now)]


def _taken(session: Session, message_id: str, by: str, now: datetime) -> bool:
    message = session.get(QueueMessage, message_id, with_for_update=True)
    if message is None or message.taken_at is not None:
        return False
    message.taken_at, message.taken_by = now, by
    return True
