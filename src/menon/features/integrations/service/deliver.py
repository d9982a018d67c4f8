"""Durable work of integrations: delivering a webhook until it is delivered or given up."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from menon.core import holds
from menon.core.errors import ExternalError
from menon.core.events import DomainEvent
from menon.core.jobs import JobContext, Parked, go_on, job
from menon.core.runs.models import RunState
from menon.core.runtime import Runtime
from menon.features.integrations.events import WebhookSubscribed
from menon.features.integrations.models import DeliveryState
from menon.features.integrations.rules import Answer, Fate, Verdict
from menon.features.integrations.service import delivering, owing
from menon.features.integrations.service.delivering import Parcel
from menon.features.integrations.settings import IntegrationSettings


@job("integrations.deliver", queue="bulk")
async def deliver(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Try a delivery once; a failure parks the run until the next attempt is due."""
    runtime, delivery_id = context.runtime, str(payload["delivery_id"])
    if held := await runtime.db.read(holds.held, holds.OUTBOUND):
        raise Parked(RunState.PAUSED, f"held: {held}; `menon release` lets it go on")
    parcel = await runtime.db.read(delivering.parcel, delivery_id)
    if isinstance(parcel, str):
        return await _without(context, delivery_id, parcel)
    answer = await delivering.send(runtime, parcel)
    now = runtime.clock.now()
    verdict = delivering.judge(parcel, answer, now)
    if verdict.fate is Fate.RETRY:
        raise _parked(context, parcel, answer, verdict)
    name = f"attempt-{parcel.attempts + 1}"
    await context.write(name, delivering.record, parcel, answer, verdict, now=now)
    if verdict.fate is Fate.DEAD:
        raise ExternalError(verdict.disable or answer.error)
    return {"status": answer.status, "attempts": parcel.attempts + 1}


async def _without(context: JobContext, delivery_id: str, why: str) -> dict[str, Any]:
    if why == "off":
        why = "The webhook or its owner is switched off; enable it and replay the delivery."
        await context.write("give-up", delivering.give_up, delivery_id, why)
        raise ExternalError(why)
    if why == DeliveryState.DEAD:
        raise ExternalError("The delivery was given up; its log says why.")
    return {"skipped": why}


def _parked(context: JobContext, parcel: Parcel, answer: Answer, verdict: Verdict) -> Parked:
    now = context.runtime.clock.now()
    due = now + timedelta(seconds=verdict.wait_s or 0.0)

    def waits(session: Session) -> None:
        delivering.record(session, parcel, answer, verdict, now=now)
        delivering.again(session, parcel.id, due)
        go_on(session, context.run_id, now, due=due)

    return Parked(RunState.WAITING, answer.error, record=waits)


async def tell_webhooks(runtime: Runtime, event: DomainEvent) -> None:
    """Owe an event to the webhooks that may hear of it."""
    now, most = runtime.clock.now(), runtime.settings[IntegrationSettings].body_bytes
    if await runtime.db.read(owing.anybody, event.type):
        await runtime.db.write(owing.fan_out, event, deliver, now=now, most=most)


async def catch_up(runtime: Runtime, event: WebhookSubscribed) -> None:
    """Owe a new webhook what waits in its owner's queues."""
    most = runtime.settings[IntegrationSettings].body_bytes
    unit = partial(owing.catch_up, now=runtime.clock.now(), most=most)
    while await runtime.db.write_bulk(unit, event.webhook_id, deliver):
        pass
