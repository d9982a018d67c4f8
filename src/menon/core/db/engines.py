"""SQLAlchemy engines for the two stores; what differs between them at connect time is here."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

DEADLINE_S = 30.0
"""A unit of work may take this long before its statement is stopped."""

_PROGRESS_STEPS = 20_000
"""SQLite virtual-machine steps between two looks at the deadline, about a millisecond."""


@dataclass(frozen=True, kw_only=True)
class Engines:
    """The engine that writes and the one that reads; on PostgreSQL they share a pool."""

    write: Engine
    read: Engine

    @property
    def sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


_READ_KIB, _WRITE_KIB = 4000, 1000
"""Pages that a connection keeps. Who writes goes back to few of them."""


def open_engines(url: str, *, readers: int, pool: int) -> Engines:
    """Engines for a database URL; the driver of PostgreSQL is psycopg whatever the URL says."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(parsed.database or "")
        return Engines(
            write=_sqlite(file, pool=1, begin="BEGIN IMMEDIATE", query_only=False),
            read=_sqlite(file, pool=readers, begin="BEGIN", query_only=True),
        )
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=3600,
        connect_args={
            "options": f"-c statement_timeout={int(DEADLINE_S * 1000)} -c timezone=UTC",
            "connect_timeout": 10,
        },
    )
    return Engines(write=engine, read=engine.execution_options(postgresql_readonly=True))


def _sqlite(file: Path, *, pool: int, begin: str, query_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{file}",
        pool_size=pool,
        max_overflow=1,  # each thread holds one; the watcher of other processes takes one more
        connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        # The driver must not begin transactions by itself: deferred ones fail under contention.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            f"cache_size=-{_READ_KIB if query_only else _WRITE_KIB}",
            "mmap_size=0",
            "temp_store=MEMORY",
            "wal_autocheckpoint=1000",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        info = record.info
        info["deadline"] = None
        connection.set_progress_handler(
            lambda: bool((at := info["deadline"]) and time.monotonic() > at), _PROGRESS_STEPS
        )

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.info["deadline"] = time.monotonic() + DEADLINE_S
        # The driver itself: through SQLAlchemy the two words cost as much as a small statement.
        try:
            connection.connection.execute(begin)
        except sqlite3.Error as error:
            raise OperationalError(begin, None, error) from error

    return engine
