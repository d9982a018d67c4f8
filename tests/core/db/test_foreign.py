"""Whether another process wrote: told apart from one's own commits where the store can tell."""

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from menon.core.db import Database


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
