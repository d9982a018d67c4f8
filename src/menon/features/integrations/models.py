"""Tables of integrations: who is told of what, what was told, what came in, what was called."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Webhook(Base):
    """Somebody's address that is told of events; its secret lies in the vault."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, index=True)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(String(500), default="")
    queues: Mapped[list[str]] = mapped_column(Json, default=list)
    """Of `queue.message` only those of these queues; empty for all."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    why_off: Mapped[str] = mapped_column(String(500), default="")
    """Why it was switched off."""
    failing_since: Mapped[datetime | None]
    """The first failure since the last success."""
    previous_until: Mapped[datetime | None]
    """Until then the secret before this one signs as well."""
    created_at: Mapped[datetime]


class WebhookTopic(Base):
    """A type of event that a webhook is told of; `*` for all."""

    __tablename__ = "webhook_topic"
    __table_args__ = (Index("ix_webhook_topic_type", "type"),)

    webhook_id: Mapped[str] = mapped_column(
        ForeignKey("webhook.id", ondelete="CASCADE"), primary_key=True
    )
    type: Mapped[str] = mapped_column(String(80), primary_key=True)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """It failed at every attempt, or the webhook was switched off; it can be replayed."""


class WebhookDelivery(Base):
    """An event on its way to a webhook: the same id and body at every attempt."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_event_id", "event_id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """Also the `webhook-id` that the receiver sees."""
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str] = mapped_column(Id)
    type: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """Since it was created or replayed."""
    status: Mapped[int | None] = mapped_column(Integer)
    """What the receiver answered last."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """The beginning of that answer, redacted."""
    error: Mapped[str] = mapped_column(String(500), default="")
    due_at: Mapped[datetime | None]
    """When it is tried again."""
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]


class IncomingHook(Base):
    """An address at which others tell us of something; its secret lies in the vault."""

    __tablename__ = "incoming_hook"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, index=True)
    name: Mapped[str] = mapped_column(String(100))
    workflow_id: Mapped[str] = mapped_column(String(100), default="")
    """The workflow that a message starts; empty for none."""
    scopes: Mapped[list[str] | None] = mapped_column(Json, nullable=True)
    """What the key of who made it was for; the workflow has these rights and no more."""
    received: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class IncomingReceipt(Base):
    """A message that was taken in; its copies are answered alike and have no effect."""

    __tablename__ = "incoming_receipt"

    hook_id: Mapped[str] = mapped_column(
        ForeignKey("incoming_hook.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[str] = mapped_column(String(256), primary_key=True)
    event_id: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(index=True)


class QueueMessage(Base):
    """A message that waits in somebody's queue until a webhook or a workflow takes it."""

    __tablename__ = "queue_message"
    __table_args__ = (
        Index("ix_queue_message_owner_id_queue_taken_at", "owner_id", "queue", "taken_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """Also the id of the event that tells of it."""
    owner_id: Mapped[str] = mapped_column(Id)
    queue: Mapped[str] = mapped_column(String(64))
    payload: Mapped[Any] = mapped_column(Json, nullable=True)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[str] = mapped_column(String(80), default="")
    """`webhook:ID` or `run:ID` of the first who took it."""


class QueueBinding(Base):
    """The workflow that each message of somebody's queue starts."""

    __tablename__ = "queue_binding"

    owner_id: Mapped[str] = mapped_column(Id, primary_key=True)
    queue: Mapped[str] = mapped_column(String(64), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str] | None] = mapped_column(Json, nullable=True)
    """What the key of who bound it was for."""


class Backend(Base):
    """A model server that administrators registered; its key lies in the vault."""

    __tablename__ = "backend"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    """The provider's name in models: `NAME:MODEL`."""
    kind: Mapped[str] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(Text)
    capabilities: Mapped[list[str]] = mapped_column(Json, default=list)
    healthy: Mapped[bool] = mapped_column(Boolean, default=False)
    detail: Mapped[str] = mapped_column(String(500), default="")
    latency_ms: Mapped[float | None] = mapped_column(Float)
    checks: Mapped[int] = mapped_column(Integer, default=0)
    checks_well: Mapped[int] = mapped_column(Integer, default=0)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """In a row, up to now."""
    checked_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Id)


class HttpRecord(Base):
    """A request that was sent for somebody, without its secrets."""

    __tablename__ = "http_record"
    __table_args__ = (Index("ix_http_record_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id)
    method: Mapped[str] = mapped_column(String(10))
    url: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(300))
    request_headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    request_body: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[int | None] = mapped_column(Integer)
    response_headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    response_body: Mapped[str] = mapped_column(Text, default="")
    response_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    created_at: Mapped[datetime] = mapped_column(index=True)
