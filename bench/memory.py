"""What an installation weighs: `python -m bench memory`.

The resident memory of a server that waits, the size of the environment that `make demo` installs,
and how long commands take to begin. Seconds are processor time, since wall time depends on who else
is working; it stands beside them.
"""

import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from bench.figures import Figure
from bench.harness import folder
from bench.processes import family, usage
from bench.served import MENON, environment, served, settled

ROOT = Path(__file__).parents[1]
HANDBOOK = ROOT / "examples" / "handbook"
QUESTION = "How many days of holiday do I have?"
IDLE_MIB = 250.0
INSTALL_MB = 400.0
HELP_S = 0.5
ANSWER_S = 4.0
HEAVIEST = 12


async def idle() -> list[Figure]:
    """The memory of a fresh server once it has warmed up; shared pages count once (PSS)."""
    with folder() as at:
        async with served(at) as ours:
            await settled(ours.pid)
            pids = family(ours.pid)
            own, rss = sum(map(pss, pids)) / 2**20, usage(pids).rss / 2**20
    notes = {"rss": round(rss, 1), "processes": len(pids)}
    return [
        Figure(name="idle server", value=round(own, 1), unit="MiB", limit=IDLE_MIB, notes=notes)
    ]


def pss(pid: int) -> int:
    """Bytes of a process, those that it shares divided by who shares them."""
    for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if row.startswith("Pss:"):
            return int(row.split()[1]) * 1024
    return 0


def installed() -> list[Figure]:
    """The environment of `make demo`, by package; it is made anew, beside the one in use."""
    uv = shutil.which("uv")
    if uv is None:
        return [Figure(name="install: uv is missing", value=0, held=False)]
    with folder() as at:
        place = at / "env"
        command = [uv, "sync", "--frozen", "--no-dev", "--quiet"]
        where = {"UV_PROJECT_ENVIRONMENT": str(place), "VIRTUAL_ENV": ""}
        subprocess.run(command, cwd=ROOT, env={**os.environ, **where}, check=True)
        whole = _megabytes(path for path in place.rglob("*") if path.is_file())
        site = next(place.glob("lib/python*/site-packages"))
        sizes = {found.name: _size(found) for found in distributions(path=[str(site)])}
    notes = dict(sorted(sizes.items(), key=lambda item: -item[1])[:HEAVIEST])
    return [Figure(name="install", value=round(whole, 1), unit="MB", limit=INSTALL_MB, notes=notes)]


def _size(distribution: Distribution) -> float:
    paths = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return round(_megabytes(path for path in paths if path.is_file()), 1)


def _megabytes(paths: Iterable[Path]) -> float:
    return sum(path.stat().st_size for path in paths if not path.is_symlink()) / 1e6


async def starts() -> list[Figure]:
    """The command line's help, and an answer from documents by a process that knows nothing yet."""
    with folder() as at:
        given = environment(at / "data")
        _spent([MENON, "--help"], given)
        helped = [_spent([MENON, "--help"], given) for _ in range(5)]
        async with served(at):
            pass
        _spent([MENON, "ingest", str(HANDBOOK), "--shared"], given)
        asked = [_spent([MENON, "ask", QUESTION], given) for _ in range(3)]
    return [
        _started("menon --help", HELP_S, helped),
        _started("first offline answer of a fresh process", ANSWER_S, asked),
    ]


def _started(name: str, limit: float, times: list[tuple[float, float]]) -> Figure:
    cpu, wall = (round(statistics.median(side), 2) for side in zip(*times, strict=True))
    return Figure(name=name, value=cpu, unit="s", limit=limit, notes={"wall_s": wall})


def _spent(command: Sequence[str], given: dict[str, str]) -> tuple[float, float]:
    """Processor seconds and seconds of a command.

    Raises:
        RuntimeError: it failed.
    """
    before, began = _children(), time.monotonic()
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
    return _children() - before, time.monotonic() - began


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run() -> Iterator[Figure]:
    """The figures of memory, size and starts."""
    yield from asyncio.run(idle())
    yield from installed()
    yield from asyncio.run(starts())
