"""One attempt at a job: begins its run, does the work, ends the run with what came of it."""

import asyncio
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.orm import Session

from menon.core.errors import (
    Conflict,
    Internal,
    Interrupted,
    MenonError,
    NotFound,
)
from menon.core.instances import Self
from menon.core.jobs import outbox
from menon.core.jobs.claim import Claim
from menon.core.jobs.context import JobContext, Recorder
from menon.core.jobs.fold import fold, still_open
from menon.core.jobs.job import Job
from menon.core.jobs.parked import Parked
from menon.core.jobs.patience import patiently
from menon.core.jobs.plain import encode
from menon.core.jobs.steps import LostError
from menon.core.runs.events import Cancelled, Complete, Error, Event, State
from menon.core.runs.finishing import RunRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunState
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime

STARTS = 25
"""A job that takes its process down with it must not do so for ever."""

log = structlog.stdlib.get_logger(__name__)


async def attempt(
    runtime: Runtime, claim: Claim, job: Job, recorder: Recorder, threads: Executor
) -> None:
    """Work on a claimed job until it ends, or until this process must let go of it.

    Raises:
        asyncio.CancelledError: another process goes on with it.
    """

    async def body(writer: RunWriter) -> None:
        context = JobContext(runtime, writer, recorder, threads, claim=claim)
        with suppress(LostError):  # its new owner ends the run
            await _body(runtime, context, job, claim, writer)

    try:
        task = await patiently(
            lambda: runtime[RunLog].start(claim.run_id, body, durable=True, epoch=claim.epoch)
        )
    except (NotFound, Conflict) as error:
        ending = Error(code=error.code, detail=error.detail)
        await patiently(lambda: runtime.db.write(fold, claim.id, ending, runtime.clock.now()))
        return
    await task


async def _body(
    runtime: Runtime, context: JobContext, job: Job, claim: Claim, writer: RunWriter
) -> None:
    try:
        ending = await _work(context, job, claim)
    except asyncio.CancelledError:
        if writer.cancelled_by:
            ending = Cancelled(by=writer.cancelled_by)
        elif writer.paused_by:
            ending = Parked(RunState.PAUSED, f"paused by {writer.paused_by}")
        else:
            me = runtime[Self].id
            await patiently(lambda: runtime.db.write(outbox.release, claim.id, me))
            raise
    now = runtime.clock.now()
    if isinstance(ending, Parked):
        state = State(before=RunState.RUNNING, after=ending.state, reason=ending.reason)
        parks = partial(_parks, claim.id, ending, now)
        await patiently(lambda: writer.park(state, record=parks))
    else:
        closes = partial(_closes, claim.id, now)
        await patiently(lambda: writer.finish(ending, record=closes))


def _closes(job_id: str, now: datetime, session: Session, run: RunRow) -> None:
    del run  # what it made stands in its ending
    outbox.close(session, job_id, now)


def _parks(job_id: str, parked: Parked, now: datetime, session: Session, run: RunRow) -> None:
    del run
    outbox.close(session, job_id, now)
    # Somebody may have cancelled the run meanwhile; nothing is to be answered then.
    if parked.record is not None and still_open(session, job_id):
        parked.record(session)


async def _work(context: JobContext, job: Job, claim: Claim) -> Event | Parked:
    """Do the job and answer how its run ends, or what it waits for."""
    if claim.cancel_by is not None:
        return Cancelled(by=claim.cancel_by)
    if claim.starts >= STARTS:
        detail = f"Its process ended {claim.starts} times while it ran; find out why first."
        return Error(code=Interrupted.code, detail=detail)
    try:
        output = await job.run(context, claim.payload)
        encode(output)
    except Parked as parked:
        return parked
    except MenonError as error:
        return Error(code=error.code, detail=error.detail)
    except Exception:
        log.exception("job.failed", job=job.name, run_id=context.run_id)
        return Error(code=Internal.code, detail=f"The job {job.name!r} failed; its log says why.")
    return Complete(output=output)
