"""Named queues: a message waits until a webhook or a workflow of its owner takes it."""

from datetime import datetime
from functools import partial

import msgspec
from pydantic import JsonValue, ValidationError
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Action, Principal, Reach, authorize
from menon.core.errors import Conflict, InvalidInput, TooLarge
from menon.core.events import publish
from menon.core.http import Listing
from menon.core.jobs.models import JobRow, JobState
from menon.core.runtime import Runtime
from menon.features.integrations import queries
from menon.features.integrations.events import QueueBound, QueueMessageAdded
from menon.features.integrations.models import (
    DeliveryState,
    QueueBinding,
    QueueMessage,
    WebhookDelivery,
)
from menon.features.integrations.schemas import (
    BindingIn,
    BindingOut,
    MessageIn,
    MessageOut,
    NamedMessageIn,
    QueueOut,
)
from menon.features.integrations.settings import IntegrationSettings

_MOST = 500
"""Queues in one answer."""


async def enqueue(runtime: Runtime, who: Principal, body: MessageIn) -> MessageOut:
    """Put a message into one of one's own queues; it is kept until somebody takes it.

    Raises:
        TooLarge: the payload is.
        Conflict: too many wait in the queue.
    """
    how = runtime.settings[IntegrationSettings]
    if len(msgspec.json.encode(body.payload)) > how.body_bytes:
        raise TooLarge(
            f"A message has at most {how.body_bytes} bytes; store the content and send its id."
        )
    unit = partial(_enqueue, most=how.messages, now=runtime.clock.now())
    return await runtime.db.write(unit, who, body)


async def enqueue_named(
    runtime: Runtime, who: Principal, queue: str, body: NamedMessageIn
) -> MessageOut:
    """The same for a queue that the path names.

    Raises:
        InvalidInput: it cannot be a queue's name.
    """
    message = _named(queue, body.payload).model_copy(update={"priority": body.priority})
    return await enqueue(runtime, who, message)


async def bind(runtime: Runtime, who: Principal, queue: str, body: BindingIn) -> BindingOut:
    """Let each message of one's queue start a workflow; what waits there starts it, too.

    Raises:
        Forbidden: they may run no workflows.
    """
    authorize(who, Action.RUN)
    name = _named(queue, None).queue
    return await runtime.db.write(_bind, who, name, body.workflow_id, now=runtime.clock.now())


async def stats(runtime: Runtime, who: Principal, *, queue: str | None = None) -> Listing[QueueOut]:
    """How one's own queues stand; for administrators everybody's, and those of jobs."""
    found = await runtime.db.read(_stats, who, runtime.clock.now())
    return Listing(items=[one for one in found if queue in {None, one.queue}])


def _named(queue: str, payload: JsonValue) -> MessageIn:
    try:
        return MessageIn(queue=queue, payload=payload)
    except ValidationError as error:
        raise InvalidInput(f"{queue!r} is not a queue's name, such as 'mail'.") from error


def _bind(
    session: Session, who: Principal, queue: str, workflow_id: str, *, now: datetime
) -> BindingOut:
    bound = session.get(QueueBinding, (who.user_id, queue), with_for_update=True)
    if not workflow_id:
        if bound is not None:
            session.delete(bound)
        return BindingOut(queue=queue, workflow_id="")
    if bound is None:
        bound = QueueBinding(owner_id=who.user_id, queue=queue)
        session.add(bound)
    bound.workflow_id, bound.scopes = workflow_id, queries.scopes_of(who)
    event = QueueBound(
        queue=queue, owner_id=who.user_id, workflow_id=workflow_id, scopes=bound.scopes
    )
    publish(session, event, now=now)
    audit.record(session, who, "queue.bound", subject=queue, at=now, workflow=workflow_id)
    return BindingOut(queue=queue, workflow_id=workflow_id)


def _enqueue(
    session: Session, who: Principal, body: MessageIn, *, most: int, now: datetime
) -> MessageOut:
    waits = (QueueMessage.queue == body.queue, QueueMessage.taken_at.is_(None))
    if queries.count(session, QueueMessage, QueueMessage.owner_id == who.user_id, *waits) >= most:
        raise Conflict(
            f"{most} messages wait in {body.queue!r}; let a webhook or workflow take some."
        )
    bound = session.get(QueueBinding, (who.user_id, body.queue))
    event = QueueMessageAdded(
        queue=body.queue,
        owner_id=who.user_id,
        priority=body.priority,
        payload=body.payload,
        workflow_id=bound.workflow_id if bound else "",
        scopes=bound.scopes if bound else None,
    )
    message = QueueMessage(
        id=event.id,
        owner_id=who.user_id,
        queue=body.queue,
        payload=body.payload,
        priority=body.priority,
        created_at=now,
    )
    session.add(message)
    publish(session, event, now=now)
    return MessageOut.model_validate(message)


def _stats(session: Session, who: Principal, now: datetime) -> list[QueueOut]:
    everything = authorize(who, Action.INTEGRATE) is Reach.ANY
    own = queries.readable(who, QueueMessage).subquery()
    waits = own.c.taken_at.is_(None)
    query = select(
        own.c.queue,
        func.count().filter(waits).label("depth"),
        func.min(own.c.created_at).filter(waits).label("oldest"),
    )
    rows = session.execute(query.group_by(own.c.queue).order_by(own.c.queue).limit(_MOST)).all()
    flying = _flying(session, queries.readable(who, QueueMessage))
    messages = [
        QueueOut(
            queue=row.queue,
            kind="messages",
            depth=row.depth,
            in_flight=flying.get(row.queue, 0),
            oldest_seconds=_age(row.oldest, now),
        )
        for row in rows
    ]
    return messages + (_jobs(session, now) if everything else [])


def _flying(session: Session, own: Select[QueueMessage]) -> dict[str, int]:
    messages = own.subquery()
    rows = session.execute(
        select(messages.c.queue, func.count().label("deliveries"))
        .join(WebhookDelivery, WebhookDelivery.event_id == messages.c.id)
        .where(WebhookDelivery.state == DeliveryState.PENDING)
        .group_by(messages.c.queue)
    )
    return {row.queue: row.deliveries for row in rows}


def _jobs(session: Session, now: datetime) -> list[QueueOut]:
    waits, begun = JobRow.state == JobState.WAITING, JobRow.state == JobState.STARTED
    rows = session.execute(
        select(
            JobRow.queue,
            func.count().filter(waits).label("depth"),
            func.count().filter(begun).label("begun"),
            func.min(JobRow.created_at).filter(waits).label("oldest"),
        )
        .where(JobRow.state != JobState.CLOSED)
        .group_by(JobRow.queue)
    )
    found = {row.queue: row for row in rows}
    return [
        QueueOut(
            queue=name,
            kind="jobs",
            depth=found[name].depth if name in found else 0,
            in_flight=found[name].begun if name in found else 0,
            oldest_seconds=_age(found[name].oldest, now) if name in found else 0.0,
        )
        for name in sorted({"interactive", "bulk", *found})
    ]


def _age(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
