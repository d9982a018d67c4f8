"""Runs that have ended, with what they said."""

import logging

from sqlalchemy.orm import Session
from tests.fixtures.people import People

from menon.core.runs import store
from menon.core.runs.events import Complete, Content, Event, Retrying, StepStarted
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.store import NewRun
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.features.audit.keeping import LogKeeper
from menon.kit.ids import new_id

LOGS = "/api/v1/logs"


STEPS: tuple[Event, ...] = (
    StepStarted(node="fetch"),
    Content(text="said"),
    Retrying(attempt=1, after_s=1, cause="TOOL_002"),
)


def create_run(session: Session, runtime: Runtime, run_id: str, owner: str, subject: str) -> None:
    new = NewRun(id=run_id, kind=RunKind.TASK, owner_id=owner, subject=subject)
    store.create(session, new, runtime.clock.now())


async def ended_run(
    runtime: Runtime,
    people: People,
    *events: Event,
    name: str = "dora",
    subject: str = "",
    ending: Event | None = None,
    says: str = "",
) -> str:
    """A run that has ended, with these events and a line of its log."""
    owner = (await people.person(name)).id
    run_id = new_id()
    await runtime.db.write(create_run, runtime, run_id, owner, subject)

    async def body(writer: RunWriter) -> None:
        for event in events:
            await writer.emit(event)
        if says:
            logging.getLogger("tests.logs").warning(says)
        await writer.finish(ending or Complete())

    await (await runtime[RunLog].start(run_id, body))
    await runtime[LogKeeper].flush()
    return run_id
