"""Migrations on populated data: up, down and up again, with children, on both databases."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from menon.core.db import revisions
from menon.core.db.migrate import MigrationError, head, migrate, pending

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MIGRATE = """
import sys
from datetime import UTC, datetime
from menon.core.db.migrate import migrate
migrate(sys.argv[1], now=datetime.now(UTC))
"""
AGENT = """INSERT INTO agent (id, owner_id, slug, name, description, agent_type, visibility,
 is_active, is_builtin, version, defined_in, created_at, updated_at) VALUES ('a', 'u', 'a', 'A',
 '', 'custom', 'private', true, false, 1, '', '2026-01-01', '2026-01-01')"""
VERSION = """INSERT INTO agent_version (id, agent_id, number, instructions, model, tools,
 collections, capabilities, limits, policy, note, created_by, created_at) VALUES ('v', 'a', 1, '',
 'auto', '[]', '[]', '[]', '{}', '[]', '', '', '2026-01-01')"""
ROWS = (AGENT, VERSION)


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    return create_engine(
        parsed
        if parsed.get_backend_name() == "sqlite"
        else parsed.set(drivername="postgresql+psycopg")
    )


def _run(url: str, *statements: str) -> None:
    engine = _engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _scalar(url: str, query: str) -> object:
    engine = _engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar()
    engine.dispose()
    return found


def test_a_step_down_and_up_keeps_rows_and_their_children(database_url: str):
    _run(database_url, *ROWS)
    migrate(database_url, to="0001", now=NOW)
    assert pending(database_url)
    assert _scalar(database_url, "SELECT count(*) FROM agent_version") == 1
    migrate(database_url, now=NOW)
    assert not pending(database_url)
    assert _scalar(database_url, "SELECT agent_id FROM agent_version") == "a"


def test_all_the_way_down_and_up_again(database_url: str):
    _run(database_url, *ROWS)
    migrate(database_url, to="base", now=NOW)
    migrate(database_url, now=NOW)
    assert not pending(database_url)
    _run(database_url, *ROWS)
    assert _scalar(database_url, "SELECT count(*) FROM agent_version") == 1


def test_an_unknown_newer_revision_is_refused_in_one_sentence(database_url: str):
    _run(database_url, *ROWS, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="'9999', which this version does not know") as caught:
        migrate(database_url, now=NOW)
    assert "\n" not in str(caught.value)
    assert _scalar(database_url, "SELECT count(*) FROM agent_version") == 1


def test_a_backup_is_made_before_and_five_are_kept(sqlite_only_url: str):
    _run(sqlite_only_url, *ROWS)
    folder = Path(make_url(sqlite_only_url).database or "").parent / "backups"
    assert migrate(sqlite_only_url, now=NOW) is None, "nothing to do, nothing to back up"
    made = [
        migrate(sqlite_only_url, to=to, now=NOW.replace(minute=n))
        for n, to in enumerate(["0001", "head"] * 4)
    ]
    assert sorted(map(str, folder.iterdir())) == sorted(str(name) for name in made[-5:])
    copy = sqlite3.connect(made[-1] or "")
    assert copy.execute("SELECT agent_id FROM agent_version").fetchall() == [("a",)]
    copy.close()
    assert (Path(made[-1] or "").stat().st_mode & 0o777) == 0o600


def test_orphans_stop_a_migration_and_change_nothing(sqlite_only_url: str):
    _run(sqlite_only_url, *ROWS, "DELETE FROM agent")  # foreign keys are off on this connection
    with pytest.raises(MigrationError, match="lose their parents"):
        migrate(sqlite_only_url, to="0001", now=NOW)
    assert not pending(sqlite_only_url)


async def test_two_processes_that_migrate_at_once_both_succeed(database_url: str):
    migrate(database_url, to="base", now=NOW)
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, database_url)
        for _ in range(2)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    assert not pending(database_url)


def test_the_newest_file_is_the_head_and_a_start_without_work_loads_no_alembic(database_url: str):
    assert revisions.newest_first()[0] == head()
    code = (
        "import sys\n" + MIGRATE.replace("import sys\n", "") + "\nprint('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
