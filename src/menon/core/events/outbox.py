"""Units of work on events: writing one with its change, spreading it, delivering it.

    publish (in the unit of the change) → spread: a delivery per subscriber → claim → settle

Nobody reads "everything after the last id": on PostgreSQL a lower id can be committed later. Each
row has a state, and a subject's events are numbered under a lock that lasts to the commit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Integer, Select, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningInsert

from menon.core.db.wake import wake
from menon.core.events.event import DomainEvent
from menon.core.events.models import Delivery, EventDelivery, EventRow, EventSubject

TOPIC = "events"

ATTEMPTS = 8
"""After the last one a delivery is dead; the waits before add up to about two minutes."""


# Statements are made once: making one takes longer than executing it, and these run for each event.
_DUE = select(
    exists().where(EventRow.spread.is_(False)),
    exists().where(
        EventDelivery.state == Delivery.WAITING, EventDelivery.due_at <= bindparam("now")
    ),
)
_FRESH = (
    select(EventRow.id, EventRow.type, EventRow.subject, EventRow.seq)
    .where(EventRow.spread.is_(False))
    .order_by(EventRow.subject, EventRow.seq)
    .limit(bindparam("limit", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_PUBLISH = insert(EventRow)
_DELIVER = insert(EventDelivery)
_SPREAD = update(EventRow).where(EventRow.id == bindparam("event")).values(spread=True)


def _claimable() -> Select[EventDelivery, EventRow]:
    mine, earlier, unspread = EventDelivery, aliased(EventDelivery), aliased(EventRow)
    held = exists().where(
        earlier.subscriber == mine.subscriber,
        earlier.subject == mine.subject,
        earlier.seq < mine.seq,
        earlier.state == Delivery.WAITING,
    )
    coming = exists().where(
        unspread.subject == mine.subject, unspread.seq < mine.seq, unspread.spread.is_(False)
    )
    return (
        select(mine, EventRow)
        .join(EventRow, EventRow.id == mine.event_id)
        .where(
            mine.state == Delivery.WAITING,
            mine.due_at <= bindparam("now"),
            mine.subscriber.in_(bindparam("subscribers", expanding=True)),
            mine.instance_id.is_(None)
            | mine.instance_id.not_in(bindparam("alive", expanding=True)),
            ~held,
            ~coming,
        )
        .order_by(mine.due_at)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True, of=mine)
    )


_CLAIMED = _claimable()


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An event that this process is to hand to a subscriber."""

    event_id: str
    type: str
    data: dict[str, Any]
    subscriber: str
    attempts: int
    """How many times it failed before."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What came of a parcel; `error` is empty when it was taken."""

    parcel: Parcel
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Due:
    """What there is to do."""

    fresh: bool
    """Events have no deliveries yet."""
    waits: bool
    """Deliveries are due."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What came of new events."""

    events: int
    deliveries: int


def publish(session: Session, event: DomainEvent, *, now: datetime) -> None:
    """Say what happened in the unit that makes it true; subscribers hear of it when committed."""
    subject = event.subject
    session.flush()  # what the event tells of comes first
    row = {
        "id": event.id,
        "type": event.type,
        "subject": subject,
        "seq": _next_seq(session, subject, now),
        "data": msgspec.to_builtins(event),
        "at": now,
        "spread": False,
    }
    session.connection().execute(_PUBLISH, row)
    wake(session, TOPIC)


def backoff(attempts: int) -> timedelta:
    """How long a delivery waits that has failed this many times."""
    return timedelta(seconds=min(2.0 ** (attempts - 1), 300.0))


def due(session: Session, now: datetime) -> Due:
    """What is to be done."""
    fresh, waits = session.execute(_DUE, {"now": now}).one()
    return Due(fresh=bool(fresh), waits=bool(waits))


