"""The processes that work on jobs, and how much waits for them: read from what they wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from menon.core import instances
from menon.core.instances import Instance
from menon.core.jobs.job import Queue
from menon.core.jobs.models import JobRow, JobState
from menon.core.runtime import Runtime
from menon.features.workflows.workers.rules import Counts, Process, report
from menon.features.workflows.workers.schemas import WorkersOut


async def overview(runtime: Runtime) -> WorkersOut:
    """Every process that is alive, and every queue."""
    return await runtime.db.read(_overview, runtime.clock.now())


def _overview(session: Session, now: datetime) -> WorkersOut:
    alive = instances.alive(session, now)
    rows = session.scalars(select(Instance).where(Instance.id.in_(alive)).order_by(Instance.id))
    processes = [
        Process(
            id=row.id,
            host=row.host,
            pid=row.pid,
            pools=row.pools,
            started_at=row.started_at,
            beat_at=row.beat_at,
        )
        for row in rows
    ]
    return report(processes, _counts(session, now), get_args(Queue), now)


def _counts(session: Session, now: datetime) -> Counts:
    later = JobRow.due_at.is_not(None) & (JobRow.due_at > now)
    waiting, oldest = _waiting(session, ~later)
    planned, _ = _waiting(session, later)
    started = session.execute(
        select(JobRow.queue, JobRow.instance_id, func.count())
        .where(JobRow.state == JobState.STARTED)
        .group_by(JobRow.queue, JobRow.instance_id)
    )
    return Counts(
        waiting=waiting,
        oldest=oldest,
        planned=planned,
        started={(queue, who or ""): count for queue, who, count in started},
    )


def _waiting(
    session: Session, when: ColumnElement[bool]
) -> tuple[Mapping[str, int], Mapping[str, datetime]]:
    since = func.min(func.coalesce(JobRow.due_at, JobRow.created_at))
    rows = session.execute(
        select(JobRow.queue, func.count(), since)
        .where(JobRow.state == JobState.WAITING, when)
        .group_by(JobRow.queue)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
