"""Settings of the database."""

from pathlib import Path
from typing import ClassVar

from menon.core.settings import RootSettings, Section, setting


class DatabaseSettings(Section):
    """How the database is used; which one it is stands in `database_url`."""

    name: ClassVar[str] = "database"

    readers: int = setting(4, "Reader threads on SQLite.", ge=1, le=64)
    pool: int = setting(8, "Connections of one process on PostgreSQL.", ge=1, le=200)
    waiting: int = setting(2000, "Units of work that may wait before 503 is answered.", ge=10)
    auto_migrate: bool = setting(
        True, "Migrate at start: SQLite with a backup before it, PostgreSQL under a lock."
    )


def database_url(root: RootSettings) -> str:
    """The configured URL, or the SQLite file in the data directory."""
    if root.database_url is not None:
        return root.database_url.get_secret_value()
    return f"sqlite:///{sqlite_file(root)}"


def sqlite_file(root: RootSettings) -> Path:
    """Where the embedded database lies."""
    return root.data_dir.absolute() / "menon.db"
