"""Plain statements and mapped rows in one unit, and a file that somebody else keeps."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.errors import Overloaded
from menon.core.instances import Instance

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def _count(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Instance)).scalar_one()


def _plainly(session: Session, ident: str) -> None:
    """Without a mapped row."""
    session.connection().execute(
        insert(Instance),
        {"id": ident, "host": "h", "pid": 1, "born": "b", "started_at": NOW, "beat_at": NOW},
    )


@pytest.mark.parametrize("order", ["plain first", "rows first"])
@pytest.mark.parametrize("fails", [False, True])
async def test_plain_statements_and_rows_of_a_unit_stand_or_fall_together(
    db: Database, order: str, *, fails: bool
):
    def unit(session: Session) -> None:
        if order == "plain first":
            _plainly(session, "plain")
        session.add(Instance(id="row", host="h", pid=1, born="b", started_at=NOW, beat_at=NOW))
        if order == "rows first":
            session.flush()
            _plainly(session, "plain")
        if fails:
            raise LookupError("halfway")

    if fails:
        with pytest.raises(LookupError):
            await db.write(unit)
    else:
        await db.write(unit)
    assert await db.read(_count) == (0 if fails else 2)
    await db.write(_plainly, "after")
    assert await db.read(_count) == (1 if fails else 3)


async def test_a_file_that_another_process_keeps_is_refused_as_busy(sqlite_only_url: str):
    db = Database(sqlite_only_url)

    def impatient(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA busy_timeout=0")

    event.listen(db.engines.write, "connect", impatient)
    other = sqlite3.connect(sqlite_only_url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Overloaded):
            await db.write(_plainly, "kept out")
        other.execute("ROLLBACK")
        await db.write(_plainly, "let in")
        assert await db.read(_count) == 1
    finally:
        other.close()
        db.close()
