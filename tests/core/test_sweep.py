"""What is old is forgotten, batch by batch."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from tests.fixtures.server import NOW

from menon.core import sweep
from menon.core.db import Database
from menon.core.errors import DatabaseError
from menon.core.sweep import BATCH, Sweeper
from menon.kit.clock import FixedClock


@pytest.fixture
def db(sqlite_only_url: str) -> Iterator[Database]:
    opened = Database(sqlite_only_url)
    yield opened
    opened.close()


class Heap:
    """So many old things."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.calls = 0

    def sweep(self, session: Session, now: datetime, limit: int) -> int:
        assert now == NOW
        self.calls += 1
        taken = min(self.left, limit)
        self.left -= taken
        return taken


async def test_everything_old_goes_in_batches(db: Database) -> None:
    large, none = Heap(2 * BATCH + 1), Heap(0)
    sweeper = Sweeper(db, FixedClock(NOW), [large.sweep, none.sweep])
    assert await sweeper.once() == 2 * BATCH + 1
    assert (large.left, large.calls, none.calls) == (0, 4, 1)


async def test_a_database_that_is_away_puts_it_off(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = asyncio.Queue[int]()

    def failing(session: Session, now: datetime, limit: int) -> int:
        rounds.put_nowait(1)
        raise DatabaseError

    monkeypatch.setattr(sweep, "EVERY_S", 0)
    task = asyncio.create_task(Sweeper(db, FixedClock(NOW), [failing]).run())
    await rounds.get()
    await rounds.get()
    task.cancel()
    assert "put off" in caplog.text
