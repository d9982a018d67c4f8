"""The database: two stores behind one pair of verbs, `read` and `write`."""

from menon.core.db.base import Base
from menon.core.db.database import Database, Priority
from menon.core.db.types import Id, Json, UtcDateTime

__all__ = ["Base", "Database", "Id", "Json", "Priority", "UtcDateTime"]
