"""Copying an installation while it runs, and putting a copy back.

A copy is a folder: `manifest.json`, `menon.db` (on PostgreSQL `menon.dump`), `blobs/`. Jobs, their
steps and what they did lie in the one database, so that a copy is of one moment. Blobs are taken
before and after it, so that each one which a row names is there. Keys are not in it; keep them
elsewhere.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session

from menon.core import holds
from menon.core.db.migrate import migrate
from menon.core.db.settings import database_url
from menon.core.jobs import go_on
from menon.core.keys import load_keys
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.settings import RootSettings, SettingsError
from menon.version import VERSION

MANIFEST = "manifest.json"
DUMP = "menon.dump"
FORMAT = 1
_SQLITE = "menon.db"
_BLOBS = "blobs"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a copy holds, as its manifest says."""

    made_at: str
    version: str
    vault_key: str
    """Fingerprint of the key without which the secrets in it cannot be read."""
    files: Mapping[str, str]
    """SHA-256 of each file but the blobs, whose names are theirs."""


def back_up(root: RootSettings, folder: Path, now: datetime) -> Copy:
    """Copy the databases and blobs of an installation into a new folder.

    Raises:
        SettingsError: the folder is in use, or `pg_dump` is missing or refuses.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = database_url(root)
    _copy_blobs(root.data_dir / _BLOBS, folder / _BLOBS)
    if url.startswith("sqlite"):
        _copy_sqlite(_file(url), folder / _SQLITE)
    else:
        _postgres("pg_dump", "--format=custom", f"--file={folder / DUMP}", url=url)
    _copy_blobs(root.data_dir / _BLOBS, folder / _BLOBS)
    made = Copy(
        made_at=now.isoformat(),
        version=VERSION,
        vault_key=_fingerprint(root),
        files={file.name: _digest(file) for file in sorted(folder.iterdir()) if file.is_file()},
    )
    text = json.dumps({"format": FORMAT, **vars(made)}, indent=2)
    (folder / MANIFEST).write_text(text + "\n")
    return made


def restore(root: RootSettings, folder: Path, now: datetime) -> Copy:
    """Put a copy into an empty data directory or database, with deliveries held.

    Raises:
        SettingsError: the copy is damaged or of another key, or something is there already.
    """
    found = read(folder)
    if found.vault_key != _fingerprint(root):
        raise SettingsError(
            "the copy was made under another vault key; put that key into"
            f" {root.data_dir / 'keys'} or MENON_VAULT_KEY first"
        )
    url = database_url(root)
    if url.startswith("sqlite"):
        file = _file(url)
        _refuse_existing(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / _SQLITE, file)
    else:
        _postgres("pg_restore", "--exit-on-error", "--no-owner", str(folder / DUMP), url=url)
    _copy_blobs(folder / _BLOBS, root.data_dir / _BLOBS)
    migrate(url, now=now)
    _hold(url, f"restored from a copy of {found.made_at}", now)
    return found


def read(folder: Path) -> Copy:
    """What a copy holds, once its files are what the manifest says.

    Raises:
        SettingsError: it is no copy, or is damaged.
    """
    try:
        given: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if given.pop("format") != FORMAT:
            raise SettingsError(f"{folder} was made by another version of this command")
        found = Copy(**given)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder} is not a backup: no readable {MANIFEST}") from error
    for name, digest in found.files.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise SettingsError(f"{folder / name} is missing or damaged; use another backup")
    return found


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a database that others write to."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=1000)
        # One file without its companions, so that a digest says all of it.
        new.execute("PRAGMA journal_mode=DELETE")


def _copy_blobs(source: Path, target: Path) -> None:
    """Copy the blobs that are not there; they never change, so a link serves on the same disk."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in source.rglob("*") if source.is_dir() else ():
        place = target / file.relative_to(source)
        if file.name.startswith(".") or not file.is_file() or place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, place)
        except OSError:
            shutil.copyfile(file, place)


def _postgres(program: str, *options: str, url: str) -> None:
    parsed = make_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": parsed.password} if parsed.password else {}
    shown = parsed.set(password=None).render_as_string(hide_password=False)
    try:
        subprocess.run(  # noqa: S603 - a fixed program; the address comes from the settings
            [program, *options, f"--dbname={shown}"],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **secret},
        )
    except FileNotFoundError as error:
        raise SettingsError(f"{program} is missing; install PostgreSQL's client tools") from error
    except subprocess.CalledProcessError as error:
        raise SettingsError(f"{program} refused: {str(error.stderr).strip()[:500]}") from error


def _hold(url: str, reason: str, now: datetime) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    try:
        with Session(engine) as session, session.begin():
            holds.hold(session, holds.OUTBOUND, reason, now)
    finally:
        engine.dispose()


def release(session: Session, now: datetime) -> int:
    """Let deliveries go out again, and answer how many had waited for it."""
    holds.release(session, holds.OUTBOUND)
    waiting = select(Run.id).where(Run.kind == RunKind.DELIVERY, Run.state == RunState.PAUSED)
    ids = list(session.scalars(waiting))
    for run_id in ids:
        go_on(session, run_id, now)
    return len(ids)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise SettingsError(f"{file} is there already; move it away before a restore")


def _fingerprint(root: RootSettings) -> str:
    return hashlib.sha256(b"menon vault key id" + load_keys(root).vault).hexdigest()[:16]


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
