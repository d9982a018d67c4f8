"""A worker that is killed while it generates; another one finishes what it began."""

import asyncio
import contextlib
import os
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.specs import BOOKS
from tests.fixtures.server import KEYS

CODE = f"{API}/codebases"


@contextlib.asynccontextmanager
async def worker(folder: Path, database_url: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A process of its own that works on the jobs of this database; killed at the end."""
    environ = {
        "PATH": os.environ["PATH"],
        "MENON_DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": KEYS["secret_key"],
        "MENON_VAULT_KEY": KEYS["vault_key"],
        "MENON_DATABASE__AUTO_MIGRATE": "false",
        "MENON_STUDIO__PREPARE": "false",
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


async def test_a_survivor_finishes_what_a_killed_worker_began(
    lead: Lead, database_url: str, tmp_path: Path
):
    project = await lead.project()
    made = await keep(lead.client, project, BOOKS)
    await lead.client.post(f"{API}/specifications/{made['id']}/approve")
    body = {"project_id": project}
    place = f"{CODE}/{(await lead.client.post(f'{CODE}/generate', json=body)).json()['id']}"
    async with worker(tmp_path, database_url) as first, asyncio.timeout(60):
        while not (await lead.client.get(place)).json()["completed_phases"]:
            await asyncio.sleep(0.005)
        first.kill()
    cut = (await lead.client.get(place)).json()
    assert cut["status"] == "generating"
    async with worker(tmp_path, database_url), asyncio.timeout(90):
        while (run := await _run_of(lead, cut))["state"] != "completed":
            await asyncio.sleep(0.05)
        found = (await lead.client.get(place)).json()
    # Its tests cannot run here, since no environment is prepared; all before that is done.
    assert "menon studio prepare" in found["error"]
    assert found["completed_phases"] == 6
    assert (found["status"], run["attempts"]) == ("failed", 2)
    params = {"branch": "generated", "limit": 200}
    log = (await lead.client.get(f"{API}/projects/{project}/git/log", params=params)).json()
    messages = Counter(one["message"].strip() for one in log["items"])
    assert set(messages.values()) == {1}, "no phase is committed twice"
    commits = found["generation_metadata"]["commits"]
    assert commits["generate_documentation"] == log["items"][0]["commit"]


async def _run_of(lead: Lead, codebase: dict[str, Any]) -> dict[str, Any]:
    return (await lead.client.get(f"{API}/runs/{codebase['run_id']}")).json()
