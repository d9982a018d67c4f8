"""Units of work: one transaction each, committed before the answer, nothing that outlives it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from menon.core.db import Database, Priority
from menon.core.db.wake import on_wake, wake
from menon.core.db.work import after_commit
from menon.core.errors import Conflict, Overloaded
from menon.core.instances import Instance
from menon.kit.ids import new_id

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, waiting=50)
    yield opened
    opened.close()


def _add(session: Session, host: str = "h", ident: str | None = None) -> str:
    ident = ident or new_id()
    session.add(Instance(id=ident, host=host, pid=1, born="b", started_at=NOW, beat_at=NOW))
    session.flush()
    return ident


def _count(session: Session, host: str = "h") -> int:
    query = text("SELECT count(*) FROM instance WHERE host = :host")
    return session.execute(query, {"host": host}).scalar_one()


async def test_a_unit_is_committed_before_the_call_returns(db: Database, database_url: str):
    await db.write(_add)
    other = Database(database_url)
    try:
        assert await other.read(_count) == 1
    finally:
        other.close()


async def test_a_unit_that_fails_leaves_nothing(db: Database):
    def fail(session: Session) -> None:
        _add(session)
        raise LookupError("halfway")

    with pytest.raises(LookupError):
        await db.write(fail)
    assert await db.read(_count) == 0


async def test_arguments_and_results_pass(db: Database):
    ident = await db.write(_add, "elsewhere", ident="x")
    assert ident == "x"
    assert await db.read(_count, host="elsewhere") == 1


async def test_functions_of_a_session_compose_into_one_transaction(db: Database):
    def both(session: Session) -> None:
        _add(session, ident="a")
        _add(session, ident="a")

    with pytest.raises(Conflict):
        await db.write(both)
    assert await db.read(_count) == 0


async def test_a_coroutine_is_refused(db: Database):
    async def unit(session: Session) -> None:
        _add(session)

    with pytest.raises(TypeError, match="is async"):
        await db.write(unit)
    assert await db.read(_count) == 0


async def test_a_unit_inside_a_unit_is_refused(db: Database):
    def outer(session: Session) -> object:
        _add(session)
        return db.write(_add)

    with pytest.raises(TypeError, match="is async"):
        await db.write(outer)
    assert await db.read(_count) == 0


async def test_a_row_is_refused_as_a_result(db: Database):
    ident = await db.write(_add)

    def row(session: Session) -> Instance:
        return session.get_one(Instance, ident)

    with pytest.raises(TypeError, match="returned a row"):
        await db.read(row)


async def test_reads_cannot_write(db: Database):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await db.read(_add)
    assert await db.read(_count) == 0


async def test_a_write_after_a_read_on_the_same_connections_still_works(db: Database):
    for _ in range(20):
        await db.read(_count)
        await db.write(_add)
    assert await db.read(_count) == 20


async def test_what_waits_for_the_commit_runs_after_it_and_only_then(db: Database):
    seen: list[str] = []

    def good(session: Session) -> None:
        after_commit(session, lambda: seen.append("kept"))

    def bad(session: Session) -> None:
        after_commit(session, lambda: seen.append("lost"))
        raise LookupError

    await db.write(good)
    with pytest.raises(LookupError):
        await db.write(bad)
    assert seen == ["kept"]


async def test_wakes_reach_their_topic_after_the_commit(db: Database):
    seen: list[str] = []
    on_wake(db, "jobs", lambda: seen.append("one"))
    on_wake(db, "jobs", lambda: seen.append("two"))
    on_wake(db, "other", lambda: seen.append("other"))
    await db.write(wake, "jobs")
    assert seen == ["one", "two"]


class _Gate:
    """A unit that waits in its thread until it is let go."""

    def __init__(self) -> None:
        self.entered, self.open = threading.Event(), threading.Event()

    def __call__(self, session: Session) -> str:
        self.entered.set()
        self.open.wait(20)
        return _add(session, "gate")

    async def inside(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.entered.wait, 20)


def _fill(db: Database, gates: int = 8) -> list[tuple[_Gate, asyncio.Task[str]]]:
    """Occupy every thread that writes."""
    held = [_Gate() for _ in range(1 if db.sqlite else gates)]
    return [(gate, asyncio.create_task(db.write(gate))) for gate in held]


async def test_a_unit_that_has_not_started_is_dropped_on_cancellation(db: Database):
    held = _fill(db)
    for gate, _ in held:
        await gate.inside()
    waiting = asyncio.create_task(db.write(_add))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for gate, task in held:
        gate.open.set()
        await task
    assert await db.read(_count) == 0


async def test_a_started_unit_ends_before_its_cancellation_is_raised(db: Database):
    gate = _Gate()
    task = asyncio.create_task(db.write(gate))
    await gate.inside()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # impatience changes nothing
    await asyncio.sleep(0)
    assert not task.done()
    gate.open.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await db.read(_count, "gate") == 1


async def test_too_many_waiting_units_are_refused(db: Database):
    held = _fill(db)
    for gate, _ in held:
        await gate.inside()
    waiting = [asyncio.create_task(db.write(_add)) for _ in range(50)]
    await asyncio.sleep(0)
    assert db.depths["write"] == 50
    with pytest.raises(Overloaded) as caught:
        await db.write(_add)
    assert (caught.value.status, caught.value.retry_after) == (503, 1)
    for gate, _ in held:
        gate.open.set()
    await asyncio.gather(*waiting, *(task for _, task in held))
    assert await db.read(_count) == 50


async def test_people_pass_bulk_work_on_the_one_writer(sqlite_only_url: str):
    db = Database(sqlite_only_url)
    order: list[Priority] = []

    def note(_session: Session, priority: Priority) -> None:
        order.append(priority)

    try:
        (gate, held) = _fill(db)[0]
        await gate.inside()
        bulk = [asyncio.create_task(db.write_bulk(note, Priority.BULK)) for _ in range(3)]
        await asyncio.sleep(0)
        person = asyncio.create_task(db.write(note, Priority.PERSON))
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(held, person, *bulk)
    finally:
        db.close()
    assert order == [Priority.PERSON, *[Priority.BULK] * 3]


async def test_a_unit_past_its_deadline_is_stopped(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("menon.core.db.engines.DEADLINE_S", 0.2)
    db = Database(database_url)
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    began = time.monotonic()
    try:
        for verb in (db.read, db.write):
            with pytest.raises(Overloaded):
                await verb(lambda session: session.execute(text(endless)).scalar())
        assert time.monotonic() - began < 10
        monkeypatch.setattr("menon.core.db.engines.DEADLINE_S", 30.0)
        await db.write(_add)
        assert await db.read(_count) == 1, "the connection goes on working"
    finally:
        db.close()


async def test_closing_finishes_what_waits_and_takes_no_more(database_url: str):
    db = Database(database_url)
    gate = _Gate()
    task = asyncio.create_task(db.write(gate))
    await gate.inside()
    waiting = asyncio.create_task(db.write(_add))
    await asyncio.sleep(0)
    closing = asyncio.get_running_loop().run_in_executor(None, db.close)
    gate.open.set()
    await asyncio.gather(task, waiting, closing)
    with pytest.raises(Overloaded):
        await db.write(_add)


async def test_a_naive_time_is_refused(db: Database):
    def naive(session: Session) -> None:
        at = NOW.replace(tzinfo=None)
        session.add(Instance(id="n", host="h", pid=1, born="", started_at=at, beat_at=at))

    with pytest.raises(Exception, match="naive"):
        await db.write(naive)
