"""Work that an older version of the interpreter recorded is not stranded by a newer one."""

import asyncio
from typing import Any

import pytest
from tests.core.jobs.conftest import Working
from tests.core.jobs.test_worker import add, ends

from menon.core.jobs import JobContext, job, taking


async def test_runs_in_flight_go_on_under_a_newer_version(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate, counted = asyncio.Event(), asyncio.Event(), [0]

    async def slow() -> int:
        begun.set()
        await gate.wait()
        return 1

    def count(session: object) -> int:
        del session
        counted[0] += 1
        return counted[0]

    @job("old")
    async def old(context: JobContext, _payload: dict[str, Any]) -> Any:
        first = await context.write("count", count)
        return [first, await context.step("slow", slow)]

    async with working(old) as runtime:
        run_id = await runtime.db.write(add, runtime, old, {})
        await begun.wait()
    gate.set()
    monkeypatch.setattr(taking, "FORMAT", 2)
    async with working(old) as runtime:
        assert await ends(runtime, run_id) == ("completed", [1, 1])
    assert counted == [1]
