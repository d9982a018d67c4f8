"""Units of work on runs: making one, starting it, adding to its log; `finishing` ends them.

The log of a run has one fenced writer: each start raises `epoch` in the run's row, and rows of an
older epoch are refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from menon.core.db.insert import insert_all_new
from menon.core.errors import Conflict, NotFound
from menon.core.runs.events import Envelope
from menon.core.runs.fold import Folded
from menon.core.runs.models import ENDED, Run, RunEvent, RunKind, RunState

CHANNEL = "menon_runs"
"""On PostgreSQL one notification a unit tells other processes to look; it carries nothing."""

_ROWS = 200
"""Rows that one statement stores: as parameters a thousand take a MB."""

# Made once, and past the mapper: a run is made, and its log stored, for each question.
_CREATE = insert(Run)
_WRITTEN = (  # locked, in one order: who ends a run after this look would take its rows' numbers
    select(Run.id, Run.epoch, Run.state)
    .where(Run.id.in_(bindparam("runs", expanding=True)))
    .order_by(Run.id)
    .with_for_update(read=True)
)

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """What is known of a run before it starts."""

    id: str
    kind: RunKind
    owner_id: str
    title: str = ""
    subject: str = ""
    agent_id: str | None = None
    input: dict[str, Any] = field(default_factory=dict[str, Any])
    parent_id: str | None = None
    model: str = ""
    trace_id: str = ""
    span_id: str = ""
    instance: str | None = None
    """The process that generates it in memory; such a run begins with the unit that creates it, and
    a death before its first event is noticed too."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a run used up."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0


def create(session: Session, run: NewRun, now: datetime) -> int:
    """Write a run, which is acknowledged once the unit is committed, and return its epoch.

    One that a process generates in memory has begun (`RunLog.start` takes its epoch), any other is
    queued.
    """
    begun = run.instance is not None
    session.flush()  # what the run is about comes first
    row = {
        "id": run.id,
        "kind": run.kind,
        "state": RunState.RUNNING if begun else RunState.QUEUED,
        "epoch": int(begun),
        "attempts": int(begun),
        "owner_id": run.owner_id,
        "title": run.title[:200],
        "subject": run.subject,
        "agent_id": run.agent_id,
        "input": run.input,
        "parent_id": run.parent_id,
        "model": run.model,
        "trace_id": run.trace_id,
        "span_id": run.span_id,
        "instance_id": run.instance,
        "created_at": now,
        "started_at": now if begun else None,
    }
    session.connection().execute(_CREATE, row)
    return int(begun)


def begin(session: Session, run_id: str, now: datetime, *, instance: str | None = None) -> int:
    """Start (or start again) a run and return the epoch under which its writer may write.

    Raises:
        NotFound: there is no such run.
        Conflict: it is paused, has completed or was cancelled.
    """
    run = session.get(Run, run_id, with_for_update=True)
    if run is None:
        raise NotFound
    if run.state in {RunState.COMPLETED, RunState.CANCELLED, RunState.PAUSED}:
        raise Conflict(f"The run is {run.state}; resume it, or start a new one.")
    return mark_begun(run, now, instance=instance)


def mark_begun(run: Run, now: datetime, *, instance: str | None = None) -> int:
    """Start a run whose row is locked, and return its new epoch."""
    run.state = RunState.RUNNING
    run.epoch += 1
    run.attempts += 1
    run.instance_id = instance
    run.started_at = run.started_at or now
    run.ended_at = None
    run.error_code = run.error_detail = None
    return run.epoch


def queue_again(session: Session, run_id: str, *, instance: str | None) -> None:
    """Have an ended run wait for its next start, by this process."""
    session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(state=RunState.QUEUED, instance_id=instance, cancel_by=None)
    )


def append(session: Session, rows: Sequence[Envelope | Folded]) -> set[str]:
    """Store rows of any number of runs and return the runs whose writer is fenced off."""
    if not rows:
        return set()
    events = [(row.envelope, row.marks) if isinstance(row, Folded) else (row, None) for row in rows]
    epochs = {event.run: event.epoch for event, _ in events}
    session.flush()  # what this unit has said of the runs
    found = session.connection().execute(_WRITTEN, {"runs": list(epochs)})
    valid = {run.id for run in found if run.epoch == epochs[run.id] and run.state not in ENDED}
    accepted = [each for each in events if each[0].run in valid]
    for at in range(0, len(accepted), _ROWS):
        # A commit of which nobody heard has stored some of them; there is one writer.
        insert_all_new(session, RunEvent, [row_of(*e) for e in accepted[at : at + _ROWS]])
    if accepted:
        notify(session)
    return set(epochs) - valid


def progress(session: Session, run_id: str, *, done: int, total: int | None, note: str) -> None:
    """Keep how far a run is in its row, for lists."""
    session.execute(
        update(Run).where(Run.id == run_id).values(done=done, total=total, note=note[:500])
    )


def notify(session: Session) -> None:
    """Tell other processes to look; they hear of it after the commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


def row_of(event: Envelope, marks: list[list[int]] | None = None) -> dict[str, Any]:
    """The row of an event."""
    return {
        "run_id": event.run,
        "epoch": event.epoch,
        "seq": event.seq,
        "at": event.at,
        "type": event.type,
        "data": _encode(event.data).decode(),
        "span": event.span,
        "node": event.node,
        "item": event.item,
        "parent": event.parent,
        "marks": marks,
    }
