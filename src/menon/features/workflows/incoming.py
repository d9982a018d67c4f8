"""Workflows that others start: a message from outside, a message in a queue."""

from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Action, authorize
from menon.core.errors import DatabaseError, MenonError
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.accounts.service import acting_as
from menon.features.integrations.events import IncomingReceived, QueueBound, QueueMessageAdded
from menon.features.integrations.service import owing
from menon.features.workflows.executions import Wanted, begin


async def on_message(runtime: Runtime, event: IncomingReceived) -> None:
    """Start the workflow of a hook, with the message as its input."""
    if event.workflow_id:
        await _start(runtime, event, event.body)


async def on_queue(runtime: Runtime, event: QueueMessageAdded) -> None:
    """Start the workflow that is bound to a queue; the message is taken then."""
    if event.workflow_id:
        await _start(runtime, event, event.payload)


async def on_bound(runtime: Runtime, event: QueueBound) -> None:
    """Start the workflow for each message that waited before it was bound."""
    after = ""
    while found := await runtime.db.read(owing.unbound, event, after):
        for message in found:
            await on_queue(runtime, message)
        after = found[-1].id


async def _start(runtime: Runtime, event: IncomingReceived | QueueMessageAdded, given: Any) -> None:
    now = runtime.clock.now()
    try:
        await runtime.db.write(partial(_begin, given=given, now=now), event)
    except DatabaseError:
        raise
    except MenonError as error:
        # Its owner has to act: the workflow is gone, or wants another input.
        await runtime.db.write(_refused, event, error.detail, now)


def _begin(
    session: Session, event: IncomingReceived | QueueMessageAdded, *, given: Any, now: datetime
) -> None:
    """One run for one event: its id is the event's, however often the event is delivered."""
    if session.get(Run, event.id) is not None:
        return
    who = acting_as(session, event.owner_id, event.scopes)
    authorize(who, Action.RUN)
    body = cast("dict[str, Any]", given) if isinstance(given, dict) else {"body": given}
    wanted = Wanted(workflow_id=event.workflow_id, input=body, run_id=event.id)
    begin(session, who, wanted, now)
    if isinstance(event, QueueMessageAdded):
        owing.take(session, [event.id], f"run:{event.id}", now)


def _refused(
    session: Session, event: IncomingReceived | QueueMessageAdded, why: str, now: datetime
) -> None:
    subject = event.workflow_id
    audit.record(session, SYSTEM, "workflow.not_started", subject=subject, at=now, why=why)
