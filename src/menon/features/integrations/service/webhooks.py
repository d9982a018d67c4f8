"""Webhooks as their owners handle them: subscribe, look, test, rotate, replay, unsubscribe."""

from datetime import datetime
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput, NotFound
from menon.core.events import event_types, publish
from menon.core.http import Listing, Page
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Outbound
from menon.features.integrations import queries, rules
from menon.features.integrations.events import WebhookSubscribed
from menon.features.integrations.models import (
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookTopic,
)
from menon.features.integrations.rules import Answer, Fate, Verdict
from menon.features.integrations.schemas import (
    DeliveryOut,
    SecretMade,
    WebhookIn,
    WebhookMade,
    WebhookOut,
)
from menon.features.integrations.service import delivering, owing, signing
from menon.features.integrations.service.deliver import deliver
from menon.features.integrations.service.delivering import Parcel
from menon.features.integrations.settings import IntegrationSettings
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

TEST = "webhook.test"


async def subscribe(runtime: Runtime, who: Principal, body: WebhookIn) -> WebhookMade:
    """Tell an address of events from now on; its secret is shown this once.

    Raises:
        InvalidInput: a type of event does not exist, or the host is unknown.
        TargetRefused: the address is not public.
        Conflict: they have as many webhooks as one may.
    """
    unknown = sorted(set(body.events) - set(event_types()) - {"*"})
    if unknown:
        known = ", ".join(sorted(event_types()))
        raise InvalidInput(f"There is no event {unknown[0]!r}; there are {known}, and '*' for all.")
    url = await admitted(runtime, body.url)
    webhook_id = new_id()
    secret = await signing.create(runtime, who, webhook_id, body.secret)
    most = runtime.settings[IntegrationSettings].webhooks
    wanted = body.model_copy(update={"url": url, "secret": None})
    unit = partial(_create, most=most, now=runtime.clock.now())
    try:
        made = await runtime.db.write(unit, who, webhook_id, wanted)
    except Conflict:
        await signing.forget(runtime, who, webhook_id)
        raise
    return WebhookMade(**made.model_dump(), secret=secret)


async def admitted(runtime: Runtime, url: str) -> str:
    """The canonical spelling of an address that requests may go to.

    Raises:
        InvalidInput: the host is unknown.
        TargetRefused: the address is not public.
    """
    admit = runtime[Outbound].admit
    if admit is None:
        return url
    try:
        return await admit(url)
    except OSError as error:
        raise InvalidInput(f"The host of {url!r} is unknown; check its spelling.") from error


async def get(runtime: Runtime, who: Principal, webhook_id: str) -> WebhookOut:
    """One webhook."""
    return await runtime.db.read(_get, who, webhook_id)


async def listing(runtime: Runtime, who: Principal, page: Page) -> Listing[WebhookOut]:
    """A page of the webhooks that somebody may see, newest first."""
    return await runtime.db.read(_listing, who, page)


async def unsubscribe(runtime: Runtime, who: Principal, webhook_id: str) -> None:
    """Tell an address nothing any more; what was on its way is dropped."""
    await runtime.db.write(_delete, who, webhook_id, now=runtime.clock.now())
    await signing.forget(runtime, who, webhook_id)


async def enable(runtime: Runtime, who: Principal, webhook_id: str) -> WebhookOut:
    """Switch a webhook on again; what was given up meanwhile can be replayed."""
    return await runtime.db.write(_enable, who, webhook_id, now=runtime.clock.now())


async def rotate(runtime: Runtime, who: Principal, webhook_id: str) -> SecretMade:
    """Make a fresh secret; for a day deliveries carry signatures by both."""
    until = runtime.clock.now() + rules.OVERLAP
    # Before the secrets change, so that no delivery in between lacks a signature.
    await runtime.db.write(_overlap, who, webhook_id, until, now=runtime.clock.now())
    secret = await signing.rotate(runtime, who, webhook_id)
    return SecretMade(id=webhook_id, secret=secret, previous_until=until)


async def deliveries(
    runtime: Runtime, who: Principal, webhook_id: str, page: Page, *, state: str | None = None
) -> Listing[DeliveryOut]:
    """A page of a webhook's deliveries, newest first."""
    return await runtime.db.read(_deliveries, who, webhook_id, page, state)


async def test(runtime: Runtime, who: Principal, webhook_id: str) -> DeliveryOut:
    """Send a signed test message now, once, and answer what came of it."""
    parcel = await runtime.db.write(_test, who, webhook_id, now=runtime.clock.now())
    answer = await delivering.send(runtime, parcel)
    fate = Fate.DELIVERED if answer.well else Fate.DEAD
    unit = partial(_tested, parcel, answer, Verdict(fate=fate), runtime.clock.now())
    return await runtime.db.write(unit)


async def replay(
    runtime: Runtime, who: Principal, webhook_id: str, delivery_id: str
) -> DeliveryOut:
    """Deliver something again, under the same id, so that who has it already can tell.

    Raises:
        Conflict: it is still on its way, or the webhook is off.
    """
    return await runtime.db.write(_replay, who, webhook_id, delivery_id, now=runtime.clock.now())


