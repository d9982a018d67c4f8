"""The run log as a part of the process."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager

from menon.core.runs.kinds import RunType
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime


def open_runs(
    types: Iterable[RunType],
) -> Callable[[Runtime], AbstractAsyncContextManager[RunLog]]:
    """An opener of the run log, with what dead processes left already ended."""

    @contextlib.asynccontextmanager
    async def opened(runtime: Runtime) -> AsyncGenerator[RunLog]:
        runs = RunLog(runtime, types)
        await runs.sweep()
        worker = asyncio.create_task(runs.work(), name="run-flusher")
        try:
            yield runs
        finally:
            await runs.stop()
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    return opened
