from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends

from menon.core.jobs import JobContext, job, upkeep
from menon.core.jobs.models import JobEffect, JobRow, JobStep
from menon.kit.clock import FixedClock


def _rows(session: Session) -> list[Any]:
    tables = (JobRow, JobStep, JobEffect)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def _mark(_session: Session) -> None: ...


@job("quick")
async def quick(context: JobContext, _payload: dict[str, Any]) -> None:
    await context.step("look", str, 1)
    await context.write("mark", _mark)


async def test_old_jobs_are_forgotten_with_their_effects_and_younger_ones_stay(
    working: Working, clock: FixedClock
) -> None:
    async with working(quick) as runtime:
        for _ in range(3):
            await ends(runtime, await runtime.db.write(add, runtime, quick, {}))
        clock.advance(days=40)
        await ends(runtime, await runtime.db.write(add, runtime, quick, {}))
        before = clock.now() - timedelta(days=30)
        assert await upkeep.sweep(runtime.db, before) == 3
        assert await runtime.db.read(_rows) == [1, 1, 1]
        assert await upkeep.sweep(runtime.db, before) == 0
