"""Recording steps: by those who have the job, and each for itself where one cannot be kept."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends

from menon.core.jobs import JobContext, job, taking, worker
from menon.core.jobs.claim import Answer
from menon.core.jobs.models import JobRow
from menon.core.runs.log import RunLog
from menon.kit.ids import new_id


async def test_what_another_process_has_adopted_is_let_go_of(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ADOPT_S", 0.05)
    begun, gate, ran = asyncio.Event(), asyncio.Event(), list[str]()

    @job("steps")
    async def steps(context: JobContext, _payload: dict[str, Any]) -> Any:
        async def wait() -> str:
            ran.append("wait")
            begun.set()
            await gate.wait()
            return "done"

        try:
            return await context.step("wait", wait)
        except Exception:  # noqa: BLE001 - what a careless job may do
            return "went on with what it had lost"

    async with working(steps) as runtime:
        run_id = await runtime.db.write(add, runtime, steps, {})
        await begun.wait()
        await runtime.db.write(_give_to, new_id())
        gate.set()
        assert await ends(runtime, run_id) == ("completed", "done")
    assert ran == ["wait", "wait"]


async def test_a_step_that_cannot_be_kept_harms_no_other(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = taking.record

    def picky(session: Session, me: str, answers: Sequence[Answer]) -> set[str]:
        if any(answer.name == "bad" for answer in answers):
            raise ValueError("this one cannot be kept")
        return record(session, me, answers)

    monkeypatch.setattr(taking, "record", picky)
    met = asyncio.Barrier(3)

    @job("one")
    async def one(context: JobContext, payload: dict[str, Any]) -> Any:
        return await context.step(payload["step"], met.wait)

    async with working(one) as runtime:
        names = ("good", "bad", "fine")
        runs = [await runtime.db.write(add, runtime, one, {"step": name}) for name in names]
        for run_id in runs:
            async for _ in runtime[RunLog].follow(run_id):
                pass
        ended = [await ends(runtime, run_id) for run_id in runs]
    assert [state for state, _ in ended] == ["completed", "failed", "completed"]


def _give_to(session: Session, instance: str) -> None:
    session.execute(update(JobRow).values(instance_id=instance))
