"""One attempt at a delivery: what is sent, what was answered, what that means.

job ─→ parcel ─→ send: sign, post ─→ judge ─→ record: done, dead, or to be tried again
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM
from menon.core.errors import MenonError
from menon.core.events import publish
from menon.core.runtime import Runtime
from menon.core.telemetry.redact import redact
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import fetch
from menon.features.accounts import service as accounts
from menon.features.integrations import rules
from menon.features.integrations.events import WebhookDisabled
from menon.features.integrations.models import (
    DeliveryState,
    Webhook,
    WebhookDelivery,
)
from menon.features.integrations.rules import Answer, Fate, Verdict
from menon.features.integrations.service import signing
from menon.features.integrations.settings import IntegrationSettings
from menon.kit.text import clean

_ANSWER_BYTES = 65_536
_EXCERPT = 1000


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is to be sent."""

    id: str
    webhook_id: str
    url: str
    body: str
    attempts: int
    """How many there were."""
    failing_since: datetime | None
    previous_until: datetime | None


def parcel(session: Session, delivery_id: str) -> Parcel | str:
    """What is to be sent, or why nothing is."""
    found = session.get(WebhookDelivery, delivery_id)
    hook = session.get(Webhook, found.webhook_id) if found else None
    if found is None or hook is None:
        return "the webhook was unsubscribed"
    if found.state != DeliveryState.PENDING:
        return found.state
    if not hook.active or not accounts.active(session, [hook.owner_id]):
        return "off"
    return Parcel(
        id=found.id,
        webhook_id=hook.id,
        url=hook.url,
        body=found.body,
        attempts=found.attempts,
        failing_since=hook.failing_since,
        previous_until=hook.previous_until,
    )


async def send(runtime: Runtime, parcel: Parcel) -> Answer:
    """Sign and send a parcel once; whatever goes wrong is an answer, too."""
    now, body = runtime.clock.now(), parcel.body.encode()
    try:
        keys = await signing.secrets_of(
            runtime,
            parcel.webhook_id,
            both=bool(parcel.previous_until and now < parcel.previous_until),
        )
        said = await fetch(
            runtime[Outbound].client,
            parcel.url,
            method="POST",
            headers={
                "content-type": "application/json",
                **rules.headers(keys, parcel.id, now, body),
            },
            content=body,
            max_bytes=_ANSWER_BYTES,
            timeout_s=runtime.settings[IntegrationSettings].answer_seconds,
            beginning=True,
        )
    except MenonError as error:
        return Answer(error=redact(error.detail)[:500])
    text = redact(clean(said.body[: 4 * _EXCERPT].decode(errors="replace")))[:_EXCERPT]
    return Answer(
        status=said.status,
        text=text,
        error="" if 200 <= said.status < 300 else f"The receiver answered {said.status}.",
        retry_after=rules.retry_after(said.headers.get("retry-after", ""), now),
    )


def judge(parcel: Parcel, answer: Answer, now: datetime) -> Verdict:
    """What comes of an attempt."""
    return rules.verdict(
        answer,
        attempts=parcel.attempts + 1,
        failing_since=parcel.failing_since,
        now=now,
        spread=secrets.randbelow(1001) / 1000,
    )


def record(
    session: Session, parcel: Parcel, answer: Answer, verdict: Verdict, *, now: datetime
) -> None:
    """Note an attempt and what it says of the webhook."""
    found = session.get(WebhookDelivery, parcel.id, with_for_update=True)
    hook = session.get(Webhook, parcel.webhook_id, with_for_update=True)
    if found is None or hook is None:
        return
    found.attempts, found.tried_at = parcel.attempts + 1, now
    found.status, found.answer, found.error = answer.status, answer.text, answer.error
    found.state, found.due_at = _STATES[verdict.fate], None
    hook.failing_since = None if answer.well else hook.failing_since or now
    if verdict.disable and hook.active:
        switch_off(session, hook, verdict.disable, now)


def switch_off(session: Session, hook: Webhook, why: str, now: datetime) -> None:
    """Call a receiver no more, and tell its owner."""
    hook.active, hook.why_off = False, why
    publish(
        session,
        WebhookDisabled(webhook_id=hook.id, owner_id=hook.owner_id, reason=why),
        now=now,
    )
    audit.record(session, SYSTEM, "webhook.disabled", subject=hook.id, at=now, reason=why)


def again(session: Session, delivery_id: str, due: datetime) -> None:
    """Say when a delivery is tried again."""
    found = session.get(WebhookDelivery, delivery_id)
    if found is not None:
        found.due_at = due


def give_up(session: Session, delivery_id: str, why: str) -> None:
    """End a delivery that is not tried any more."""
    found = session.get(WebhookDelivery, delivery_id)
    if found is not None and found.state == DeliveryState.PENDING:
        found.state, found.due_at, found.error = DeliveryState.DEAD, None, why


_STATES = {
    Fate.DELIVERED: DeliveryState.DELIVERED,
    Fate.RETRY: DeliveryState.PENDING,
    Fate.DEAD: DeliveryState.DEAD,
}
