"""Bringing the schema up to date: one leader migrates, the others wait for it."""

import contextlib
import fcntl
import sqlite3
from collections.abc import Generator
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

_LOCK = 0x6D656E6F6E  # "menon": the advisory lock of PostgreSQL under which one process migrates
_KEPT_BACKUPS = 5


class MigrationError(Exception):
    """The schema could not be brought up to date; nothing was changed."""


def migrate(url: str, *, to: str = "head", now: datetime) -> str | None:
    """Bring the database to a revision and return the backup's path where one was made.

    SQLite runs on a connection of its own with foreign keys off, since a rebuild of a table with
    them on deletes its children; they are checked afterwards, before the commit.

    Raises:
        MigrationError: rows would point to nothing afterwards.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
        with contextlib.closing(_Disposing(engine)), engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            connection.commit()
            try:
                with connection.begin():
                    if to != "head" or not is_current(connection):
                        _run(connection, to)
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
        return None
    file = Path(parsed.database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    with _locked(file.with_suffix(".lock")):
        return _migrate_sqlite(file, to, now)


def pending(url: str) -> bool:
    """Whether the database lacks a revision of this build."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not Path(parsed.database or "").exists():
            return True
    else:
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    with contextlib.closing(_Disposing(engine)), engine.connect() as connection:
        return not is_current(connection)


def is_current(connection: Connection) -> bool:
    """Whether the connected database is at the newest revision of this build."""
    return _current(connection) == head()


def head() -> str:
    """The newest revision of this build, by the names of the files that hold them."""
    found = (entry.name for entry in files("menon.migrations.versions").iterdir())
    return max(name for name in found if name.endswith(".py") and name[:4].isdigit())[:4]


class _Disposing:
    """Closes an engine at the end of a `with`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _run(connection: Connection, to: str) -> None:
    # Alembic is 11 MiB and a fifth of a second, for the one start in many that has work for it.
    from menon.core.db import revisions

    current, order = _current(connection), revisions.newest_first()
    if current is not None and current not in order:
        raise MigrationError(
            f"the database is at revision {current!r}, which this version does not know;"
            " use the version that wrote it, or a newer one"
        )
    down = to == "base" or (
        to in order and current in order and order.index(to) > order.index(current)
    )
    revisions.apply(connection, to, down=down)


def _migrate_sqlite(file: Path, to: str, now: datetime) -> str | None:
    fresh = not file.exists() or file.stat().st_size == 0
    if to == "head" and not fresh and not pending(f"sqlite:///{file}"):
        return None
    backup = None if fresh else _backup(file, now)
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 60})
    with contextlib.closing(_Disposing(engine)), engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if not isinstance(raw, sqlite3.Connection):
            raise MigrationError(f"{type(raw)!r} is not the driver that was expected")
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _run(connection, to)
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if orphans:
            connection.rollback()
            raise MigrationError(f"rows would lose their parents: {orphans!r}; nothing was changed")
        connection.commit()
    return str(backup) if backup else None


def _backup(file: Path, now: datetime) -> Path:
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / f"{file.stem}-{now:%Y%m%dT%H%M%S%f}.db"
    with (
        contextlib.closing(sqlite3.connect(file)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    target.chmod(0o600)
    for old in sorted(folder.glob(f"{file.stem}-*.db"))[:-_KEPT_BACKUPS]:
        old.unlink()
    return target


@contextlib.contextmanager
def _locked(file: Path) -> Generator[None]:
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
