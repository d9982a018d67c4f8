"""From a tree to a proof: three confined processes side by side, eight gates kept apart."""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from menon.apps.socratic.proof.confined import NotRun, report
from menon.apps.socratic.proof.gates import (
    bandit,
    complexity,
    coverage,
    openapi,
    performance,
    ruff,
    schemathesis,
    tests,
)
from menon.apps.socratic.proof.gates.reading import Reading, Report, Unreadable, failed
from menon.apps.socratic.proof.layout import Layout
from menon.apps.socratic.proof.model import GATES, Bars, Gate, GateName, Limits, Proof
from menon.engine.sandbox import Sandbox

_REQUESTS = 2_000
"""Of schemathesis to all operations together; some 12 s."""
_SEED = 20

Readers = Mapping[GateName, Callable[[Report], Reading]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process, and the gates that read its report."""

    name: str
    ticket: Mapping[str, Any]
    readers: Readers
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Beside those of the tree."""


async def prove(
    tree: Mapping[str, bytes],
    *,
    sandbox: Sandbox,
    environment: Path,
    only: Collection[GateName] = GATES,
    progress: Callable[[Gate], object] | None = None,
    bars: Bars | None = None,
    limits: Limits | None = None,
) -> Proof:
    """Run every gate on a generated project; it is confined, and nothing of it is believed.

    Cancelling this ends what runs.

    Args:
        tree: the project, contents by path.
        sandbox: where it runs.
        environment: the virtual environment that `environment.prepare` answered.
        only: the gates that are asked for; a proof without all of them is not completed.
        progress: told of each gate as soon as it is known.
        bars: how high the gates stand.
        limits: of each of the three processes.

    Raises:
        InvalidInput: a path of the tree leads elsewhere, or the tree is larger than the disk.
    """
    begun = time.monotonic()
    readings: dict[GateName, Reading] = {}

    async def prove_part(part: Part) -> None:
        try:
            found = await report(
                part.name,
                {**tree, **part.files},
                part.ticket,
                sandbox=sandbox,
                environment=environment,
                limits=limits or Limits(),
            )
        except NotRun as error:
            read = [failed(name, str(error)) for name in part.readers]
        else:
            read = [_read(name, reader, found) for name, reader in part.readers.items()]
        for reading in read:
            if reading.gate.name not in only:
                continue
            readings[reading.gate.name] = reading
            if progress:
                progress(reading.gate)

    parts = _parts(Layout.of(tree), bars or Bars())
    wanted = [part for part in parts if not part.readers.keys().isdisjoint(only)]
    done = await asyncio.gather(*map(prove_part, wanted), return_exceptions=True)
    for error in done:
        if error is not None:
            raise error
    ran = [readings[name] for name in GATES if name in readings and name in only]
    return _proof(ran, time.monotonic() - begun)


def _read(name: GateName, reader: Callable[[Report], Reading], found: Report) -> Reading:
    try:
        return reader(found)
    except Unreadable as error:
        return failed(name, str(error))


def _parts(layout: Layout, bars: Bars) -> tuple[Part, ...]:
    canary = f"test_{secrets.token_hex(8)}"
    return (
        Part(
            name="tests",
            files={f"tests/{canary}.py": f"def {canary}():\n    assert False\n".encode()},
            ticket={"sources": layout.sources, "plugins": layout.plugins},
            readers={
                "tests": lambda found: tests.read(found, canary),
                "coverage": lambda found: coverage.read(found, bars.coverage),
            },
        ),
        Part(
            name="static",
            ticket={"sources": layout.sources},
            readers={
                "ruff": ruff.read,
                "complexity": lambda found: complexity.read(found, bars.complexity),
                "bandit": bandit.read,
            },
        ),
        Part(
            name="contract",
            ticket={
                "entry": layout.entry,
                "headers": layout.headers,
                "document": layout.document,
                "requests": _REQUESTS,
                "seed": _SEED,
            },
            readers={
                "openapi": openapi.read,
                "schemathesis": schemathesis.read,
                "performance": lambda found: performance.read(found, layout.latency_ms),
            },
        ),
    )


def _proof(readings: list[Reading], seconds: float) -> Proof:
    return Proof(
        results=tuple(one for reading in readings for one in reading.results),
        findings=tuple(one for reading in readings for one in reading.findings),
        gates=tuple(reading.gate for reading in readings),
        tests=tuple(one for reading in readings for one in reading.tests),
        seconds=round(seconds, 3),
    )
