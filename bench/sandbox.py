"""What confining costs: a run between each of the walls that hold here, beside a plain process."""

import asyncio
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable

from bench.figures import Figure
from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox import ALL, Sandbox
from menon.engine.sandbox.view import launcher_python

ROUNDS = 30
CODE = "pass"
LIMIT_MS = 40.0
"""Processor time on top of the program's own; half of it is a second interpreter."""

Run = Callable[[], Awaitable[object]]


async def plain() -> object:
    """The same interpreter with the same flags, and nothing else."""
    words = (str(launcher_python()), "-I", "-u", "-B", "-X", "utf8", "-c", CODE)
    process = await asyncio.create_subprocess_exec(*words, env={})
    return await process.wait()


async def measured(runs: dict[str, Run]) -> dict[str, tuple[list[float], list[float]]]:
    """Wall and processor time in ms of each, in turns, so that company weighs on all alike."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            before, begun = _used(), time.perf_counter()
            await run()
            found[name][0].append((time.perf_counter() - begun) * 1e3)
            found[name][1].append(_used() - before)
    return found


def _used() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both) * 1e3


async def _holding() -> dict[str, Run]:
    runs: dict[str, Run] = {"plain": plain}
    for walls in ALL:
        sandbox = Sandbox(candidates=[walls])
        try:
            await sandbox.verdict()
        except SandboxUnavailable:
            continue
        runs[walls.name] = _bound(sandbox)
    return runs


def _bound(sandbox: Sandbox) -> Run:
    return lambda: sandbox.run(CODE)


async def _all() -> dict[str, tuple[list[float], list[float]]]:
    return await measured(await _holding())


def run() -> Iterable[Figure]:
    """Start-up over plain, by walls."""
    found = asyncio.run(_all())
    wall, used = (statistics.median(times) for times in found.pop("plain"))
    names: list[str] = [walls.name for walls in ALL]
    for name in (name for name in names if name in found):
        more_wall, more_used = (statistics.median(times) for times in found[name])
        yield Figure(
            name=f"sandbox {name}, processor time over plain",
            value=round(more_used - used, 1),
            unit="ms",
            limit=LIMIT_MS,
            notes={"wall_ms": round(more_wall - wall, 1), "plain_ms": round(used, 1)},
        )
