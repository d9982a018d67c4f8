"""Durable work beside its engine, and what it costs a process: `python -m bench durable`.

Ratios are of runs a second in turns with raw DBOS on the same disk; the rest are times and shares
of a core under a stated load.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.figures import Figure
from bench.five_steps import settings
from bench.harness import Child, children, database, folder
from bench.memory import pss
from bench.processes import family, percentiles, usage
from bench.served import MENON, environment
from menon.core.auth import Principal, Role
from menon.core.feature import Feature
from menon.core.http import Page
from menon.core.jobs import Job, JobContext, enqueue, job
from menon.core.runs import store
from menon.core.runs.models import ENDED, Run, RunKind, RunState
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.entry.runtime import open_runtime
from menon.features.runs import service
from menon.features.runs.queries import Filter
from menon.kit.ids import new_id

ROUNDS = 3
RUNS = 60
AT_ONCE = 8


@job("starts")
async def starts(context: JobContext, payload: dict[str, Any]) -> float:
    """Answers when it began."""
    del context, payload
    return time.time()


@job("short", queue="bulk")
async def short(context: JobContext, payload: dict[str, Any]) -> None:
    """Does nothing."""


@job("waits")
async def waits(context: JobContext, payload: dict[str, Any]) -> None:
    """Five steps that wait, as calls to others do."""
    del payload
    for n in range(5):
        await context.step(f"step-{n}", asyncio.sleep, 0.2)


feature = Feature(name="bench", jobs=(starts, short, waits))


def throughput() -> Iterator[Figure]:
    """Five-step runs a second of ours, of raw DBOS with WAL, and of DBOS as it comes."""
    turns = [{how: _rate(how) for how in ("menon", "dbos", "shipped")} for _ in range(ROUNDS)]
    rates = {how: statistics.median(turn[how] for turn in turns) for how in turns[0]}
    for peer, least in (("dbos", 0.8), ("shipped", 2.0)):
        ratio = round(rates["menon"] / rates[peer], 2)
        name = f"five-step runs beside {peer}, SQLite"
        yield Figure(name=name, value=ratio, unit="x", limit=least, least=True, notes=rates)


def _rate(how: str) -> float:
    with folder() as at:
        url = f"sqlite:///{at / ('menon.db' if how == 'menon' else 'raw.db')}"
        command = [sys.executable, "-m", "bench.five_noop", how, url, str(at)]
        done = subprocess.run(
            [*command, str(RUNS), str(AT_ONCE)], stdout=subprocess.PIPE, text=True, check=True
        )
    return float(json.loads(done.stdout.splitlines()[-1])["runs_s"])


async def begins(store_name: str) -> list[Figure]:
    """From the commit in one process to the first line of the job in another."""
    with folder() as at, database(store_name, at) as url:
        worker = Child("bench.durable", url, str(at), "8", "2", log=at / "worker.log")
        how = settings(url, at, worker=False)
        async with open_runtime(how, among=[feature]) as runtime, children([worker]):
            await _done(runtime, [await _want(runtime, starts)])
            wanted: dict[str, float] = {}
            for _ in range(150):
                wanted[await _want(runtime, starts)] = time.time()
                await asyncio.sleep(0.03)
            began = await _done(runtime, wanted)
    late = [1000 * (began[run_id] - at) for run_id, at in wanted.items()]
    p50, p99 = percentiles(late, 0.5, 0.99)
    name = f"interactive enqueue to start, {store_name}"
    return [
        Figure(name=f"{name}, p50", value=p50 or 0.0, unit="ms", limit=100.0),
        Figure(name=f"{name}, p99", value=p99 or 0.0, unit="ms", limit=150.0),
    ]


async def limited() -> list[Figure]:
    """A queue with room for three, filled by another process."""
    with folder() as at, database("sqlite", at) as url:
        worker = Child("bench.durable", url, str(at), "8", "3", log=at / "worker.log")
        how = settings(url, at, worker=False)
        async with open_runtime(how, among=[feature]) as runtime:
            ids = [await _want(runtime, short) for _ in range(100)]
            async with children([worker]):
                began = time.perf_counter()
                await _done(runtime, ids)
                rate = round(len(ids) / (time.perf_counter() - began), 1)
    name = "a queue with room for three"
    return [Figure(name=name, value=rate, unit="runs/s", limit=20.0, least=True)]


async def idle() -> list[Figure]:
    """A worker that has nothing to do."""
    with folder() as at:
        process = await asyncio.create_subprocess_exec(
            *(MENON, "worker"), cwd=at, env=environment(at / "data")
        )
        try:
            await asyncio.sleep(15)
            before = usage(family(process.pid)).cpu
            await asyncio.sleep(20)
            pids = family(process.pid)
            share = 100 * (usage(pids).cpu - before) / 20
            memory = sum(map(pss, pids)) / 2**20
        finally:
            process.terminate()
            await process.wait()
    return [
        Figure(name="idle worker", value=round(share, 1), unit="% core", limit=6.0),
        Figure(name="idle worker, PSS", value=round(memory, 1), unit="MiB", limit=180.0),
    ]


async def lag() -> list[Figure]:
    """How late the loop of a process is that has 150 runs in flight."""
    with folder() as at, database("sqlite", at) as url:
        how = settings(url, at, worker=True, interactive=150)
        async with open_runtime(how, among=[feature]) as runtime:
            ids = [await _want(runtime, waits) for _ in range(300)]
            late: list[float] = []
            watch = asyncio.create_task(_watch(late))
            await _done(runtime, ids)
            watch.cancel()
    p99 = percentiles(late, 0.99)[0] or 0.0
    return [Figure(name="loop lag with 150 runs in flight, p99", value=p99, unit="ms", limit=50.0)]


async def _watch(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append(1000 * (time.perf_counter() - began - 0.01))


async def first_page() -> list[Figure]:
    """The first page of somebody's runs, and of everybody's, with 100,000 stored."""
    with folder() as at, database("sqlite", at) as url:
        async with open_runtime(settings(url, at, worker=False), among=[feature]) as runtime:
            for _ in range(100):
                await runtime.db.write(_stored, runtime, 1000)
            roles = frozenset({Role.ADMIN})
            admin = Principal(user_id="u1", name="ada", roles=roles, kind="token")
            took: list[float] = []
            for wanted in (Filter(), Filter(owner="u1"), Filter(state=RunState.FAILED)) * 10:
                began = time.perf_counter()
                found = await service.listing(runtime, admin, wanted, Page())
                took.append(1000 * (time.perf_counter() - began))
                if not found.items:
                    raise RuntimeError(f"nothing was found for {wanted}")
    p50, most = percentiles(took, 0.5, 1.0)
    name = "first page of 100,000 runs, slowest of three filters"
    return [Figure(name=name, value=most or 0.0, unit="ms", limit=100.0, notes={"p50": p50})]


def _stored(session: Session, runtime: Runtime, rows: int) -> None:
    now = runtime.clock.now() - timedelta(days=1)
    states = (RunState.COMPLETED,) * 9 + (RunState.FAILED,)
    same: dict[str, Any] = {"kind": RunKind.CHAT, "epoch": 1, "created_at": now, "input": {}}
    given = [
        same
        | {
            "id": new_id(),
            "owner_id": f"u{n % 50}",
            "title": f"run {n}",
            "state": states[n % 10],
        }
        for n in range(rows)
    ]
    session.execute(insert(Run), given)


async def _want(runtime: Runtime, what: Job) -> str:
    def unit(session: Session) -> str:
        run_id, now = new_id(), runtime.clock.now()
        store.create(session, NewRun(id=run_id, kind=RunKind.TASK, owner_id="bench"), now)
        enqueue(session, what, {}, run_id=run_id, now=now)
        return run_id

    return await runtime.db.write(unit)


async def _done(runtime: Runtime, run_ids: Iterable[str]) -> dict[str, Any]:
    """The outputs of these runs, once all have ended."""
    wanted = list(run_ids)

    def unit(session: Session) -> dict[str, Any]:
        found = session.execute(
            select(Run.id, Run.output).where(Run.id.in_(wanted), Run.state.in_(ENDED))
        )
        return {row.id: row.output for row in found}

    while len(outputs := await runtime.db.read(unit)) < len(wanted):
        await asyncio.sleep(0.05)
    return outputs


def run() -> Iterator[Figure]:
    """All of them, as they come."""
    yield from throughput()
    for store_name in ("sqlite", "postgresql"):
        yield from asyncio.run(begins(store_name))
    for measure in (limited, idle, lag, first_page):
        yield from asyncio.run(measure())


async def _work(url: str, at: Path, interactive: int, bulk: int) -> None:
    how = settings(url, at, worker=True, interactive=interactive, bulk=bulk)
    async with open_runtime(how, among=[feature]):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
