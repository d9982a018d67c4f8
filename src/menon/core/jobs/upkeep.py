"""Dropping what is old, batch by batch."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.jobs.models import JobEffect, JobRow, JobState, JobStep
from menon.core.runs.models import ENDED, Run

BATCH = 50
"""Rows in a unit of work, so that it stays below 20 ms."""


async def sweep(db: Database, before: datetime) -> int:
    """Forget jobs that were closed before a time, and answer how many."""
    swept = 0
    while old := await db.read(closed_before, before):
        await db.write_bulk(drop, old)
        swept += len(old)
    return swept


def closed_before(session: Session, before: datetime) -> list[str]:
    """The oldest jobs that were closed before a time, one batch."""
    found = select(JobRow.id).where(JobRow.state == JobState.CLOSED, JobRow.closed_at < before)
    return list(session.scalars(found.order_by(JobRow.id).limit(BATCH)))


def drop(session: Session, job_ids: Collection[str]) -> None:
    """Delete jobs with their steps, and the effects of those of their runs that have ended."""
    runs = select(Run.id).join(JobRow, JobRow.run_id == Run.id)
    ended = runs.where(JobRow.id.in_(job_ids), Run.state.in_(ENDED))
    session.execute(delete(JobEffect).where(JobEffect.run_id.in_(ended)))
    session.execute(delete(JobStep).where(JobStep.job_id.in_(job_ids)))
    session.execute(delete(JobRow).where(JobRow.id.in_(job_ids)))
