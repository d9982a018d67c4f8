"""Recording what steps answered: all jobs of a process share one unit of work.

Steps that end while a unit is at work stand in the next one, so that many jobs at the same time pay
for a few commits, and one alone waits for nobody.
"""

import asyncio
from asyncio import Future
from collections.abc import Sequence

from menon.core.db import Database
from menon.core.errors import DatabaseError
from menon.core.jobs import taking
from menon.core.jobs.claim import Answer

_Waiting = tuple[Answer, Future[None]]


class LostError(BaseException):
    """Another process works on the job by now; this one lets go of it.

    Like a cancellation no error of the job: its `except Exception` must not go on from here.
    """


class Steps:
    """Where the jobs of this process record.

    Args:
        db: the store.
        me: this instance, whose records are refused once another one has its job.
    """

    def __init__(self, db: Database, me: str) -> None:
        self._db = db
        self._me = me
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, answer: Answer) -> None:
        """Keep an answer; it is committed when this returns.

        Raises:
            LostError: the job is somebody else's.
            DatabaseError: it could not be kept, and may be tried again.
        """
        kept: Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((answer, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="job-steps")
        await kept

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                if not await self._written(batch):
                    # One of them cannot be kept; each stands alone, so that it harms no other.
                    for each in batch:
                        await self._written([each])
        finally:
            self._writing = None

    async def _written(self, batch: Sequence[_Waiting]) -> bool:
        """Write a batch and tell those who wait; False where it is to be tried in parts."""
        try:
            answers = [answer for answer, _ in batch]
            lost = await self._db.write(taking.record, self._me, answers)
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait
            if len(batch) > 1 and not isinstance(error, DatabaseError):
                return False
            for _, kept in batch:
                _settle(kept, error)
        else:
            for answer, kept in batch:
                _settle(kept, LostError(answer.job_id) if answer.job_id in lost else None)
        return True


def _settle(kept: Future[None], error: BaseException | None) -> None:
    if kept.done():  # nobody waits any more
        return
    if error is None:
        kept.set_result(None)
    else:
        kept.set_exception(error)
