"""Units that close an approval and tell of it: its record, its event, its run.

Whoever changes an approval holds the row of its run first, so that a run which parks and a decision
about it wait for each other, and neither is lost.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.events import DomainEvent, publish
from menon.core.jobs import go_on, has_job
from menon.core.runs.events import ApprovalRequired, ApprovalResolved, Envelope, Event
from menon.core.runs.models import ENDED, Run, RunEvent, RunState
from menon.core.runs.queries import last_seq
from menon.core.runs.store import notify, row_of
from menon.features.runs.models import Approval, ApprovalState


class ApprovalRequested(DomainEvent, frozen=True, kw_only=True):
    """A run waits for a person."""

    type: ClassVar[str] = "approval.requested"
    approval_id: str
    run_id: str
    owner_id: str
    delegate_id: str | None
    what: str

    @property
    def subject(self) -> str:
        return f"run:{self.run_id}"


class ApprovalDecided(DomainEvent, frozen=True, kw_only=True):
    """A person has decided, or nobody did in time."""

    type: ClassVar[str] = "approval.decided"
    approval_id: str
    run_id: str
    owner_id: str
    node: str
    decision: str
    by: str

    @property
    def subject(self) -> str:
        return f"run:{self.run_id}"


def locked_run(session: Session, run_id: str) -> Run:
    """A run as it is now, held to the end of the unit.

    Raises:
        NotFound: there is none.
    """
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFound
    return run


def asked(session: Session, row: Approval, run: Run) -> None:
    """Tell that a run waits for a person."""
    event = ApprovalRequested(
        approval_id=row.id,
        run_id=row.run_id,
        owner_id=row.owner_id,
        delegate_id=row.delegate_id,
        what=row.what,
    )
    publish(session, event, now=row.requested_at)
    required = ApprovalRequired(
        approval_id=row.id,
        what=row.what,
        args_hash=row.args_hash,
        expires=row.expires_at,
        call_id=row.call_id,
    )
    _say(session, run, required, row.requested_at)


def close(
    session: Session,
    row: Approval,
    run: Run,
    state: ApprovalState,
    *,
    who: Principal,
    now: datetime,
) -> None:
    """Decide an approval that waits, once and for all; the run goes on where it waits for it."""
    row.state, row.decided_by, row.decided_at = state, who.name[:100], now
    audit.record(
        session,
        who,
        f"approval.{state}",
        subject=row.id,
        at=now,
        run=row.run_id,
        node=row.node,
        args_hash=row.args_hash,
        **({"remember": row.remember} if row.remember else {}),
    )
    publish(
        session,
        ApprovalDecided(
            approval_id=row.id,
            run_id=row.run_id,
            owner_id=row.owner_id,
            node=row.node,
            decision=state,
            by=row.decided_by,
        ),
        now=now,
    )
    resolved(session, row, run, now)
    if state is not ApprovalState.WITHDRAWN:
        wake(session, run, now)


def wake(session: Session, run: Run, now: datetime) -> None:
    """Let a durable run go on that waits; one that is paused or at work finds the decision itself.

    One that is no job's hears of the decision by its event.
    """
    if run.state == RunState.WAITING and has_job(session, run.id):
        go_on(session, run.id, now)


def resolved(session: Session, row: Approval, run: Run, now: datetime) -> None:
    """Put the decision into the run's log."""
    event = ApprovalResolved(approval_id=row.id, decision=row.state, by=row.decided_by)
    _say(session, run, event, now)


def _say(session: Session, run: Run, data: Event, now: datetime) -> None:
    # A run at work has its own writer; what was decided meanwhile is said when it parks.
    if run.state == RunState.RUNNING or run.state in ENDED:
        return
    seq = last_seq(session, run.id, run.epoch) + 1
    event = Envelope(run=run.id, epoch=run.epoch, seq=seq, at=now, type=data.type, data=data)
    session.execute(insert(RunEvent), [row_of(event)])
    notify(session)
