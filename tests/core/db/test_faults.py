"""What a full disk, a deadlock and a lost server mean to a caller."""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.db.faults import may_retry, translated
from menon.core.errors import Conflict, DatabaseError, MenonError, Overloaded, StorageFull
from menon.core.runtime import Runtime


class _Raised(Exception):
    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


def _wrapped(kind: type[DBAPIError], words: str, state: str | None = None) -> DBAPIError:
    return kind("SELECT 1", {}, _Raised(words, state))


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (_wrapped(IntegrityError, "UNIQUE constraint failed"), Conflict),
        (_wrapped(OperationalError, "database or disk is full"), StorageFull),
        (_wrapped(OperationalError, "could not extend file", "53100"), StorageFull),
        (_wrapped(OperationalError, "database is locked"), Overloaded),
        (_wrapped(OperationalError, "interrupted"), Overloaded),
        (_wrapped(OperationalError, "canceling statement", "57014"), Overloaded),
        (_wrapped(OperationalError, "too many clients already", "53300"), Overloaded),
        (_wrapped(OperationalError, "server closed the connection", "08006"), DatabaseError),
        (_wrapped(OperationalError, "terminating connection", "57P01"), DatabaseError),
        (_wrapped(OperationalError, "disk I/O error"), DatabaseError),
    ],
)
def test_drivers_errors_become_ours(error: DBAPIError, becomes: type[MenonError]):
    assert type(translated(error)) is becomes


@pytest.mark.parametrize(
    "error",
    [
        _wrapped(OperationalError, "no such table: nothing"),
        _wrapped(OperationalError, "attempt to write a readonly database"),
        _wrapped(ProgrammingError, "syntax error", "42601"),
    ],
)
def test_a_mistake_of_ours_stays_what_it_is(error: DBAPIError):
    assert translated(error) is error


@pytest.mark.parametrize(
    ("state", "again"), [("40001", True), ("40P01", True), ("23505", False), (None, False)]
)
def test_only_deadlocks_and_serialisation_run_again(state: str | None, again: bool):
    assert may_retry(_wrapped(OperationalError, "x", state)) is again


@pytest.fixture
async def full(sqlite_only_url: str) -> AsyncIterator[Database]:
    """A database whose disk has room for a few pages more."""
    db = Database(sqlite_only_url)

    def limit(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 8}"))

    await db.write(lambda session: session.execute(text("CREATE TABLE bulk (data TEXT)")) and None)
    await db.write(limit)
    yield db
    db.close()


def _grow(session: Session, size: int) -> None:
    session.execute(text("INSERT INTO bulk VALUES (:data)"), {"data": "x" * size})


async def test_a_full_disk_answers_507_loses_nothing_and_keeps_reads_alive(full: Database):
    await full.write(_grow, 1000)
    with pytest.raises(StorageFull) as caught:
        await full.write(_grow, 1_000_000)
    assert caught.value.status == 507
    count = text("SELECT count(*) FROM bulk")
    assert await full.read(lambda session: session.execute(count).scalar_one()) == 1
    await full.write(_grow, 100)
    assert await full.read(lambda session: session.execute(count).scalar_one()) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_full_disk_says_so_over_the_api(runtime: Runtime, as_developer: httpx2.AsyncClient):
    def limit(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))

    made = (await as_developer.post("/api/v1/chat/sessions", json={"title": "kept"})).json()
    await runtime.db.write(limit)
    body = {"title": "t", "config": {"data": "x" * 400_000}}
    refused = await as_developer.post("/api/v1/chat/sessions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (507, "DB_003")
    assert refused.headers["retry-after"]
    kept = await as_developer.get(f"/api/v1/chat/sessions/{made['id']}")
    assert kept.json()["title"] == "kept"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_units_that_deadlock_both_succeed(database_url: str):
    db = Database(database_url)
    together = threading.Barrier(2, timeout=20)
    tries: list[str] = []

    def transfer(session: Session, first: int, second: int) -> None:
        tries.append("try")
        raise_by_one = text("UPDATE pair SET n = n + 1 WHERE id = :id")
        session.execute(raise_by_one, {"id": first})
        if len(tries) <= 2:
            together.wait()
        session.execute(raise_by_one, {"id": second})

    try:
        await db.write(_make_pair)
        await asyncio.gather(db.write(transfer, 1, 2), db.write(transfer, 2, 1))
        sums = text("SELECT array_agg(n ORDER BY id) FROM pair")
        assert await db.read(lambda session: session.execute(sums).scalar_one()) == [2, 2]
        assert len(tries) == 3, "one of them ran again"
    finally:
        db.close()


def _make_pair(session: Session) -> None:
    session.execute(text("CREATE TABLE pair (id int PRIMARY KEY, n int)"))
    session.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_was_cut_comes_back(database_url: str):
    db = Database(database_url, pool=2)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    other = Database(database_url, pool=1)
    one = text("SELECT 1")
    try:
        await db.read(lambda session: session.execute(one).scalar())
        await other.write(lambda session: session.execute(cut).scalar())
        assert await db.read(lambda session: session.execute(one).scalar()) == 1
    finally:
        db.close()
        other.close()
