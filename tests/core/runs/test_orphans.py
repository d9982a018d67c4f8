"""What a dead process left is ended by one that knows its kind, and by nobody else."""

import asyncio
import threading
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.instances import Instance, Self, dead
from menon.core.runs import orphans, queries, store
from menon.core.runs.events import Content, Envelope
from menon.core.runs.kinds import RunType
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind, RunState
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


def _left(session: Session, kind: RunKind, now: datetime) -> str:
    """A run of a process of this machine that is no more."""
    gone, run = new_id(), new_id()
    host = session.get_one(Instance, next(iter(session.query(Instance.id)))[0]).host
    session.add(Instance(id=gone, host=host, pid=2**22 + 1, born="x", started_at=now, beat_at=now))
    store.create(session, store.NewRun(id=run, kind=kind, owner_id="u", instance=gone), now)
    return run


async def _state(runtime: Runtime, run: str) -> str:
    found = await runtime.db.read(queries.epoch_and_state, run)
    return found[1] if found else "missing"


def _spared(session: Session, now: datetime) -> tuple[str, str, int]:
    """In one unit, so that no sweep of the process comes between."""
    run = _left(session, RunKind.CHAT, now)
    for types in ({}, {"agent": RunType(kind=RunKind.AGENT)}):
        if orphans.interrupt_orphans(session, now, types):
            return run, "ended", 0
    found = queries.epoch_and_state(session, run)
    return run, found[1] if found else "missing", len(dead(session, now))


async def test_a_run_that_was_never_started_is_ended_too(runtime: Runtime):
    now = runtime.clock.now()
    run = await runtime.db.write(_left, RunKind.CHAT, now)
    await runtime[RunLog].sweep()
    assert await _state(runtime, run) == RunState.INTERRUPTED
    assert await runtime.db.read(dead, now) == []


async def test_a_process_that_does_not_know_the_kind_leaves_it_to_one_that_does(runtime: Runtime):
    run, state, remembered = await runtime.db.write(_spared, runtime.clock.now())
    assert (state, remembered) == (RunState.RUNNING, 1)
    await runtime[RunLog].sweep()
    assert await _state(runtime, run) == RunState.INTERRUPTED


async def test_a_run_of_this_process_that_nobody_generates_is_ended(runtime: Runtime):
    run, now = new_id(), runtime.clock.now()
    new = store.NewRun(id=run, kind=RunKind.CHAT, owner_id="u", instance=runtime[Self].id)
    await runtime.db.write(store.create, new, now)
    for _ in range(2):  # one look is not enough, since the run may be about to start
        await runtime[RunLog].sweep()
    assert await _state(runtime, run) == RunState.INTERRUPTED


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_stored_while_another_process_ends_the_run_is_refused(
    runtime: Runtime, database_url: str
):
    """Both count on from the same event; SQLite has one writer and no such moment."""
    run, now, ending = new_id(), runtime.clock.now(), threading.Event()
    new = store.NewRun(id=run, kind=RunKind.CHAT, owner_id="u", instance=runtime[Self].id)
    epoch = await runtime.db.write(store.create, new, now)
    waits = text("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")

    def ends(session: Session) -> None:
        orphans.interrupt(session, [run], now)
        session.flush()
        ending.set()
        while not session.execute(waits).scalar_one():
            pass

    said = Content(text="late")
    event = Envelope(run=run, epoch=epoch, seq=1, at=now, type=said.type, data=said)
    other = Database(database_url, pool=1)
    try:
        ended = asyncio.create_task(other.write(ends))
        await asyncio.to_thread(ending.wait, 20)
        assert await runtime.db.write(store.append, [event]) == {run}
        await ended
    finally:
        other.close()
    assert await _state(runtime, run) == RunState.INTERRUPTED
