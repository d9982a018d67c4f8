"""Learning that another process wrote: `PRAGMA data_version` on SQLite, LISTEN on PostgreSQL."""

import asyncio
import threading
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from menon.core.db import Database
from menon.core.runs.store import CHANNEL

POLL_S = 0.05
"""SQLite: the look at `data_version` costs 3 us."""

FALLBACK_S = 1.0
"""Followers look by themselves when no signal came for this long."""


class Tailer:
    """Wakes this process's followers of runs that are generated elsewhere.

    One idle thread with a connection of its own; it runs from when somebody follows.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiters: list[asyncio.Future[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    async def changed(self) -> None:
        """Return when some run may have new events, or after `FALLBACK_S`.

        One signal serves all: a follower's own query tells whether it was meant. The bound covers
        a change that came between a follower's query and its wait.
        """
        self._ensure()
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await asyncio.wait([waiter], timeout=FALLBACK_S)

    def close(self) -> None:
        """End the thread and wake everybody."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()
        self._wake()

    def _ensure(self) -> None:
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            watch = self._watch_sqlite if self._db.sqlite else self._watch_postgres
            self._thread = threading.Thread(target=watch, name="run-tailer", daemon=True)
            self._thread.start()

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _signal(self) -> None:
        if self._loop is not None and not self._closed.is_set():
            self._loop.call_soon_threadsafe(self._wake)

    def _watch_sqlite(self) -> None:
        raw: Any = self._db.engines.read.raw_connection()
        try:
            raw.detach()
            last = None
            while not self._closed.wait(POLL_S):
                version = raw.cursor().execute("PRAGMA data_version").fetchone()[0]
                if version != last:
                    last = version
                    self._signal()
        finally:
            raw.close()

    def _watch_postgres(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except (SQLAlchemyError, psycopg.Error):
                self._closed.wait(FALLBACK_S)

    def _listen(self) -> None:
        engine = self._db.engines.write.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            connection.detach()
            connection.execute(text(f"LISTEN {CHANNEL}"))
            while not self._closed.is_set():
                for _ in raw.notifies(timeout=FALLBACK_S / 4, stop_after=1):
                    self._signal()
