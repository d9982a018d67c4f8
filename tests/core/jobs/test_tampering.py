"""Whoever can write rows can change what is answered, but not have something run."""

import asyncio
import base64
import pickle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends

from menon.core.jobs import JobContext, job, worker
from menon.core.jobs.models import JobRow, JobStep
from menon.kit.clock import FixedClock


class Gadget:
    """Leaves a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


async def test_a_row_that_was_tampered_with_runs_nothing(working: Working, tmp_path: Path) -> None:
    file = tmp_path / "it-ran"
    gadget = base64.b64encode(pickle.dumps(Gadget(file))).decode()
    stuck = asyncio.Event()

    @job("steps")
    async def steps(context: JobContext, payload: dict[str, Any]) -> Any:
        async def wait() -> str:
            if not stuck.is_set():
                stuck.set()
                await asyncio.Event().wait()
            return "done"

        first = await context.step("first", str, 1)
        return [payload, first, await context.step("second", wait)]

    def tamper(session: Session) -> None:
        session.execute(update(JobRow).values(payload={"py/reduce": gadget}))
        session.execute(update(JobStep).values(answer={"ok": gadget}))

    async with working(steps) as runtime:
        run_id = await runtime.db.write(add, runtime, steps, {})
        await asyncio.wait_for(stuck.wait(), 10)
        await runtime.db.write(tamper)
    async with working(steps) as runtime:
        answered = [{"py/reduce": gadget}, gadget, "done"]
        assert await ends(runtime, run_id) == ("completed", answered)
    assert not file.exists()


async def test_a_row_that_names_no_job_runs_nothing(
    working: Working, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    @job("honest")
    async def honest(_context: JobContext, _payload: dict[str, Any]) -> None: ...

    async with working(honest, worker=False) as runtime:
        run_id = await runtime.db.write(add, runtime, honest, {})
        await runtime.db.write(
            lambda s: s.execute(update(JobRow).values(name="os.system")) and None
        )
    clock.advance(seconds=1)
    monkeypatch.setattr(worker, "UPKEEP_S", 0.05)
    async with working(honest) as runtime:
        assert await ends(runtime, run_id) == ("failed", "INTERNAL_001")
