"""Ending a run from outside, where no attempt at its job can end it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.jobs.models import JobRow, JobState
from menon.core.jobs.outbox import close
from menon.core.runs import control, queries
from menon.core.runs.events import Cancelled, Envelope, Event
from menon.core.runs.finishing import finish
from menon.core.runs.models import ENDED, Run, RunState


def fold(session: Session, job_id: str, ending: Event, now: datetime) -> None:
    """Close a job, and end its run unless that has ended or is to go on another time."""
    row = session.get(JobRow, job_id, with_for_update=True)
    if row is None or row.state == JobState.CLOSED:
        return
    run = session.get_one(Run, row.run_id, with_for_update=True)
    if RunState(run.state) not in ENDED | control.IDLE:
        seq = queries.last_seq(session, run.id, run.epoch) + 1
        event = Envelope(
            run=run.id, epoch=run.epoch, seq=seq, at=now, type=ending.type, data=ending
        )
        finish(session, event, now=now)
    close(session, job_id, now)


def cancelled_waiting(session: Session, *, limit: int = 20) -> list[tuple[str, str]]:
    """Jobs whose runs were cancelled before anybody began them, each with who did it."""
    found = session.execute(
        select(JobRow.id, Run.cancel_by)
        .join(Run, Run.id == JobRow.run_id)
        .where(Run.cancel_by.is_not(None), JobRow.state == JobState.WAITING)
        .limit(limit)
    )
    return [(row.id, row.cancel_by) for row in found]


def cancel_all(session: Session, cancelled: Iterable[tuple[str, str]], now: datetime) -> None:
    """End the runs of these jobs as cancelled."""
    for job_id, by in cancelled:
        fold(session, job_id, Cancelled(by=by), now)


def open_though_ended(session: Session, *, limit: int = 50) -> list[str]:
    """Jobs that are open although their run has ended, for whatever reason."""
    found = (
        select(JobRow.id)
        .join(Run, Run.id == JobRow.run_id)
        .where(JobRow.state != JobState.CLOSED, Run.state.in_(ENDED))
    )
    return list(session.scalars(found.limit(limit)))


def close_all(session: Session, job_ids: Iterable[str], now: datetime) -> None:
    """Close these jobs."""
    for job_id in job_ids:
        close(session, job_id, now)


def still_open(session: Session, job_id: str) -> bool:
    """Whether the run of a job has not ended."""
    found = select(Run.state).join(JobRow, JobRow.run_id == Run.id).where(JobRow.id == job_id)
    return RunState(session.scalar(found) or RunState.CANCELLED) not in ENDED
