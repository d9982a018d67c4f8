"""How the server is: alive, ready, and in figures."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM, Action, Principal, authorize
from menon.core.db.migrate import is_current
from menon.core.errors import MenonError, NotReady
from menon.core.http import Page
from menon.core.http.settings import HttpSettings
from menon.core.jobs import Jobs
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.core.telemetry.metrics import Metrics
from menon.features.catalog import service as catalog
from menon.features.catalog.queries import UsageFilter
from menon.features.catalog.schemas import Grouping
from menon.features.monitor.schemas import HealthOut, ReadyOut
from menon.version import VERSION

PATIENCE_S = 2.0
"""A check that takes longer has failed: who asks takes us out of rotation by then."""
FRESH_S = 1.0
"""A verdict counts for so long, so that asking often costs nothing."""

Check = Callable[[], Awaitable[None]]


def health(runtime: Runtime) -> HealthOut:
    """Say that the process answers; asks nobody else."""
    return HealthOut(timestamp=runtime.clock.now(), version=VERSION)


class Readiness:
    """Whether the server can serve.

    Args:
        runtime: the process.
        checks: each raises when what it is named for is missing.
    """

    def __init__(self, runtime: Runtime, checks: Mapping[str, Check]) -> None:
        self._runtime = runtime
        self._checks = checks
        self._missing: dict[str, str] = {}
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def missing(self) -> dict[str, str]:
        """What is missing and why, by the name of its check."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if now >= self._until:
                said = await asyncio.gather(*(_failure(check) for check in self._checks.values()))
                found = zip(self._checks, said, strict=True)
                self._missing = {name: why for name, why in found if why}
                self._until = asyncio.get_running_loop().time() + FRESH_S
            return self._missing

    async def report(self) -> ReadyOut:
        """Say that everything is there.

        Raises:
            NotReady: something is missing.
        """
        if missing := await self.missing():
            names = ", ".join(missing)
            raise NotReady(
                f"Not ready: {names}.",
                errors=[{"pointer": f"/{name}", "detail": why} for name, why in missing.items()],
                retry_after=FRESH_S,
            )
        return ReadyOut(
            timestamp=self._runtime.clock.now(), checks=dict.fromkeys(self._checks, "ok")
        )


@contextlib.asynccontextmanager
async def open_readiness(runtime: Runtime) -> AsyncGenerator[Readiness]:
    """The readiness of this process."""

    async def database() -> None:
        await runtime.db.read(_answers)

    async def migrations() -> None:
        if not await runtime.db.read(_is_current):
            raise NotReady("The schema is not that of this version; run `menon migrate`.")

    async def queue() -> None:
        # Jobs open after the features, so that they are asked for late.
        await runtime[Jobs].open()

    yield Readiness(runtime, {"database": database, "migrations": migrations, "queue": queue})


async def condition(runtime: Runtime) -> dict[str, Any]:
    """Whether everything that the server needs is there, and what is not."""
    missing = await runtime[Readiness].missing()
    return {
        "status": "degraded" if missing else "healthy",
        "version": VERSION,
        "missing": missing,
    }


async def status(runtime: Runtime) -> dict[str, Any]:
    """How the server is, with everybody's runs by kind and state."""
    counted = await runtime.db.read(_runs)
    runs: dict[str, dict[str, int]] = {}
    for (kind, state), count in sorted(counted.items()):
        runs.setdefault(kind, {})[state] = count
    return {**await condition(runtime), "runs": runs}


async def metrics(runtime: Runtime, who: Principal) -> bytes:
    """All figures in Prometheus' text format.

    Raises:
        Unauthenticated, Forbidden: they are closed, and this is no administrator.
    """
    if not runtime.settings[HttpSettings].open_metrics:
        authorize(who, Action.ADMIN)
    used = await catalog.usage(runtime, SYSTEM, UsageFilter(), Page(limit=200), by=Grouping.MODEL)
    tokens = {
        (row.key, direction): count
        for row in used.items
        for direction, count in (("input", row.input_tokens), ("output", row.output_tokens))
    }

    def written(session: Session) -> bytes:
        return runtime[Metrics].text(runs=_runs(session), tokens=tokens)

    return await runtime.db.read(written)


async def _failure(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await check()
    except MenonError as error:
        return error.detail
    except TimeoutError:
        return f"There was no answer within {PATIENCE_S:g} s."
    return ""


def _answers(session: Session) -> None:
    session.execute(text("SELECT 1"))


def _is_current(session: Session) -> bool:
    return is_current(session.connection())


def _runs(session: Session) -> dict[tuple[str, str], int]:
    counted = select(Run.kind, Run.state, func.count()).group_by(Run.state, Run.kind)
    return {(kind, state): count for kind, state, count in session.execute(counted)}
