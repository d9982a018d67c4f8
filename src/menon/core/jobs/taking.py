"""Units of work on the jobs that a process takes: claiming, adopting what was left, recording.

A job that a dead instance started is adopted by another, with the answers of its recorded steps;
what the first one records then, should it be alive after all, is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from menon.core.db.insert import insert_all_new
from menon.core.db.types import UtcDateTime
from menon.core.jobs.claim import Answer, Claim
from menon.core.jobs.models import JobRow, JobState, JobStep
from menon.core.jobs.outbox import close, copy_of, put
from menon.core.runs import store
from menon.core.runs.models import Run, RunState

FORMAT = 1
"""Version of what jobs record; raise it only when the records of old code cannot be gone on from.

A process of an older version drains what it works on; what it leaves is done again by a newer one
as a fresh job of the same run: its recorded steps run again under their keys. A hash of the sources
would strand running work at every edit.
"""

_RENEWED = 50
"""Jobs that a newer version of the code takes over in one unit."""

_BEGINS = frozenset({RunState.QUEUED, RunState.WAITING, RunState.FAILED, RunState.INTERRUPTED})
# Statements are made once: making one takes longer than executing it, and these run for each job.
_READY = (JobRow.state == JobState.WAITING) & (
    JobRow.due_at.is_(None) | (JobRow.due_at <= bindparam("now"))
)
_STARTED = (
    (JobRow.state == JobState.STARTED)
    & (
        JobRow.instance_id.is_(None)
        | JobRow.instance_id.not_in(bindparam("others", expanding=True))
    )
    & JobRow.id.not_in(bindparam("busy", expanding=True))
)
_QUEUE = JobRow.queue == bindparam("queue")
_NAMED = JobRow.name.in_(bindparam("names", expanding=True))
"""Another process may know more kinds of jobs than this one, whose work they stay."""


def _locking(*which: ColumnElement[bool]) -> Select[JobRow, Run]:
    return (
        select(JobRow, Run)
        .join(Run, Run.id == JobRow.run_id)
        .where(*which)
        .order_by(JobRow.rank, JobRow.id)
        .limit(bindparam("room", type_=Integer()))
        .with_for_update(skip_locked=True, of=(JobRow, Run))
    )


_CLAIMED = _locking(_QUEUE, _READY, _NAMED)
_LOST = _locking(_QUEUE, _STARTED, _NAMED, JobRow.format == bindparam("format"))
_OUTDATED = _locking(_STARTED, _NAMED, JobRow.format != bindparam("format"))
_DUE = func.min(func.coalesce(JobRow.due_at, bindparam("now", type_=UtcDateTime())))
_WAITS = (  # names are compared by the caller: a list of forty is read anew in each statement
    select(JobRow.queue, JobRow.name, _DUE.label("due"))
    .where(
        JobRow.state == JobState.WAITING,
        JobRow.queue.in_(bindparam("queues", expanding=True)),
    )
    .group_by(JobRow.queue, JobRow.name)
)
_FOREIGN = (
    select(JobRow.id, JobRow.name)
    .where(
        JobRow.state != JobState.CLOSED,
        JobRow.created_at < bindparam("before"),
        JobRow.name.not_in(bindparam("names", expanding=True)),
    )
    .limit(_RENEWED)
)
_BEGUN = select(
    exists().where(
        JobRow.state == JobState.STARTED, JobRow.id.not_in(bindparam("busy", expanding=True))
    )
)
_MINE = (  # held to the commit, so that an adoption waits for it and then sees the answers
    select(JobRow.id)
    .where(
        JobRow.id.in_(bindparam("ids", expanding=True)),
        JobRow.state == JobState.STARTED,
        JobRow.instance_id == bindparam("me"),
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in the outbox."""

    due: frozenset[str]
    """Queues in which a job is due."""
    later: datetime | None
    """When the first of the others comes due."""


def waits(
    session: Session, queues: Collection[str], names: Collection[str], now: datetime
) -> Waiting:
    """What waits in these queues of jobs of these names."""
    rows = session.execute(_WAITS, {"queues": list(queues), "now": now})
    found = [(row.queue, row.due) for row in rows if row.name in names]
    return Waiting(
        due=frozenset(queue for queue, due in found if due <= now),
        later=min((due for _, due in found if due > now), default=None),
    )


