"""Units of work that end the runs which nobody generates any more."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.instances import dead, forget
from menon.core.runs.events import Envelope, State
from menon.core.runs.finishing import finish
from menon.core.runs.kinds import RunType
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runs.queries import last_seq

OPEN = Run.state.in_([state for state in RunState if state not in ENDED])


def interrupt_orphans(
    session: Session, now: datetime, types: Mapping[str, RunType] | None = None
) -> list[str]:
    """End the runs that dead processes were generating; their partial answers stay.

    Args:
        session: the unit's session.
        now: the time of the end.
        types: the kinds that this process knows, and what each does about its interrupted runs;
            runs of other kinds are left to a process that knows them.

    Returns:
        The ids of the runs that became `interrupted`.
    """
    gone = dead(session, now)
    if not gone:
        return []
    runs = session.scalars(select(Run.id).where(Run.instance_id.in_(gone), OPEN)).all()
    ended = interrupt(session, runs, now, types)
    left = set(session.scalars(select(Run.instance_id).where(Run.instance_id.in_(gone), OPEN)))
    forget(session, [instance for instance in gone if instance not in left])
    return ended


def interrupt(
    session: Session,
    run_ids: Collection[str],
    now: datetime,
    types: Mapping[str, RunType] | None = None,
) -> list[str]:
    """End those of the runs that are still open and of a known kind, and return their ids."""
    wanted = select(Run.id, Run.epoch, Run.kind).where(Run.id.in_(run_ids), OPEN)
    if types is not None:
        wanted = wanted.where(Run.kind.in_(types))
    runs = session.execute(wanted).all()
    for run in runs:
        data = State(before="running", after="interrupted", reason="the server stopped")
        seq = last_seq(session, run.id, run.epoch) + 1
        event = Envelope(run=run.id, epoch=run.epoch, seq=seq, at=now, type=State.type, data=data)
        finish(session, event, now=now)
        abandoned(session, session.get_one(Run, run.id), types or {})
    return [run.id for run in runs]


def abandoned(session: Session, run: Run, types: Mapping[str, RunType]) -> None:
    """Let its feature keep what a run had made whose end nobody wrote."""
    kind = types.get(run.kind)
    if kind is not None and kind.abandoned is not None:
        kind.abandoned(session, run)


def open_of(session: Session, instance: str) -> set[str]:
    """The ids of the open runs that this process is to generate."""
    return set(session.scalars(select(Run.id).where(Run.instance_id == instance, OPEN)))
