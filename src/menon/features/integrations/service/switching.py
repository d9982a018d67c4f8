"""Switching a webhook off by hand; deliveries that are on their way stop with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.integrations import queries
from menon.features.integrations.models import Webhook


async def disable(runtime: Runtime, who: Principal, webhook_id: str) -> None:
    """Tell an address nothing until it is switched on again.

    Raises:
        NotFound: there is no such webhook that they may see.
    """
    await runtime.db.write(_disable, who, webhook_id, runtime.clock.now())


def _disable(session: Session, who: Principal, webhook_id: str, now: datetime) -> None:
    hook = queries.one(session, who, Webhook, webhook_id)
    if hook.active:
        hook.active, hook.why_off = False, f"Switched off by {who.name}."
        audit.record(session, who, "webhook.disabled", subject=hook.id, at=now)
