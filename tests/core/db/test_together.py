"""Units that wait for SQLite's one writer share a commit, and fail each for itself."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from menon.core.db import Database, work
from menon.core.db.work import after_commit
from menon.core.errors import Conflict


@pytest.fixture
async def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Database]:
    # How long five statements take is the machine's matter: what waits is taken in all the same.
    monkeypatch.setattr(work, "TOGETHER_S", 30.0)
    file = tmp_path / "shared.db"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    made.close()
    found = Database(f"sqlite:///{file}")
    yield found
    found.close()


@pytest.fixture
def commits(db: Database) -> list[str]:
    """What the writer committed, one entry a transaction."""
    seen: list[str] = []

    def note(_connection: Connection) -> None:
        seen.append("commit")

    event.listen(db.engines.write, "commit", note)
    return seen


def add(session: Session, number: int) -> int:
    session.execute(text("INSERT INTO thing VALUES (:number)"), {"number": number})
    return number


def fail(session: Session, number: int) -> None:
    add(session, number)
    raise ValueError(f"{number} is refused")


def numbers(session: Session) -> list[int]:
    return list(session.scalars(text("SELECT id FROM thing ORDER BY id")))


class Held:
    """Keeps the writer busy, so that what is written meanwhile waits."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._begun, self._go = threading.Event(), threading.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._db.write(self._hold))
        while not self._begun.is_set():
            await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        self._go.set()
        await self._task

    def _hold(self, session: Session) -> None:
        del session
        self._begun.set()
        self._go.wait(10)


async def test_units_that_wait_stand_in_one_transaction(db: Database, commits: list[str]) -> None:
    heard: list[int] = []

    def tell(session: Session, number: int) -> None:
        add(session, number)
        after_commit(session, lambda: heard.append(number))

    async with Held(db):
        writes = [asyncio.create_task(db.write(tell, n)) for n in range(5)]
        await asyncio.sleep(0)
        assert heard == []
    await asyncio.gather(*writes)
    assert heard == [0, 1, 2, 3, 4]
    assert await db.read(numbers) == heard
    assert len(commits) == 1


async def test_one_that_fails_takes_back_nothing_but_itself(db: Database) -> None:
    async with Held(db):
        writes: list[asyncio.Task[Any]] = [
            asyncio.create_task(db.write(add, 1)),
            asyncio.create_task(db.write(fail, 2)),
            asyncio.create_task(db.write(add, 1)),
            asyncio.create_task(db.write(add, 3)),
        ]
        await asyncio.sleep(0)
    found = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(each) for each in found] == [int, ValueError, Conflict, int]
    assert await db.read(numbers) == [1, 3]


async def test_each_runs_again_by_itself_where_the_shared_commit_fails(
    db: Database, commits: list[str]
) -> None:
    def break_it(session: Session) -> str:
        if session.connection().in_nested_transaction():
            session.execute(text("ROLLBACK"))  # as the database does when its disk is full
            session.execute(text("SELECT * FROM nowhere"))
        return "alone"

    async with Held(db):
        writes: list[asyncio.Task[Any]] = [
            asyncio.create_task(db.write(add, 1)),
            asyncio.create_task(db.write(break_it)),
            asyncio.create_task(db.write(add, 2)),
        ]
        dropped = asyncio.create_task(db.write(add, 9))
        await asyncio.sleep(0)
        dropped.cancel()
        await asyncio.sleep(0)
    assert await asyncio.gather(*writes) == [1, "alone", 2]
    assert dropped.cancelled()
    assert await db.read(numbers) == [1, 2]
    assert len(commits) == 2  # the broken one does nothing when it is alone
