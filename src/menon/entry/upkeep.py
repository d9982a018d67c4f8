"""Small commands of an operator: migrate, copy and restore, print settings, print the API."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from menon.core.db import Database
from menon.core.db.migrate import migrate as run
from menon.core.db.settings import database_url
from menon.entry import backup as copies
from menon.entry.http import create_app
from menon.entry.runtime import read_settings


def migrate(to: str) -> None:
    """Bring the database to a revision and say where the backup is."""
    settings = read_settings()
    backup = run(database_url(settings.root), to=to, now=datetime.now(UTC))
    print(f"the database is at {to}")
    if backup:
        print(f"backup: {backup}")


def back_up(folder: Path) -> None:
    """Copy the installation into a folder and say what is in it, and what is not."""
    made = copies.back_up(read_settings().root, folder, datetime.now(UTC))
    print(f"copied {', '.join(made.files)} and the uploads to {folder}")
    print("the keys are not in it: keep a copy of the data directory's keys/ elsewhere")


def restore(folder: Path) -> None:
    """Put a copy back and say what to do next."""
    found = copies.restore(read_settings().root, folder, datetime.now(UTC))
    print(f"restored what version {found.version} copied at {found.made_at}")
    print("webhooks wait until you have looked: `menon release` lets them go out")


def release() -> None:
    """Let held deliveries go out."""
    settings = read_settings()
    with closing(Database(database_url(settings.root))) as db:
        waited = asyncio.run(db.write(copies.release, datetime.now(UTC)))
    print(f"released; {waited} deliveries had waited")


def show_settings(*, as_json: bool) -> None:
    """Print the settings in force; secrets are masked by their type."""
    shown = read_settings().shown()
    if as_json:
        print(json.dumps(shown, indent=2))
        return
    for name, value in shown.items():
        if not isinstance(value, dict):
            print(f"MENON_{name.upper()}={json.dumps(value)}")
            continue
        for key, one in cast("dict[str, Any]", value).items():
            print(f"MENON_{name.upper()}__{key.upper()}={json.dumps(one)}")


def openapi() -> None:
    """Print the OpenAPI document."""
    print(json.dumps(create_app(read_settings()).openapi(), indent=2))
