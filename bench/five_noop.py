"""Runs of five steps that do nothing, by one engine or another: `python -m bench.five_noop`.

How: `menon`, `dbos` (raw, on an engine with WAL where it is SQLite), `shipped` (raw, as it comes).
It prints how many runs a second went through, from the first one that was wanted to the last end.
"""

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.orm import Session

from bench.five_steps import settings
from menon.core.feature import Feature
from menon.core.jobs import JobContext, enqueue, job
from menon.core.runs import store
from menon.core.runs.models import ENDED, Run, RunKind
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.entry.runtime import open_runtime
from menon.kit.ids import new_id

STEPS = 5
WARM = 5


@job("five_noop", queue="bulk")
async def five_noop(context: JobContext, payload: dict[str, Any]) -> int:
    """Five recorded steps."""
    del payload
    for n in range(STEPS):
        await context.step(f"step-{n}", nothing, n)
    return STEPS


async def nothing(n: int) -> int:
    """A step."""
    return n


feature = Feature(name="bench", jobs=(five_noop,))


async def ours(url: str, folder: Path, runs: int, at_once: int) -> float:
    """Menon's jobs, in one process that enqueues and works."""
    how = settings(url, folder, worker=True, bulk=at_once)
    how.root.data_dir.mkdir(exist_ok=True, parents=True)
    async with open_runtime(how, among=[feature]) as runtime:
        await _through(runtime, WARM)
        return await _through(runtime, runs)


async def _through(runtime: Runtime, runs: int) -> float:
    before = await runtime.db.read(_ended)
    began = time.perf_counter()
    for _ in range(runs):
        await runtime.db.write(_want, runtime)
    while await runtime.db.read(_ended) < before + runs:
        await asyncio.sleep(0.02)
    return runs / (time.perf_counter() - began)


def _want(session: Session, runtime: Runtime) -> None:
    run_id, now = new_id(), runtime.clock.now()
    store.create(session, NewRun(id=run_id, kind=RunKind.TASK, owner_id="bench"), now)
    enqueue(session, five_noop, {}, run_id=run_id, now=now)


def _ended(session: Session) -> int:
    found = select(func.count()).select_from(Run).where(Run.state.in_(ENDED))
    return session.scalar(found) or 0


async def raw(url: str, runs: int, at_once: int, *, wal: bool) -> float:
    """DBOS by itself, in one process."""
    import dbos

    config: dict[str, Any] = {"name": "raw", "system_database_url": url, "log_level": "ERROR"}
    if wal and url.startswith("sqlite"):
        config["system_database_engine"] = sqlite_engine(url)
    dbos.DBOS(config=dbos.DBOSConfig(**config))

    @dbos.DBOS.step()
    async def step(n: int) -> int:
        return n

    @dbos.DBOS.workflow()
    async def five() -> int:
        for n in range(STEPS):
            await step(n)
        return STEPS

    dbos.DBOS.launch()
    room = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with room:
            handle = await dbos.DBOS.start_workflow_async(five)
            await handle.get_result()

    await asyncio.gather(*(one() for _ in range(WARM)))
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(runs)))
    rate = runs / (time.perf_counter() - began)
    with contextlib.suppress(Exception):
        await asyncio.get_running_loop().run_in_executor(None, dbos.DBOS.destroy)
    return rate


def sqlite_engine(url: str) -> Engine:
    """Connections as DBOS makes its own, and with WAL, which it does not set: 3-4 times faster."""
    store = create_engine(
        url,
        pool_size=5,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 30},
    )

    @event.listens_for(store, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return store


async def main(how: str, url: str, folder: Path, runs: int, at_once: int) -> None:
    """Measure one engine."""
    if how == "menon":
        rate = await ours(url, folder, runs, at_once)
    else:
        rate = await raw(url, runs, at_once, wal=how == "dbos")
    print(json.dumps({"how": how, "runs_s": round(rate, 1)}), flush=True)


if __name__ == "__main__":
    _, how, url, folder, runs, at_once = sys.argv
    asyncio.run(main(how, url, Path(folder), int(runs), int(at_once)))
