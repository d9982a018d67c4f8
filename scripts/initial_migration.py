"""Write the first revision anew from the tables as they are; only until the first release."""

import pkgutil
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import menon.core
from menon.core.db.base import Base
from menon.entry.parts import features

TARGET = Path(__file__).parent.parent / "src/menon/migrations/versions/0001_platform.py"

HEAD = '''"""The platform's tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import menon.core.db.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
{up}


def downgrade() -> None:
{down}
'''


def main() -> None:
    """Import every table, compare with an empty database, write the difference."""
    for module in pkgutil.walk_packages(menon.core.__path__, "menon.core."):
        __import__(module.name)
    features()
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"render_as_batch": False})
            script = produce_migrations(context, Base.metadata)
        engine.dispose()
    up, down = (
        render_python_code(ops, sqlalchemy_module_prefix="sa.", alembic_module_prefix="op.")
        for ops in (script.upgrade_ops, script.downgrade_ops)
    )
    indent = "\n".join
    TARGET.write_text(
        HEAD.format(
            up=indent("    " + line.strip("\n") if line else "" for line in up.splitlines()),
            down=indent("    " + line.strip("\n") if line else "" for line in down.splitlines()),
        )
    )
    sys.stdout.write(f"wrote {TARGET.name}: {len(Base.metadata.tables)} tables\n")


if __name__ == "__main__":
    main()
