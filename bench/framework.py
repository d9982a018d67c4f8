"""Agents in Python: starting, building, and what a turn costs beside bare pydantic-ai.

The same model answers both: two rounds of tools, then 20 words. The limit is a ratio of processor
time, measured in turns; fresh processes are measured in processor time too, and in time on the
wall, which holds on a quiet machine only.
"""

import asyncio
import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bench.figures import Figure

IMPORT_S, FIRST_S, BUILD_MS, RATIO = 0.3, 4.0, 1.0, 1.1
ROUNDS, RUNS, FRESH = 7, 60, 5
WORDS = "one two three four five six seven eight nine ten " * 2

IMPORT = "import menon"
FIRST = """
from menon import Agent
answer = Agent("Counter", tools=["calculator"]).run_sync("What is 15 * 23?").text
assert answer == "15 * 23 = 345.", answer
"""
NOTHING = "pass"


def run() -> Iterable[Figure]:
    """The four figures."""
    base = fresh(NOTHING)
    yield started("import menon", IMPORT, IMPORT_S, base)
    yield started("first offline answer of a fresh process", FIRST, FIRST_S, None)
    yield built()
    yield asyncio.run(turns())


def started(name: str, code: str, limit: float, base: tuple[float, float] | None) -> Figure:
    """Processor time of a process; less what Python itself takes where `base` is given."""
    cpu, wall = fresh(code)
    less = base or (0.0, 0.0)
    return Figure(
        name=f"{name}, CPU",
        value=round(cpu - less[0], 3),
        unit="s",
        limit=limit,
        notes={"wall_s": round(wall - less[1], 3)},
    )


def fresh(code: str) -> tuple[float, float]:
    """Processor time and wall time of a process, medians."""
    found: list[tuple[float, float]] = []
    for _ in range(FRESH):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env={})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        found.append((cpu, time.perf_counter() - began))
    return statistics.median(c for c, _ in found), statistics.median(w for _, w in found)


def built() -> Figure:
    """A turn from what is stored of an agent's version: limits, tools, all that the loop needs."""
    from menon.engine.agents.turn import ResolvedModel, Turn
    from menon.engine.framework.environment import own_tools
    from menon.engine.llm.offline.model import ExtractiveModel
    from menon.engine.llm.providers import offline
    from menon.features.agents.rules import limits

    model = ResolvedModel(card=offline.card, model=ExtractiveModel(offline.MODEL, offline.NAME))
    stored: dict[str, Any] = {
        "tools": ["calculator", "current_time"],
        "limits": {"tokens": 200_000, "steps": 12, "seconds": 300.0, "money": None},
    }

    def build() -> None:
        Turn(
            run="r",
            agent="a",
            model=model,
            question="q",
            instructions="Be brief.",
            tools=tuple(own_tools(stored["tools"])),
            limits=limits(stored["limits"]),
        )

    build()
    began = time.process_time()
    for _ in range(1000):
        build()
    taken = time.process_time() - began
    return Figure(
        name="an agent from its stored version, CPU",
        value=round(taken, 4),
        unit="ms",
        limit=BUILD_MS,
    )


async def turns() -> Figure:
    """Microseconds a turn of ours and of pydantic-ai's, in rounds that take turns."""
    ours, theirs = await _ours(), _theirs()
    for warm in (ours, theirs):
        await warm()
    spent: dict[str, list[float]] = {"ours": [], "theirs": []}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, turn in (("ours", ours), ("theirs", theirs)):
            began = time.process_time()
            for _ in range(RUNS):
                await turn()
            spent[name].append((time.process_time() - began) / RUNS * 1e6)
    found = {name: statistics.median(values) for name, values in spent.items()}
    return Figure(
        name="a turn with two tool rounds beside pydantic-ai, CPU",
        value=round(found["ours"] / found["theirs"], 2),
        unit="x",
        limit=RATIO,
        notes={f"{name}_us": round(value) for name, value in found.items()},
    )


def _script() -> Any:
    from menon.engine.llm.made import Made, MadeCall, MadeModel

    class Scripted(MadeModel):
        """Calls the tool twice, then answers."""

        async def make(self, messages: Any, parameters: Any) -> Made:
            del parameters
            said = sum(type(message).__name__ == "ModelResponse" for message in messages)
            if said < 2:
                call = MadeCall(call_id=f"c{said}", name="double", args={"n": said})
                return Made(calls=(call,))
            return Made(text=WORDS)

    return Scripted("scripted", "bench")


async def _double(n: int) -> int:
    """Double a number."""
    return n * 2


async def _ours() -> Callable[[], Awaitable[object]]:
    from menon import Agent, tool

    agent = Agent("Bench", "Be brief.", model=_script(), tools=[tool(name="double")(_double)])

    async def turn() -> object:
        async with agent.stream("go") as stream:
            return [event async for event in stream]

    return turn


def _theirs() -> Callable[[], Awaitable[object]]:
    from pydantic_ai import Agent
    from pydantic_ai.tools import Tool

    agent = Agent(_script(), instructions="Be brief.", tools=[Tool(_double, name="double")])

    async def turn() -> object:
        async with agent.run_stream_events("go") as stream:
            return [event async for event in stream]

    return turn
