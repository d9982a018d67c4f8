"""Reading runs and their logs; every list starts from `readable`."""

from collections.abc import AsyncIterator, Iterable, Mapping
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.db import Database
from menon.core.runs.events import TYPES, Envelope
from menon.core.runs.fold import Folded, rest, unfold
from menon.core.runs.kinds import RunType
from menon.core.runs.models import Run, RunEvent

_PAGE = 500


def readable(who: Principal) -> Select[Run]:
    """The runs that the principal may see: their own, or all."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(Run)
    return select(Run).where(Run.owner_id == who.user_id)


def epoch_and_state(session: Session, run_id: str) -> tuple[int, str] | None:
    """Where a run's log stands; None where there is no such run."""
    row = session.execute(select(Run.epoch, Run.state).where(Run.id == run_id)).first()
    return (row.epoch, row.state) if row else None


def asked(session: Session, run_ids: Iterable[str]) -> list[tuple[str, str | None, str | None]]:
    """Which of these runs are to be cancelled or paused: id, who cancels, who pauses."""
    wanted = Run.cancel_by.is_not(None) | Run.pause_by.is_not(None)
    rows = session.execute(
        select(Run.id, Run.cancel_by, Run.pause_by).where(Run.id.in_(list(run_ids)), wanted)
    )
    return [(row.id, row.cancel_by, row.pause_by) for row in rows]


def snapshot(session: Session, run_id: str, types: Mapping[str, RunType]) -> dict[str, Any]:
    """What the run's kind tells a reader who comes back from an older epoch."""
    run = session.get(Run, run_id)
    kind = types.get(run.kind) if run else None
    return kind.snapshot(session, run) if run and kind and kind.snapshot else {}


def last_seq(session: Session, run_id: str, epoch: int) -> int:
    """The highest stored seq of an epoch; 0 where there is none."""
    where = (RunEvent.run_id == run_id, RunEvent.epoch == epoch)
    return session.scalar(select(func.max(RunEvent.seq)).where(*where)) or 0


def events_after(
    session: Session,
    run_id: str,
    *,
    epoch: int,
    after: int,
    limit: int,
    unfolded: bool = False,
) -> list[Envelope]:
    """The stored events of an epoch after a seq, in order; unknown types are left out.

    With `unfolded` the deltas are those that were streamed, one by one. Rows may overlap where a
    flush was committed and its process did not hear of it: what one has told the next does not.
    """
    rows = session.execute(
        select(RunEvent.__table__)
        .where(RunEvent.run_id == run_id, RunEvent.epoch == epoch, RunEvent.seq > after)
        .order_by(RunEvent.seq)
        .limit(limit)
    )
    events: list[Envelope] = []
    for row in rows:
        if row.type not in TYPES:
            continue
        event = _event(row)
        if row.marks:
            folded = Folded(event, row.marks)
            if unfolded:
                events += unfold(folded, after)
            elif left := rest(folded, after):
                events.append(left)
        else:
            events.append(event)
        after = row.seq
    return events


async def told(
    db: Database, run_id: str, *, epoch: int, after: int, unfolded: bool
) -> AsyncIterator[list[Envelope]]:
    """All stored events of an epoch after a seq, a page at a time."""
    page = partial(events_after, limit=_PAGE, unfolded=unfolded)
    while batch := await db.read(page, run_id, epoch=epoch, after=after):
        after = batch[-1].seq
        yield batch


def _event(row: Any) -> Envelope:
    kind: Any = TYPES[row.type]
    return Envelope(
        run=row.run_id,
        epoch=row.epoch,
        seq=row.seq,
        at=row.at,
        type=row.type,
        data=msgspec.json.decode(row.data, type=kind),
        span=row.span,
        node=row.node,
        item=row.item,
        parent=row.parent,
    )