def spread(
    session: Session,
    subscribers: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    to_all: Sequence[str] = (),
    limit: int = 100,
) -> Spread:
    """Give each subscriber its delivery of new events.

    Args:
        session: the unit's session.
        subscribers: names by event type.
        now: when the deliveries are due.
        to_all: names of those who hear of every type.
        limit: events in this unit.
    """
    rows = session.execute(_FRESH, {"limit": limit}).all()
    deliveries = [
        {
            "event_id": row.id,
            "subscriber": name,
            "subject": row.subject,
            "seq": row.seq,
            "due_at": now,
        }
        for row in rows
        for name in (*subscribers.get(row.type, ()), *to_all)
    ]
    if deliveries:
        session.connection().execute(_DELIVER, deliveries)
    if rows:
        session.connection().execute(_SPREAD, [{"event": row.id} for row in rows])
    return Spread(events=len(rows), deliveries=len(deliveries))


def claim(
    session: Session,
    me: str,
    *,
    subscribers: Collection[str],
    alive: Collection[str],
    now: datetime,
    limit: int = 50,
) -> list[Parcel]:
    """Take what is due and has nothing unfinished before it for its subscriber and subject."""
    given = {"subscribers": list(subscribers), "alive": list(alive), "now": now, "limit": limit}
    rows = session.execute(_CLAIMED, given).all()
    for delivery, _ in rows:
        delivery.instance_id = me
    return [
        Parcel(
            event_id=event.id,
            type=event.type,
            data=event.data,
            subscriber=delivery.subscriber,
            attempts=delivery.attempts,
        )
        for delivery, event in rows
    ]


def settle(session: Session, receipts: Sequence[Receipt], now: datetime) -> None:
    """Note what came of the parcels of this process."""
    for receipt in receipts:
        attempts = receipt.parcel.attempts + 1
        values: dict[str, Any] = {"instance_id": None, "state": Delivery.DONE}
        if receipt.error:
            values["attempts"] = attempts
            values["error"] = receipt.error[:500]
            values["due_at"] = now + backoff(attempts)
            values["state"] = Delivery.DEAD if attempts >= ATTEMPTS else Delivery.WAITING
        session.execute(
            update(EventDelivery)
            .where(
                EventDelivery.event_id == receipt.parcel.event_id,
                EventDelivery.subscriber == receipt.parcel.subscriber,
            )
            .values(values)
        )


def sweep(session: Session, before: datetime, *, limit: int = 100) -> int:
    """Drop events from before a time, with their deliveries and idle counters, oldest first.

    What a subscriber still waits for stays; what is dead goes.
    """
    waits = exists().where(
        EventDelivery.event_id == EventRow.id, EventDelivery.state == Delivery.WAITING
    )
    old = session.scalars(
        select(EventRow.id)
        .where(EventRow.at < before, EventRow.spread.is_(True), ~waits)
        .order_by(EventRow.at)
        .limit(limit)
    ).all()
    if old:
        session.execute(delete(EventRow).where(EventRow.id.in_(old)))
    # Its own time is compared, so that a counter which moves at this moment stays.
    used = exists().where(EventRow.subject == EventSubject.subject)
    idle = select(EventSubject.subject).where(EventSubject.at < before, ~used).limit(limit)
    session.execute(
        delete(EventSubject).where(EventSubject.subject.in_(idle), EventSubject.at < before)
    )
    return len(old)


def _next_seq(session: Session, subject: str, now: datetime) -> int:
    counted = _counter(session.get_bind().dialect.name)
    return session.connection().scalars(counted, {"subject": subject, "seq": 1, "at": now}).one()


@cache
def _counter(dialect: str) -> ReturningInsert[int]:
    first = (postgresql if dialect == "postgresql" else sqlite).insert(EventSubject)
    row = first.on_conflict_do_update(
        index_elements=[EventSubject.subject],
        set_={"seq": EventSubject.seq + 1, "at": first.excluded.at},
    )
    return row.returning(EventSubject.seq)
