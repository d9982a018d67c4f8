"""A worker that is killed in the middle of a diamond; another one finishes it."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.features.workflows.conftest import Desk, Receiver, Steps, said, step_of
from tests.fixtures.server import KEYS


@pytest.fixture
def overrides(receiver_port: int) -> dict[str, Any]:
    return {"outbound": {"allow": [f"127.0.0.1:{receiver_port}"]}, "jobs": {"worker": False}}


@contextlib.asynccontextmanager
async def worker(
    folder: Path, database_url: str, port: int
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A process of its own that works on the jobs of this database; killed at the end."""
    environ = {
        "PATH": os.environ["PATH"],
        "MENON_DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": KEYS["secret_key"],
        "MENON_VAULT_KEY": KEYS["vault_key"],
        "MENON_DATABASE__AUTO_MIGRATE": "false",
        "MENON_OUTBOUND__ALLOW": json.dumps([f"127.0.0.1:{port}"]),
    }
    command = ("-c", "from menon.entry.cli import app; app()", "worker")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=folder, env=environ, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def http(url: str, *after: str) -> dict[str, Any]:
    config = {"method": "POST", "url": url, "json": {"n": 1}}
    return {"type": "http", "config": config, "dependencies": list(after)}


async def test_a_survivor_goes_on_where_a_killed_worker_was(
    desk: Desk, receiver: Receiver, receiver_port: int, database_url: str, tmp_path: Path
):
    url = receiver.url
    held = asyncio.Event()

    def answer(path: str, n: int) -> bytes | None:
        if path == "/c" and n == 1:
            held.set()
            return None
        return said({"path": path})

    receiver.answer = answer
    steps: Steps = {
        "a": http(f"{url}/a"),
        "b": http(f"{url}/b", "a"),
        "c": http(f"{url}/c", "a"),
        "d": http(f"{url}/d", "b", "c"),
        "e": http(f"{url}/e", "d"),
    }
    execution = await desk.begin(steps)
    async with worker(tmp_path, database_url, receiver_port), asyncio.timeout(60):
        await held.wait()
        while step_of(await desk.get(execution), "b")["state"] != "completed":
            await asyncio.sleep(0.01)
    async with worker(tmp_path, database_url, receiver_port), asyncio.timeout(60):
        found = await desk.ended(execution)
    assert found["state"] == "completed", found["error"]
    assert [step["attempt"] for step in found["steps"]] == [1, 1, 2, 1, 1]
    assert sorted(receiver.paths()) == ["/a", "/b", "/c", "/c", "/d", "/e"]
    # A receiver that honours keys sees each effect once.
    assert sorted(receiver.effects) == [f"{execution}:{name}" for name in "abcde"]
