"""Whether another process wrote: told apart from one's own commits where the store can tell."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.db.engines import open_engines
from menon.core.db.foreign import Look
from menon.core.db.work import Held
from menon.core.errors import DatabaseError


def add(session: Session) -> None:
    session.execute(text("INSERT INTO thing DEFAULT VALUES"))


async def test_the_number_tells_commits_of_others_from_our_own(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    made.close()
    one, other = (Database(f"sqlite:///{file}") for _ in range(2))
    try:
        first = await one.foreign()
        await one.write(add)
        assert await one.foreign() == first
        await asyncio.gather(*(one.write(add) for _ in range(5)), one.foreign())
        assert await one.foreign() == first
        await other.write(add)
        assert await one.foreign() != first
    finally:
        one.close()
        other.close()


async def test_where_the_store_does_not_tell_it_always_differs(database_url: str) -> None:
    db = Database(database_url)
    try:
        assert (await db.foreign() == await db.foreign()) is db.sqlite
    finally:
        db.close()


def test_a_connection_that_broke_is_told_by_its_code_and_replaced(sqlite_only_url: str) -> None:
    engines, held = open_engines(sqlite_only_url, readers=1, pool=1), Held()
    look = Look(held=held, engine=engines.write)
    try:
        assert look() == look()
        connection = held.connection(engines.write)
        raw: Any = connection.connection.dbapi_connection
        raw.close()
        with pytest.raises(DatabaseError):
            look.within(connection)
        with pytest.raises(DatabaseError):
            look()
        assert look() == look()
    finally:
        held.close()
        engines.dispose()
