"""Which of the jobs that wait is taken next, and which end with the run above them."""

from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_parked import add, becomes

from menon.core.jobs import JobContext, Parked, job
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunState


async def test_higher_priority_goes_first_and_then_the_older(working: Working) -> None:
    order: list[str] = []

    @job("notes")
    async def notes(context: JobContext, _payload: dict[str, object]) -> None:
        order.append(context.run_id)

    async with working(notes, worker=False) as runtime:
        ids = [await add(runtime, notes, priority=p) for p in (0, 5, 0, -5)]
    async with working(notes, interactive=1) as runtime:
        for run_id in ids:
            await becomes(runtime, run_id, RunState.COMPLETED)
    assert order == [ids[1], ids[0], ids[2], ids[3]]


async def test_a_cancelled_run_takes_those_below_it_along(working: Working) -> None:
    @job("waits")
    async def waits(_context: JobContext, _payload: dict[str, object]) -> None:
        raise Parked(RunState.WAITING, "for ever")

    def below(session: Session, run_id: str, parent: str) -> None:
        session.get_one(Run, run_id).parent_id = parent

    async with working(waits) as runtime:
        above, middle, under, other = [await add(runtime, waits) for _ in range(4)]
        for run_id in (above, middle, under, other):
            await becomes(runtime, run_id, RunState.WAITING)
        await runtime.db.write(below, middle, above)
        await runtime.db.write(below, under, middle)
        await runtime[RunLog].cancel(above, "ada")
        for run_id in (above, middle, under):
            await becomes(runtime, run_id, RunState.CANCELLED)
        await becomes(runtime, other, RunState.WAITING)
