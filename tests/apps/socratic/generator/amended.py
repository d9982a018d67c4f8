"""A generated project in a folder, whose specification is amended."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine

from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.generator.history import History, of_trees
from menon.apps.socratic.specification import Specification

_STEPS: Final = """
import sys
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from app import manage
from app.core.config import Settings
from app.core.database import Database
from app.tables import Base

def compare():
    with Database(Settings.from_environment().database_url).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
        assert found == [], found
        if connection.dialect.name == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            assert lost == [], lost

for step in sys.argv[1:]:
    name, _, to = step.partition(":")
    if name == "compare":
        compare()
    elif name == "seed":
        manage.main(["seed"])
    else:
        getattr(command, name)(Config("alembic.ini"), to)
"""
"""Several steps in one process: `upgrade:head`, `downgrade:0001`, `seed`, `compare`."""

UPGRADED: Final = ("upgrade:head", "compare")


class Project:
    """A generated project in a folder, with a database."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'data.db'}"
        self.tree: dict[str, bytes] = {}

    def generate(self, spec: Specification, history: History | None = None) -> dict[str, bytes]:
        self.tree = generate(spec, Options(history=history))
        for path, content in self.tree.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return self.tree

    def amend(self, spec: Specification, ours: Mapping[str, bytes] | None = None) -> str:
        """Generate again; answers the text of the migration that came."""
        history = of_trees(self.tree, ours if ours is not None else self.tree)
        assert history is not None
        before = set(self.tree)
        fresh = [path for path in self.generate(spec, history) if path not in before]
        found = [path for path in fresh if path.startswith("migrations/versions/")]
        assert len(found) == 1, found
        return self.tree[found[0]].decode()

    def run(self, *arguments: str, fails: bool = False) -> str:
        environment = os.environ | {
            "APP_DATABASE_URL": self.url,
            "APP_PASSWORD": "a long password",
            "APP_PASSWORD_MEMORY_KIB": "8",
            "APP_PASSWORD_PASSES": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stdout[-2_000:] + done.stderr[-3_000:]
        return done.stdout + done.stderr

    def steps(self, *steps: str, fails: bool = False) -> str:
        return self.run("-c", _STEPS, *steps, fails=fails)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        engine = create_engine(self.url)
        try:
            with engine.begin() as connection:
                found = connection.exec_driver_sql(query)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()


def filled(project: Project, spec: Specification) -> None:
    """A database with the tables of a specification and some records of each."""
    project.generate(spec)
    project.steps("upgrade:head", "seed")
