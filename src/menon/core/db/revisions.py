"""The revisions of this build, applied by Alembic; imported where there is work to do."""

from collections.abc import Sequence

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def newest_first() -> Sequence[str]:
    """The names of all revisions."""
    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]


def apply(connection: Connection, to: str, *, down: bool) -> None:
    """Bring the connected database up, or down, to a revision, in the transaction that is open."""
    config = _config()
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "menon:migrations")
    config.set_main_option("path_separator", "os")
    return config
