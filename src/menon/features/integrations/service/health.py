"""How integrations are, in a handful of figures."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.integrations import queries
from menon.features.integrations.models import (
    Backend,
    DeliveryState,
    QueueMessage,
    Webhook,
    WebhookDelivery,
)
from menon.features.integrations.schemas import HealthOut
from menon.features.integrations.service.hosts import Hosts


async def health(runtime: Runtime, who: Principal) -> HealthOut:
    """The figures of one's own integrations; for administrators everybody's."""
    found = await runtime.db.read(_counted, who)
    circuits = sum(host.state != "closed" for host in runtime[Hosts].of(who))
    ill = found["webhooks"]["failing"] or found["backends"]["unhealthy"] or circuits
    return HealthOut(status="degraded" if ill else "ok", circuits_open=circuits, **found)


def _counted(session: Session, who: Principal) -> dict[str, Any]:
    hooks = queries.readable(who, Webhook).subquery()
    failing = hooks.c.active & hooks.c.failing_since.is_not(None)
    row = session.execute(
        select(
            func.count().filter(hooks.c.active).label("active"),
            func.count().filter(failing).label("failing"),
            func.count().filter(~hooks.c.active).label("off"),
        ).select_from(hooks)
    ).one()
    states = session.execute(
        select(WebhookDelivery.state, func.count().label("deliveries"))
        .where(
            WebhookDelivery.webhook_id.in_(select(hooks.c.id)),
            WebhookDelivery.state != DeliveryState.DELIVERED,
        )
        .group_by(WebhookDelivery.state)
    )
    deliveries = {"pending": 0, "dead": 0} | {each.state: each.deliveries for each in states}
    messages = queries.readable(who, QueueMessage).where(QueueMessage.taken_at.is_(None)).subquery()
    return {
        "webhooks": {"active": row.active, "failing": row.failing, "off": row.off},
        "deliveries": deliveries,
        "messages_waiting": session.scalar(select(func.count()).select_from(messages)) or 0,
        "backends": {
            "healthy": queries.count(session, Backend, Backend.healthy),
            "unhealthy": queries.count(session, Backend, ~Backend.healthy),
        },
    }