def begun(session: Session, busy: Collection[str]) -> bool:
    """Whether any job was started that is none of these."""
    return session.scalar(_BEGUN, {"busy": list(busy)}) or False


def foreign(session: Session, names: Collection[str], before: datetime) -> list[tuple[str, str]]:
    """Open jobs of other names that are older than a time, each with its name."""
    given = {"names": list(names), "before": before}
    return [(row.id, row.name) for row in session.execute(_FOREIGN, given)]


def claim(
    session: Session, me: str, free: Mapping[str, int], names: Collection[str], now: datetime
) -> list[Claim]:
    """Take jobs that wait, as many of each queue as there is room for, and begin their runs."""
    return _claimed(session, me, free, _CLAIMED, {"now": now, "names": list(names)}, begins=now)


def adopt(
    session: Session,
    me: str,
    free: Mapping[str, int],
    names: Collection[str],
    now: datetime,
    *,
    busy: Collection[str],
    alive: Collection[str],
) -> list[Claim]:
    """Take jobs that were started and that nobody works on.

    What another version of the code recorded is not gone on from: a fresh job takes over its run.

    Args:
        session: the unit's session.
        me: this instance.
        free: room by queue.
        names: the jobs that this process knows.
        now: the time.
        busy: jobs that this process works on.
        alive: the instances that work.
    """
    lost = {
        "others": list(set(alive) - {me}),
        "busy": list(busy),
        "format": FORMAT,
        "names": list(names),
    }
    for row, _ in _rows(session, _OUTDATED, {**lost, "room": _RENEWED}):
        put(session, copy_of(row), now)
        close(session, row.id, now)
    claims = _claimed(session, me, free, _LOST, lost)
    steps = _steps(session, [claim.id for claim in claims])
    return [replace(claim, steps=steps.get(claim.id, {})) for claim in claims]


def record(session: Session, me: str, answers: Sequence[Answer]) -> set[str]:
    """Keep the answers of steps, and answer the jobs that this instance has lost to another."""
    ids = {answer.job_id for answer in answers}
    kept = set(session.scalars(_MINE, {"ids": list(ids), "me": me}))
    rows = [
        {"job_id": answer.job_id, "name": answer.name, "answer": answer.answer}
        for answer in answers
        if answer.job_id in kept
    ]
    if rows:
        # A unit whose commit was not heard of runs again.
        insert_all_new(session, JobStep, rows)
    return ids - kept


def _steps(session: Session, job_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in session.scalars(select(JobStep).where(JobStep.job_id.in_(job_ids))):
        found.setdefault(row.job_id, {})[row.name] = row.answer
    return found


def _claimed(
    session: Session,
    me: str,
    free: Mapping[str, int],
    which: Select[JobRow, Run],
    given: Mapping[str, Any],
    *,
    begins: datetime | None = None,
) -> list[Claim]:
    return [
        _taken(row, run, me, begins)
        for queue, room in free.items()
        for row, run in _rows(session, which, {**given, "queue": queue, "room": room})
    ]


def _rows(
    session: Session, which: Select[JobRow, Run], given: Mapping[str, Any]
) -> list[tuple[JobRow, Run]]:
    return [(row, run) for row, run in session.execute(which, given)]


def _taken(row: JobRow, run: Run, me: str, begins: datetime | None = None) -> Claim:
    starts = run.attempts
    row.state, row.instance_id, row.format = JobState.STARTED, me, FORMAT
    epoch = 0
    # One unit for all that is claimed instead of one more for each; what was cancelled, or is
    # paused, is left to its attempt.
    if begins is not None and run.cancel_by is None and RunState(run.state) in _BEGINS:
        epoch = store.mark_begun(run, begins)
    return Claim(
        id=row.id,
        run_id=row.run_id,
        name=row.name,
        queue=row.queue,
        payload=row.payload,
        steps={},
        starts=starts,
        epoch=epoch,
        cancel_by=run.cancel_by,
    )
