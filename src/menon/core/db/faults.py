"""What a database driver's error means to a caller."""

from sqlalchemy.exc import DBAPIError, IntegrityError

from menon.core.errors import Conflict, DatabaseError, MenonError, Overloaded, StorageFull

_RETRY_STATES = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock detected."""

_FULL = ("database or disk is full", "disk full", "no space left")
_BUSY = ("database is locked", "interrupted", "statement timeout", "too many clients")


def may_retry(error: DBAPIError) -> bool:
    """Whether the same unit may succeed when it runs again at once."""
    return getattr(error.orig, "sqlstate", None) in _RETRY_STATES


def translated(error: DBAPIError) -> MenonError | DBAPIError:
    """The error as callers know it; one that means a bug stays what it is."""
    text = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None) or ""
    if isinstance(error, IntegrityError):
        return Conflict("Such a thing exists already, or something that it needs is gone.")
    if state == "53100" or any(word in text for word in _FULL):
        return StorageFull(retry_after=30)
    if state in {"57014", "53300"} or any(word in text for word in _BUSY):
        return Overloaded(retry_after=1)
    if error.connection_invalidated or state.startswith(("08", "57P")) or _is_operational(error):
        return DatabaseError(retry_after=2)
    return error


def _is_operational(error: DBAPIError) -> bool:
    # sqlite3 calls a missing table and a write in a read operational too; those are our mistakes.
    text = str(error.orig)
    ours = "no such" in text or "readonly" in text
    return type(error).__name__ == "OperationalError" and not ours
