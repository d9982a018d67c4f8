"""Tables of domain events: what happened, and who is yet to hear of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Delivery(StrEnum):
    """Where the delivery of an event to a subscriber stands."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    """It failed too often; the next event of its subject is not held up any longer."""


class EventSubject(Base):
    """The counter of a subject; its lock is what puts the events of a subject in order."""

    __tablename__ = "event_subject"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]


class EventRow(Base):
    """A domain event, written in the unit that made it true."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("subject", "seq"),
        Index("ix_event_spread_subject", "spread", "subject"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    seq: Mapped[int] = mapped_column(Integer)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(index=True)
    spread: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether each subscriber has its delivery."""


class EventDelivery(Base):
    """An event on its way to a subscriber."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        Index("ix_event_delivery_state_due_at", "state", "due_at"),
        Index("ix_event_delivery_subject", "subscriber", "subject", "seq"),
    )

    event_id: Mapped[str] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    subscriber: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120))
    seq: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default=Delivery.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    instance_id: Mapped[str | None] = mapped_column(Id)
    """The process that delivers it now; when that one is dead, another does."""
    error: Mapped[str] = mapped_column(String(500), default="")
