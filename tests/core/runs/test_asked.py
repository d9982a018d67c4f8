"""Whoever asks for the end of a run is heard, whichever process stores it and in whatever unit."""

import asyncio

import pytest

from menon.core.db import Database
from menon.core.runs import control
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.store import NewRun, create
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


async def _waiting(runtime: Runtime, heard: asyncio.Queue[str | None]) -> str:
    """A run that works until it is stopped, and then says who did it."""
    run_id = new_id()
    new = NewRun(id=run_id, kind=RunKind.CHAT, owner_id="u1", title="t")
    await runtime.db.write(create, new, runtime.clock.now())

    async def body(writer: RunWriter) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.put_nowait(writer.cancelled_by)
            raise

    await runtime[RunLog].start(run_id, body)
    return run_id


@pytest.mark.parametrize("mine", [True, False], ids=["of this process", "of another process"])
async def test_a_unit_that_asks_is_heard(runtime: Runtime, database_url: str, *, mine: bool):
    heard = asyncio.Queue[str | None]()
    other = runtime.db if mine else Database(database_url)
    try:
        for name in ("ann", "ben"):
            run_id = await _waiting(runtime, heard)
            await other.write(control.request_cancel, run_id, name, runtime.clock.now())
            async with asyncio.timeout(60):
                assert await heard.get() == name
    finally:
        if not mine:
            other.close()
