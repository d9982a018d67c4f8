"""A chain of five jobs on PostgreSQL by procrastinate, beside a run of five steps by our jobs.

Each job defers the next one, which is how procrastinate does what a job of five steps does here.
The peer runs by the Python of `bench/.venv-peers`: `chains.py URL CHAINS AT_ONCE`.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

STEPS = 5
ROUNDS = 3
CHAINS = 60
AT_ONCE = 8
WARM = 5


async def chains(url: str, count: int, at_once: int) -> float:
    """Chains a second, from the first that was wanted to the end of the last."""
    import procrastinate  # of the peers

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, max_size=10))
    ended, left = asyncio.Event(), [0]

    @app.task(queue="chain")
    async def link(n: int) -> None:
        if n < STEPS:
            await link.defer_async(n=n + 1)
            return
        left[0] -= 1
        if not left[0]:
            ended.set()

    async def through(wanted: int) -> float:
        left[0] = wanted
        ended.clear()
        began = time.perf_counter()
        for _ in range(wanted):
            await link.defer_async(n=1)
        await ended.wait()
        return wanted / (time.perf_counter() - began)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=at_once,
                fetch_job_polling_interval=0.1,
                install_signal_handlers=False,
            )
        )
        await through(WARM)
        rate = await through(count)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    return rate


def compare(python: Path) -> tuple[float, dict[str, float]]:
    """Our runs a second over procrastinate's, each on an empty database, in turns."""
    here = Path(__file__)
    turns = [
        {
            "menon": _rate([sys.executable, "-m", "bench.five_noop", "menon"], at_end=True),
            "procrastinate": _rate([str(python), str(here)], at_end=False),
        }
        for _ in range(ROUNDS)
    ]
    rates = {how: statistics.median(turn[how] for turn in turns) for how in turns[0]}
    return round(rates["menon"] / rates["procrastinate"], 2), rates


def _rate(command: list[str], *, at_end: bool) -> float:
    from bench.harness import database, folder

    with folder() as at, database("postgresql", at) as url:
        place = [str(at)] if at_end else []
        done = subprocess.run(
            [*command, url, *place, str(CHAINS), str(AT_ONCE)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return float(json.loads(done.stdout.splitlines()[-1])["runs_s"])


if __name__ == "__main__":
    _, address, wanted, room = sys.argv
    found = asyncio.run(chains(address, int(wanted), int(room)))
    print(json.dumps({"how": "procrastinate", "runs_s": round(found, 1)}), flush=True)
