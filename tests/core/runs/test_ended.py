"""The end of durable work is an event, once; what people follow live is none."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.events.models import EventRow
from menon.core.runs import store
from menon.core.runs.events import Cancelled, Complete, Envelope, Error, Event
from menon.core.runs.finishing import finish
from menon.core.runs.models import RunKind
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


def _ran(session: Session, kind: RunKind, ending: Event, now: datetime) -> list[tuple[str, str]]:
    run_id = new_id()
    store.create(session, NewRun(id=run_id, kind=kind, owner_id="ada", title="a run"), now)
    epoch = store.begin(session, run_id, now)
    last = Envelope(run=run_id, epoch=epoch, seq=1, at=now, type=ending.type, data=ending)
    assert finish(session, last, now=now)
    assert not finish(session, last, now=now)
    told = session.execute(
        select(EventRow.type, EventRow.data).where(EventRow.subject == f"run:{run_id}")
    )
    return [(row.type, row.data["owner_id"]) for row in told]


@pytest.mark.parametrize(
    ("kind", "ending", "types"),
    [
        (RunKind.WORKFLOW, Complete(output=1), ["run.completed"]),
        (RunKind.TASK, Error(code="TOOL_001", detail="no"), ["run.failed"]),
        (RunKind.INGEST, Cancelled(by="ada"), ["run.cancelled"]),
        (RunKind.CHAT, Complete(), []),
        (RunKind.AGENT, Complete(), []),
        (RunKind.DELIVERY, Complete(), []),
    ],
)
async def test_durable_work_tells_of_its_end(
    runtime: Runtime, kind: RunKind, ending: Event, types: list[str]
) -> None:
    told = await runtime.db.write(_ran, kind, ending, runtime.clock.now())
    assert told == [(name, "ada") for name in types]
