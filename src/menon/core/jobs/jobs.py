"""Durable work as a part of the process."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.jobs.job import Job
from menon.core.jobs.models import JobRow, JobState
from menon.core.jobs.settings import JobSettings
from menon.core.jobs.worker import Worker
from menon.core.runtime import Runtime


class Jobs:
    """What can be said of durable work from this process."""

    def __init__(self, runtime: Runtime, worker: Worker | None) -> None:
        self._runtime = runtime
        self._worker = worker

    @property
    def working(self) -> bool:
        """Whether this process works on jobs, or only enqueues them."""
        return self._worker is not None

    @property
    def busy(self) -> int:
        """How many jobs this process works on now."""
        return self._worker.busy if self._worker else 0

    async def open(self) -> dict[str, int]:
        """How many jobs of each state are not done, over all processes."""
        return await self._runtime.db.read(_open)


def open_jobs(jobs: Iterable[Job]) -> Callable[[Runtime], AbstractAsyncContextManager[Jobs]]:
    """An opener that works on these jobs, if the settings want this process to."""

    @contextlib.asynccontextmanager
    async def opened(runtime: Runtime) -> AsyncGenerator[Jobs]:
        how = runtime.settings[JobSettings]
        if not how.worker:
            yield Jobs(runtime, None)
            return
        worker = Worker(runtime, jobs)
        task = asyncio.create_task(worker.run(), name="jobs")
        try:
            yield Jobs(runtime, worker)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await worker.drain(how.drain_seconds)

    return opened


def _open(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(JobRow.state, func.count().label("jobs"))
        .where(JobRow.state != JobState.CLOSED)
        .group_by(JobRow.state)
    )
    return {row.state: row.jobs for row in rows}
