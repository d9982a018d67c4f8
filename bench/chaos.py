"""What is left after `kill -9`: `python -m bench.chaos jobs --json`.

Each scenario runs real processes on real databases, kills them, and answers a dict with `ok`.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.five_steps import STEPS, feature, five_steps, settings
from bench.harness import Child, children, database, folder
from menon.core.jobs import enqueue
from menon.core.runs import store as runs
from menon.core.runs.models import ENDED, Run, RunKind
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.entry.runtime import open_runtime
from menon.kit.ids import new_id

STORES = ("sqlite", "postgresql")
PATIENCE_S = 180.0

TAKEN_OVER_S = 10.0
AT_ONCE = 8
"""Jobs at the same time in a worker of `bench.five_steps`."""

STEP_S = 0.1
"""A step; four more follow the first that is seen, so that a kill within 0.3 s meets work."""


async def jobs(store: str, *, runs: int = 30, kills: int = 5, workers: int = 1) -> dict[str, Any]:
    """Jobs of five steps while their workers are killed at random moments."""
    with folder() as at, database(store, at) as url:
        result = await jobs_killed(url, at, runs=runs, kills=kills, workers=workers)
    return {"store": store} | result


async def jobs_killed(
    url: str, at: Path, *, runs: int, kills: int, workers: int = 1
) -> dict[str, Any]:
    """The same on a given database, with what the processes share in a given folder."""
    receiver = at / "received"
    receiver.touch()
    hands = [
        Child("bench.five_steps", url, str(at), log=at / f"worker-{n}.log") for n in range(workers)
    ]
    async with open_runtime(settings(url, at, worker=False), among=[feature]) as runtime:
        wanted: list[str] = []
        pauses: list[tuple[float, float]] = []
        began = time.monotonic()
        async with children(hands):
            # Each kill finds fresh work, or a fast worker would be done before the last one.
            for n in range(kills):
                share = range(runs * n // kills, runs * (n + 1) // kills)
                wanted += [await runtime.db.write(_want, runtime, receiver) for _ in share]
                pauses.append(await _kill_one(runtime, hands, receiver))
            await _all_ended(runtime)
        seconds = time.monotonic() - began
        return await _verdict(runtime, wanted, receiver) | {
            "kills": kills,
            "workers": workers,
            "seconds": round(seconds, 1),
            "longest_start_s": round(max(start for start, _ in pauses), 1),
            "longest_gap_once_ready_s": round(max(gap for _, gap in pauses), 1),
        }


async def survivor(store: str, *, runs: int = 30, **_more: int) -> dict[str, Any]:
    """One of two workers dies for good; the other finishes what it had begun."""
    with folder() as at, database(store, at) as url:
        receiver = at / "received"
        receiver.touch()
        hands = [Child("bench.five_steps", url, str(at), log=at / f"worker-{n}.log") for n in "ab"]
        how = settings(url, at, worker=False)
        async with open_runtime(how, among=[feature]) as runtime, children(hands):
            wanted = [await runtime.db.write(_want, runtime, receiver) for _ in range(runs)]
            await _grows(runtime, receiver, receiver.stat().st_size)
            await hands[0].kill()
            killed = time.monotonic()
            await _all_ended(runtime)
            after = time.monotonic() - killed
            verdict = await _verdict(runtime, wanted, receiver)
    alone = runs * STEPS * STEP_S / AT_ONCE  # what the survivor needs for all of it
    verdict["ok"] = verdict["ok"] and after <= TAKEN_OVER_S + alone
    return {"store": store} | verdict | {"all_ended_after_s": round(after, 1)}


def _want(session: Session, runtime: Runtime, receiver: Path) -> str:
    run_id, now = new_id(), runtime.clock.now()
    runs.create(session, NewRun(id=run_id, kind=RunKind.TASK, owner_id="bench"), now)
    payload = {"receiver": str(receiver), "seconds": STEP_S}
    enqueue(session, five_steps, payload, run_id=run_id, now=now)
    return run_id


async def _kill_one(runtime: Runtime, hands: list[Child], receiver: Path) -> tuple[float, float]:
    """Kill a worker in the middle of things and start it again.

    Returns:
        Seconds until it was ready, and from then until work was seen.
    """
    await _grows(runtime, receiver, receiver.stat().st_size)
    await asyncio.sleep(random.uniform(0.02, 0.3))
    hand = random.choice(hands)
    await hand.kill()
    killed = time.monotonic()
    before = receiver.stat().st_size
    await hand.start()
    ready = time.monotonic()
    await _grows(runtime, receiver, before)
    return ready - killed, time.monotonic() - ready


async def _grows(runtime: Runtime, receiver: Path, before: int) -> None:
    """Wait for work to be seen, unless none is left."""
    until = time.monotonic() + PATIENCE_S
    while receiver.stat().st_size == before and time.monotonic() < until:
        await asyncio.sleep(0.02)
        if not await runtime.db.read(_unfinished):
            return


async def _all_ended(runtime: Runtime) -> None:
    until = time.monotonic() + PATIENCE_S
    while await runtime.db.read(_unfinished) and time.monotonic() < until:
        await asyncio.sleep(0.1)


def _unfinished(session: Session) -> bool:
    return session.scalar(select(Run.id).where(Run.state.not_in(ENDED)).limit(1)) is not None


def _ends(session: Session) -> dict[str, tuple[str, int, int]]:
    rows = session.execute(select(Run.id, Run.state, Run.done, Run.attempts))
    return {row.id: (row.state, row.done, row.attempts) for row in rows}


async def _verdict(runtime: Runtime, wanted: list[str], receiver: Path) -> dict[str, Any]:
    ends = await runtime.db.read(_ends)
    sent = Counter(receiver.read_text().split())
    lost = [run for run in wanted if ends.get(run, ("", 0, 0))[0] != "completed"]
    doubled = [run for run, (_, done, _) in ends.items() if done > STEPS]
    missing = STEPS * len(wanted) - len(sent)
    return {
        "runs": len(wanted),
        "lost": len(lost),
        "missing_effects": missing,
        "double_effects_inside": len(doubled),
        "steps_run_twice_percent": round(100 * (sent.total() - len(sent)) / len(sent), 1),
        "attempts": sum(attempts for _, _, attempts in ends.values()),
        "ok": not lost and not doubled and not missing,
    }


SCENARIOS: dict[str, Callable[..., Coroutine[Any, Any, dict[str, Any]]]] = {
    "jobs": jobs,
    "survivor": survivor,
}


def main() -> int:
    """Run a scenario on the stores that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    scenario, ok = SCENARIOS[asked.scenario], True
    how = {"runs": asked.runs, "kills": asked.kills, "workers": asked.workers}
    for store in asked.store or STORES:
        result = asyncio.run(scenario(store, **how))
        words = "  ".join(f"{name}={value}" for name, value in result.items())
        print(json.dumps(result) if asked.json else words, flush=True)
        ok = ok and result["ok"]
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
