"""The unit that ends a run: the rest of its log, the log folded, and the row as it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from menon.core.db.insert import insert_all_new
from menon.core.runs.ended import tell_ended
from menon.core.runs.events import Cancelled, Complete, Content, Envelope, Error, Event, Thinking
from menon.core.runs.fold import Folded, fold
from menon.core.runs.models import ENDED, Run, RunEvent, RunState
from menon.core.runs.queries import events_after
from menon.core.runs.store import Spent, notify, row_of


@dataclass(slots=True)
class EndingRun:
    """The row of a run in the unit that ends it; what is set here is stored with the end.

    Not mapped: loading a run to set its answer, and storing that, took a tenth of a short turn.
    """

    id: str
    kind: str
    epoch: int
    attempts: int
    owner_id: str
    parent_id: str | None
    title: str
    subject: str
    started_at: datetime | None
    state: str
    ended_at: datetime | None
    output: Any
    model: str
    error_code: str | None
    error_detail: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    cost: float


RunRow = Run | EndingRun
"""A run in the unit that ends it, or has it wait."""

Record = Callable[[Session, RunRow], object] | None
"""Stores in the same unit what the run made, and says of the run what its row is to tell."""

_COLUMNS = tuple(each.name for each in fields(EndingRun))
_SAID = _COLUMNS[_COLUMNS.index("state") :]
"""What an end may change."""

# Made once, and past the mapper: this ends each answer to a question.
_OPEN = (
    select(*(getattr(Run, name) for name in _COLUMNS))
    .where(Run.id == bindparam("of_run"))
    .with_for_update()
)
_END = update(Run).where(Run.id == bindparam("of_run"))
_DROP_DELTAS = delete(RunEvent).where(
    RunEvent.run_id == bindparam("run"),
    RunEvent.epoch == bindparam("of_epoch"),
    RunEvent.seq < bindparam("before"),
    RunEvent.type.in_((Content.type, Thinking.type)),
)


def finish(
    session: Session,
    ending: Envelope,
    *,
    before: Sequence[Envelope] = (),
    rows: Sequence[Envelope | Folded] | None = None,
    spent: Spent | None = None,
    record: Record = None,
    now: datetime,
) -> bool:
    """End a run: store what is left of its log with the ending, fold it, set the state.

    Args:
        session: the unit's session.
        ending: a `complete`, `error`, `cancelled` or a `state` to `interrupted`.
        before: events that were not stored yet.
        rows: the whole epoch with the ending, folded, where the writer has it, so that the log
            need not be read back.
        spent: what the run used up.
        record: stores what it made; called with the row as it ends.
        now: the time of the end.

    Returns:
        False when a newer writer owns the run; nothing is changed then.
    """
    session.flush()  # what this unit has said of the run
    row = session.connection().execute(_OPEN, {"of_run": ending.run}).first()
    if row is None or row.epoch != ending.epoch or RunState(row.state) in ENDED:
        return False
    _store_folded(session, [*before, ending], rows)
    run = EndingRun(*row)
    _end(run, ending.data, spent, now)
    if record is not None:
        record(session, run)
    said = {name: getattr(run, name) for name in _SAID}
    if run.output is row.output:  # nothing stays NULL, and what is large is not written again
        del said["output"]
    session.connection().execute(_END, {"of_run": run.id, "instance_id": None, **said})
    if (held := session.identity_map.get(identity_key(Run, ending.run))) is not None:
        session.expire(held)
    tell_ended(session, run)
    notify(session)
    return True


def spend(run: RunRow, spent: Spent) -> None:
    """Say what a run has used up so far."""
    run.requests, run.input_tokens = spent.requests, spent.input_tokens
    run.output_tokens, run.cost = spent.output_tokens, spent.cost


def _end(run: EndingRun, ending: Event, spent: Spent | None, now: datetime) -> None:
    """Say of a run's row how it ended."""
    run.state, run.ended_at = RunState.INTERRUPTED, now
    run.error_code = run.error_detail = None
    if isinstance(ending, Error):
        run.state, run.error_code, run.error_detail = RunState.FAILED, ending.code, ending.detail
    elif isinstance(ending, Complete):
        run.state, run.output = RunState.COMPLETED, ending.output
    elif isinstance(ending, Cancelled):
        run.state = RunState.CANCELLED
    else:
        run.error_code, run.error_detail = "RUN_001", getattr(ending, "reason", None)
    if spent is not None:
        spend(run, spent)


def _store_folded(
    session: Session, left: Sequence[Envelope], rows: Sequence[Envelope | Folded] | None
) -> None:
    """Store the rest of a log, with its text deltas, those stored before too, in one row each."""
    run_id, epoch, first = left[-1].run, left[-1].epoch, left[0].seq
    if rows is None:
        said = events_after(session, run_id, epoch=epoch, after=0, limit=100_000, unfolded=True)
        rows = fold([*(event for event in said if event.seq < first), *left])
    kept = (row for row in rows if _replaces(row, first))
    stored = [row_of(r.envelope, r.marks) if isinstance(r, Folded) else row_of(r) for r in kept]
    # All of them: what is left may be stored too, by a commit of which nobody heard.
    gone = {"run": run_id, "of_epoch": epoch, "before": left[-1].seq}
    session.connection().execute(_DROP_DELTAS, gone)
    insert_all_new(session, RunEvent, stored)


def _replaces(row: Envelope | Folded, first: int) -> bool:
    """Whether a row is to be stored: it is new, or stands for deltas whose rows are dropped."""
    event = row.envelope if isinstance(row, Folded) else row
    return event.seq >= first or isinstance(event.data, Content | Thinking)
