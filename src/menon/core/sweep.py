"""Forgetting what is old: each part says what it no longer needs, one task sees to it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.kit.clock import Clock

EVERY_S = 600.0
BATCH = 200
"""Rows in one unit of work: below 20 ms."""

Sweep = Callable[[Session, datetime, int], int]
"""Deletes up to so many rows that are of no use at this time, and answers how many."""

_log = logging.getLogger(__name__)


class Sweeper:
    """Runs the sweeps; several processes may do so at once."""

    def __init__(self, db: Database, clock: Clock, sweeps: Sequence[Sweep]) -> None:
        self._db = db
        self._clock = clock
        self._sweeps = sweeps

    async def run(self) -> None:
        """Sweep every few minutes."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.once()
            except DatabaseError:
                _log.warning("the sweep is put off, since the database does not answer")

    async def once(self) -> int:
        """Delete all that is old, batch by batch, and answer how many rows went."""
        gone = 0
        for sweep in self._sweeps:
            while count := await self._db.write_bulk(sweep, self._clock.now(), BATCH):
                gone += count
        return gone


@contextlib.asynccontextmanager
async def open_sweeper(runtime: Runtime, *, sweeps: Sequence[Sweep]) -> AsyncGenerator[Sweeper]:
    """Sweep for as long as the process lives."""
    sweeper = Sweeper(runtime.db, runtime.clock, sweeps)
    task = asyncio.create_task(sweeper.run())
    try:
        yield sweeper
    finally:
        task.cancel()
        await asyncio.wait([task])
