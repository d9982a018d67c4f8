"""Jobs that a process does not know: another one's, or nobody's."""

from typing import Any

import pytest
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends, state_of

from menon.core.jobs import JobContext, job, worker
from menon.core.runs.log import RunLog
from menon.kit.clock import FixedClock


async def test_a_job_that_is_installed_nowhere_fails_and_says_so(
    working: Working, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    @job("gone")
    async def gone(_context: JobContext, _payload: dict[str, Any]) -> None: ...

    monkeypatch.setattr(worker, "UPKEEP_S", 0.05)
    async with working() as runtime:
        run_id = await runtime.db.write(add, runtime, gone, {})
        clock.advance(seconds=1)
        assert await ends(runtime, run_id) == ("failed", "INTERNAL_001")


async def test_a_job_is_left_to_a_process_that_has_it(
    working: Working, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    @job("theirs")
    async def theirs(_context: JobContext, _payload: dict[str, Any]) -> str:
        return "done"

    @job("ours")
    async def ours(_context: JobContext, _payload: dict[str, Any]) -> str:
        return "done"

    monkeypatch.setattr(worker, "UPKEEP_S", 0.05)
    async with working(theirs, worker=False) as other, working(ours) as runtime:
        left = await other.db.write(add, other, theirs, {})
        clock.advance(seconds=1)
        for _ in range(5):
            done = await runtime.db.write(add, runtime, ours, {})
            async for _batch in runtime[RunLog].follow(done):
                pass
        assert await runtime.db.read(state_of, left) == ("queued", None)
    async with working(theirs) as other:
        assert await ends(other, left) == ("completed", "done")