def _create(
    session: Session,
    who: Principal,
    webhook_id: str,
    body: WebhookIn,
    *,
    most: int,
    now: datetime,
) -> WebhookOut:
    if queries.count(session, Webhook, Webhook.owner_id == who.user_id) >= most:
        raise Conflict(f"You have {most} webhooks, and more are not allowed; remove one first.")
    hook = Webhook(
        id=webhook_id,
        owner_id=who.user_id,
        url=body.url,
        description=body.description,
        queues=sorted(set(body.queues)),
        active=True,
        why_off="",
        created_at=now,
    )
    session.add(hook)
    session.flush()
    heard = sorted(set(body.events))
    session.add_all(WebhookTopic(webhook_id=webhook_id, type=type_) for type_ in heard)
    _greet(session, hook, now)
    audit.record(
        session, who, "webhook.subscribed", subject=webhook_id, at=now, url=hook.url, events=heard
    )
    return _shown(hook, heard)


def _greet(session: Session, hook: Webhook, now: datetime) -> None:
    publish(session, WebhookSubscribed(webhook_id=hook.id, owner_id=hook.owner_id), now=now)


def _get(session: Session, who: Principal, webhook_id: str) -> WebhookOut:
    hook = queries.one(session, who, Webhook, webhook_id)
    return _shown(hook, queries.topics(session, [hook.id])[hook.id])


def _listing(session: Session, who: Principal, page: Page) -> Listing[WebhookOut]:
    rows = queries.page(session, queries.readable(who, Webhook), Webhook.id, page)
    kept = rows[: page.limit]
    heard = queries.topics(session, [hook.id for hook in kept])
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[_shown(hook, heard[hook.id]) for hook in kept], next_cursor=more)


def _delete(session: Session, who: Principal, webhook_id: str, *, now: datetime) -> None:
    hook = queries.one(session, who, Webhook, webhook_id)
    session.execute(delete(Webhook).where(Webhook.id == hook.id))
    audit.record(session, who, "webhook.unsubscribed", subject=webhook_id, at=now, url=hook.url)


def _enable(session: Session, who: Principal, webhook_id: str, *, now: datetime) -> WebhookOut:
    hook = queries.one(session, who, Webhook, webhook_id)
    if not hook.active:
        hook.active, hook.why_off, hook.failing_since = True, "", None
        _greet(session, hook, now)
        audit.record(session, who, "webhook.enabled", subject=hook.id, at=now)
    return _shown(hook, queries.topics(session, [hook.id])[hook.id])


def _overlap(
    session: Session, who: Principal, webhook_id: str, until: datetime, *, now: datetime
) -> None:
    hook = queries.one(session, who, Webhook, webhook_id)
    hook.previous_until = until
    audit.record(session, who, "webhook.rotated", subject=hook.id, at=now)


def _deliveries(
    session: Session, who: Principal, webhook_id: str, page: Page, state: str | None
) -> Listing[DeliveryOut]:
    hook = queries.one(session, who, Webhook, webhook_id)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
    if state:
        query = query.where(WebhookDelivery.state == state)
    if after := page.after(1):
        query = query.where(WebhookDelivery.id < str(after[0]))
    query = query.order_by(WebhookDelivery.id.desc()).limit(page.limit + 1)
    rows = session.scalars(query).all()
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[DeliveryOut.model_validate(row) for row in kept], next_cursor=more)


def _test(session: Session, who: Principal, webhook_id: str, *, now: datetime) -> Parcel:
    hook = queries.one(session, who, Webhook, webhook_id)
    found = WebhookDelivery(
        id=new_id(),
        webhook_id=hook.id,
        event_id=new_id(),
        run_id="",
        type=TEST,
        body=owing.written(TEST, now, {"webhook_id": hook.id, "by": who.name}),
        state=DeliveryState.PENDING,
        attempts=0,
        created_at=now,
    )
    session.add(found)
    return Parcel(
        id=found.id,
        webhook_id=hook.id,
        url=hook.url,
        body=found.body,
        attempts=0,
        failing_since=hook.failing_since,
        previous_until=hook.previous_until,
    )


def _tested(
    parcel: Parcel, answer: Answer, verdict: Verdict, now: datetime, session: Session
) -> DeliveryOut:
    delivering.record(session, parcel, answer, verdict, now=now)
    found = session.get(WebhookDelivery, parcel.id)
    if found is None:
        raise NotFound("The webhook was unsubscribed meanwhile.")
    return DeliveryOut.model_validate(found)


def _replay(
    session: Session, who: Principal, webhook_id: str, delivery_id: str, *, now: datetime
) -> DeliveryOut:
    hook = queries.one(session, who, Webhook, webhook_id)
    found = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if found is None or found.webhook_id != hook.id:
        raise NotFound
    if not hook.active:
        raise Conflict("The webhook is off; enable it first.")
    run = session.get(Run, found.run_id) if found.run_id else None
    if found.state == DeliveryState.PENDING and run and RunState(run.state) not in ENDED:
        raise Conflict("It is still on its way; `due_at` says when it is tried again.")
    found.state, found.attempts, found.due_at = DeliveryState.PENDING, 0, now
    found.run_id = new_id()
    owing.start(session, hook, found.id, found.run_id, deliver, now=now)
    audit.record(session, who, "webhook.replayed", subject=hook.id, at=now, delivery=found.id)
    session.flush()
    return DeliveryOut.model_validate(found)


def _shown(hook: Webhook, heard: list[str]) -> WebhookOut:
    names = WebhookOut.model_fields.keys() - {"events"}
    return WebhookOut(**{name: getattr(hook, name) for name in names}, events=heard)
