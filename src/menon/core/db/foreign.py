"""Noticing that another process has written to the file of SQLite."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from menon.core.db.work import Calls, Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Reads `PRAGMA data_version` where this process writes; stands in the lane like a unit.

    Commits of the same connection do not change the number, and nothing else writes here. A look
    costs 3 us and the hop, where a small query costs 700.
    """

    held: Held
    engine: Engine

    def __call__(self) -> int:
        """The number, outside a transaction."""
        return _version(self.held.connection(self.engine))

    def within(self, connection: Connection) -> tuple[int, Calls]:
        """The number as the transaction of others sees it."""
        return _version(connection), ()


def _version(connection: Connection) -> int:
    raw: Any = connection.connection.dbapi_connection
    return int(raw.execute("PRAGMA data_version").fetchone()[0])
