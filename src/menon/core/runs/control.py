"""Units of work by which others than its writer stop, pause and take over a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from menon.core.db.insert import insert_all_new
from menon.core.db.wake import wake
from menon.core.errors import Conflict, NotFound
from menon.core.runs.events import Cancelled, Envelope, Event, State
from menon.core.runs.finishing import Record, finish, spend
from menon.core.runs.kinds import RunType
from menon.core.runs.models import ENDED, LIVE, Run, RunEvent, RunKind, RunState
from menon.core.runs.orphans import abandoned
from menon.core.runs.queries import last_seq
from menon.core.runs.store import Spent, notify, row_of

ASKED = "runs.asked"
"""Woken when somebody asks for the end or the pause of a run that is at work."""

IDLE = frozenset({RunState.WAITING, RunState.PAUSED})
"""Nobody writes the log of such a run, and it is not over."""


def request_cancel(
    session: Session,
    run_id: str,
    by: str,
    now: datetime,
    types: Mapping[str, RunType] | None = None,
) -> RunState:
    """Ask whoever works on the run, and on those below it, to stop; return the state it was in.

    A run that waits or is paused has nobody to ask: it ends in this unit, in which its kind of
    `types` keeps what it had made.

    Raises:
        NotFound: there is no such run.
    """
    run = _locked(session, run_id)
    before = RunState(run.state)
    below = select(Run.id).where(Run.parent_id == run_id, Run.state.not_in(ENDED))
    for child in session.scalars(below).all():
        request_cancel(session, child, by, now, types)
    if before in IDLE:
        finish(session, _next(session, run, Cancelled(by=by[:100]), now), now=now)
        abandoned(session, run, types or {})
    elif before not in ENDED:
        run.cancel_by = by[:100]
        _ask(session)
    return before


def request_pause(session: Session, run_id: str, by: str, now: datetime) -> RunState:
    """Have a durable run stop until `jobs.go_on`, and return the state that it was in.

    One that is at work is interrupted by its process within 250 ms; the step at hand runs again.

    Raises:
        NotFound: there is no such run.
        Conflict: it has ended, or lives in one process only.
    """
    run = _locked(session, run_id)
    before = RunState(run.state)
    if before in ENDED:
        raise Conflict(f"The run is {before}.")
    if RunKind(run.kind) in LIVE:
        raise Conflict(f"A {run.kind} run cannot be paused; cancel it, or let it go on.")
    if before is RunState.RUNNING:
        run.pause_by = by[:100]
        _ask(session)
    elif before is not RunState.PAUSED:
        _move(session, run, RunState.PAUSED, f"paused by {by}", now)
    return before


def park(
    session: Session,
    state: Envelope,
    *,
    before: Sequence[Envelope] = (),
    spent: Spent | None = None,
    record: Record = None,
) -> bool:
    """Have a run wait without a process: store what is left of its log, and set the state.

    Args:
        session: the unit's session.
        state: a `state` event to `waiting` or `paused`.
        before: events that were not stored yet.
        spent: what the run has used up so far.
        record: stores what it made and what it goes on from.

    Returns:
        False when a newer writer owns the run; nothing is changed then.
    """
    run = session.get(Run, state.run, with_for_update=True)
    if run is None or run.epoch != state.epoch or RunState(run.state) in ENDED:
        return False
    if spent is not None:
        spend(run, spent)
    insert_all_new(session, RunEvent, [row_of(event) for event in (*before, state)])
    run.state = RunState(getattr(state.data, "after", RunState.WAITING))
    # Attempts are counted to give up on what kills its process; what parks has killed nothing.
    run.pause_by, run.attempts, run.instance_id = None, 0, None
    if run.cancel_by is not None:
        finish(session, _next(session, run, Cancelled(by=run.cancel_by), state.at), now=state.at)
    session.flush()
    if record is not None:
        record(session, run)
    notify(session)
    return True


def take_up(session: Session, run_id: str, now: datetime, *, instance: str) -> int | None:
    """Let a run that waits be generated on by this process, under the epoch that it has.

    Its log goes on as if nothing had been in between: readers have nothing to take back.

    Returns:
        The seq after which the log goes on; None where the run does not wait.
    """
    run = _locked(session, run_id)
    if run.state != RunState.WAITING:
        return None
    _move(session, run, RunState.RUNNING, "goes on", now)
    run.instance_id = instance
    return last_seq(session, run.id, run.epoch)


def reopen(session: Session, run: Run, to: RunState, reason: str, now: datetime) -> None:
    """Let a run that waits, is paused or has ended be worked on again; what asked of it is over."""
    run.cancel_by = run.pause_by = None
    _move(session, run, to, reason, now)


def owns(session: Session, run_id: str, epoch: int) -> bool:
    """Whether the writer of this epoch may still write; holds the run's row to the unit's end."""
    run = session.execute(
        select(Run.epoch, Run.state).where(Run.id == run_id).with_for_update()
    ).first()
    return run is not None and run.epoch == epoch and RunState(run.state) not in ENDED


def _ask(session: Session) -> None:
    notify(session)
    wake(session, ASKED)


def _locked(session: Session, run_id: str) -> Run:
    run = session.get(Run, run_id, with_for_update=True)
    if run is None:
        raise NotFound
    return run


def _move(session: Session, run: Run, to: RunState, reason: str, now: datetime) -> None:
    event = _next(session, run, State(before=run.state, after=to, reason=reason), now)
    session.execute(insert(RunEvent), [row_of(event)])
    run.state = to
    session.flush()
    notify(session)


def _next(session: Session, run: Run, data: Event, now: datetime) -> Envelope:
    seq = last_seq(session, run.id, run.epoch) + 1
    return Envelope(run=run.id, epoch=run.epoch, seq=seq, at=now, type=data.type, data=data)
