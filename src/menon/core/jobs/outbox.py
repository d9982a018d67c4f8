"""Units of work on jobs: writing one with the change that wants it, and closing it.

`waiting` → (`taking.claim`) → `started` by an instance → (`close`, with the run's end) → `closed`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from menon.core.db.wake import wake
from menon.core.errors import Conflict, NotFound
from menon.core.jobs.job import Job
from menon.core.jobs.models import JobRow, JobState
from menon.core.jobs.plain import encode
from menon.core.runs import control
from menon.core.runs.models import Run, RunState
from menon.kit.ids import new_id

TOPIC = "jobs"

_RESTARTABLE = control.IDLE | {RunState.FAILED, RunState.INTERRUPTED}


# Made once: making a statement takes longer than executing it, and these run for each job.
_PUT = insert(JobRow)
_CLOSE = (
    update(JobRow)
    .where(JobRow.id == bindparam("job"))
    .values(state=JobState.CLOSED, closed_at=bindparam("now"))
)


def enqueue(
    session: Session,
    job: Job,
    payload: dict[str, Any],
    *,
    run_id: str,
    now: datetime,
    due: datetime | None = None,
    priority: int = 0,
) -> str:
    """Want a job done for a run; it lives and dies with this unit, and starts after its commit.

    Args:
        session: the unit's session.
        job: what to do.
        payload: plain JSON that it is given.
        run_id: the run that it works for.
        now: the time.
        due: not before this time.
        priority: higher ones of the same queue are taken first.

    Returns:
        The id of the job.

    Raises:
        TypeError: the payload is not plain JSON.
        ValueError: the payload is too large.
    """
    encode(payload)
    wanted = {
        "run_id": run_id,
        "name": job.name,
        "queue": job.queue,
        "payload": payload,
        "rank": -priority,
        "due_at": due,
    }
    return put(session, wanted, now)


def go_on(session: Session, run_id: str, now: datetime, *, due: datetime | None = None) -> None:
    """Do the last job of a run again: it waits, is paused, or has ended without its work done.

    Args:
        session: the unit's session.
        run_id: a run that some job worked for.
        now: the time.
        due: not before this time; the run waits until then.

    Raises:
        NotFound: there is no such run.
        Conflict: the run is at work, is about to be, or has done its work.
    """
    run = session.get(Run, run_id, with_for_update=True)
    if run is None:
        raise NotFound
    if RunState(run.state) not in _RESTARTABLE:
        raise Conflict(f"The run is {run.state}.")
    last = select(JobRow).where(JobRow.run_id == run_id).order_by(JobRow.id.desc()).limit(1)
    row = session.scalars(last.with_for_update()).first()
    if row is None:
        raise Conflict("No job worked for this run.")
    control.reopen(session, run, RunState.WAITING if due else RunState.QUEUED, "goes on", now)
    if row.state != JobState.CLOSED:
        row.due_at = due
        wake(session, TOPIC)
        return
    put(session, copy_of(row) | {"due_at": due}, now)


def has_job(session: Session, run_id: str) -> bool:
    """Whether a job works, or has worked, for a run: `go_on` can do it again."""
    return session.scalar(select(JobRow.id).where(JobRow.run_id == run_id).limit(1)) is not None


def release(session: Session, job_id: str, me: str) -> None:
    """Let another process take the job, and say of its run that it waits.

    Nothing changes when another process has taken it already.
    """
    run_id = session.scalar(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == JobState.STARTED, JobRow.instance_id == me)
        .values(instance_id=None)
        .returning(JobRow.run_id)
    )
    if run_id is not None:
        session.execute(
            update(Run)
            .where(Run.id == run_id, Run.state == RunState.RUNNING)
            .values(state=RunState.QUEUED)
        )


def close(session: Session, job_id: str, now: datetime) -> None:
    """Nothing is left to do; stands in the unit that ends the run."""
    session.connection().execute(_CLOSE, {"job": job_id, "now": now})


def copy_of(row: JobRow) -> dict[str, Any]:
    """What a fresh job of the same run is made of."""
    return {
        "run_id": row.run_id,
        "name": row.name,
        "queue": row.queue,
        "payload": row.payload,
        "rank": row.rank,
        "due_at": None,
    }


def put(session: Session, wanted: Mapping[str, Any], now: datetime) -> str:
    """Write a job that waits."""
    session.flush()  # the run, and what the job is about, come first
    job_id = new_id()
    row = {**wanted, "id": job_id, "state": JobState.WAITING, "created_at": now}
    session.connection().execute(_PUT, row)
    wake(session, TOPIC)
    return job_id
