"""Noticing that another process has written to the file of SQLite."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from menon.core.db.work import Calls, Held
from menon.core.errors import DatabaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Reads `PRAGMA data_version` where this process writes; stands in the lane like a unit.

    Commits of the same connection do not change the number, and nothing else writes here. A look
    costs 3 us and the hop, where a small query costs 700.

    Raises:
        DatabaseError: the file cannot be opened or read; the next look opens it anew.
    """

    held: Held
    engine: Engine

    def __call__(self) -> int:
        """The number, outside a transaction."""
        try:
            return _version(self.held.connection(self.engine))
        except (sqlite3.Error, SQLAlchemyError) as error:
            self.held.close()
            raise DatabaseError(retry_after=2) from error

    def within(self, connection: Connection) -> tuple[int, Calls]:
        """The number as the transaction of others sees it."""
        try:
            return _version(connection), ()
        except sqlite3.Error as error:
            raise DatabaseError(retry_after=2) from error


def _version(connection: Connection) -> int:
    raw: Any = connection.connection.dbapi_connection
    return int(raw.execute("PRAGMA data_version").fetchone()[0])
