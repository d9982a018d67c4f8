"""Writes to SQLite from many sides: `python -m bench writes`.

A person's small writes to a server while another process ingests, a thousand connections at once,
and eight processes that write and read the same file beside the server.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from bench import load
from bench.figures import Figure
from bench.harness import folder
from bench.memory import HANDBOOK
from bench.processes import percentiles
from bench.served import MENON, START_S, Served, environment, served
from menon.core.errors import MenonError
from menon.core.runs import queries, store
from menon.core.runs.models import RunKind
from menon.core.settings import load as load_settings
from menon.entry.parts import sections
from menon.entry.runtime import open_runtime
from menon.kit.ids import new_id

WRITE_MS = 50.0
SECONDS = 15.0
PROCESSES = 8
WRITES = 200
CONNECTIONS = 1000
SESSIONS = "/api/v1/chat/sessions"


async def measure() -> list[Figure]:
    """The three loads, one after the other."""
    with folder() as at:
        async with served(at) as ours:
            quiet = await _small_writes(ours)
            async with ingesting(at) as rounds:
                busy = await _small_writes(ours)
            figures = [_beside(quiet, busy, len(rounds))]
            crowd = await _rest(ours, "-c", str(CONNECTIONS), "--seconds", "10", "--ramp", "2")
            figures.append(_crowd(crowd))
            figures.append(await _processes(at / "data"))
    return figures


@contextlib.asynccontextmanager
async def ingesting(at: Path) -> AsyncGenerator[list[int]]:
    """Another process that reads the handbook again and again; the exit codes of its rounds."""
    rounds: list[int] = []
    task = asyncio.create_task(_ingest(at, rounds))
    try:
        async with asyncio.timeout(START_S):
            while not rounds:  # the first round loads the libraries and the weights
                await asyncio.sleep(0.1)
        yield rounds
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _ingest(at: Path, rounds: list[int]) -> None:
    while True:
        command = (MENON, "ingest", str(HANDBOOK), "--collection", f"handbook-{len(rounds)}")
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment(at / "data"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            rounds.append(await process.wait())
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _small_writes(ours: Served) -> dict[str, Any]:
    """New conversations, one after the other on two connections."""
    return await _rest(ours, "-c", "2", "--seconds", str(SECONDS))


async def _rest(ours: Served, *options: str) -> dict[str, Any]:
    given = ["rest", ours.url + SESSIONS, "--body", json.dumps({"title": "Talk {seq}"})]
    return await load.measure(load.parse([*given, *ours.headers, *options]))


def _beside(quiet: dict[str, Any], busy: dict[str, Any], rounds: int) -> Figure:
    return Figure(
        name="chat write beside an ingestion, p99",
        value=busy["ms p50/p99/max"][1],
        unit="ms",
        limit=WRITE_MS,
        held=set(busy["status"]) == {201},
        notes={"p50_p99_max": busy["ms p50/p99/max"], "alone": quiet["ms p50/p99/max"]}
        | {"status": busy["status"], "ingestions": rounds},
    )


def _crowd(found: dict[str, Any]) -> Figure:
    wrong = {status: n for status, n in found["status"].items() if status != 201}
    return Figure(
        name=f"{CONNECTIONS} connections that write, errors",
        value=sum(wrong.values()) + found["bad"],
        limit=0,
        held=found["status"].get(201, 0) > 0,
        notes={"wrong": wrong, "why": found.get("why", {}), "writes": found["status"].get(201)}
        | {"p50_p99_max_ms": found["ms p50/p99/max"]},
    )


async def _processes(data: Path) -> Figure:
    """Eight processes write and read the file that the server has open, too."""
    clients = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.writes", str(data)), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(PROCESSES)
    ]
    answers = [json.loads((await client.communicate())[0]) for client in clients]
    failed = [answer for each in answers for answer in each["failed"]]
    times = [ms for each in answers for ms in each["ms"]]
    return Figure(
        name=f"{PROCESSES} processes x {WRITES} writes with reads, refused",
        value=len(failed),
        limit=0,
        held=len(times) + len(failed) == PROCESSES * WRITES,
        notes={"failed": failed[:3], "write_p50_p99_max_ms": percentiles(times, 0.5, 0.99, 1.0)},
    )


async def client(data: Path) -> dict[str, Any]:
    """Write and read in turns; what was refused, and how long each write took."""
    failed: list[str] = []
    times: list[float] = []
    settings = load_settings(sections([]), environ={}, data_dir=data)
    async with open_runtime(settings, among=[]) as runtime:
        for _ in range(WRITES):
            run_id, began = new_id(), time.monotonic()
            new = store.NewRun(id=run_id, kind=RunKind.TASK, owner_id="bench")
            try:
                await runtime.db.write(store.create, new, runtime.clock.now())
                times.append((time.monotonic() - began) * 1000)
                if await runtime.db.read(queries.epoch_and_state, run_id) is None:
                    failed.append("written, and not there")
            except MenonError as error:
                failed.append(repr(error))
    return {"failed": failed, "ms": times}


def run() -> list[Figure]:
    """The figures of writes."""
    return asyncio.run(measure())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(client(Path(sys.argv[1])))))
