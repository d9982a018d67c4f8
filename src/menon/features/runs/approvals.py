"""Units of work on approvals, for the jobs that wait for them: asking, and reading the decision.

def ask(session):                          # in the unit that parks the run
    open_approval(session, wanted, now)    # for each thing that the run waits for

raise Parked(RunState.WAITING, "waits for a person", record=ask)

decision = decision_of(session, run_id, node)      # when the job runs again
if decision.covers(args): ...                      # exactly what somebody approved
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM
from menon.core.runs.models import Run
from menon.features.runs import telling
from menon.features.runs.models import Approval, ApprovalState
from menon.features.runs.rules import shown_args
from menon.kit.digest import json_digest
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class NewApproval:
    """What a run wants to be allowed."""

    run_id: str
    node: str
    """The step, or the id of the tool call; unique within the run, and per attempt at it."""
    what: str
    """One sentence for the person who decides."""
    args: Any
    """The exact arguments, plain JSON."""
    tool: str = ""
    effect: str = "write"
    call_id: str = ""
    why: str = ""
    """Why somebody is asked."""
    tainted: bool = False
    may_remember: bool = False
    expires_at: datetime | None = None
    delegate_id: str | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Where the newest approval of a step stands."""

    approval_id: str
    state: ApprovalState
    args_hash: str
    by: str
    comment: str

    tool: str = ""
    effect: str = ""
    args: Any = None
    """As people saw them: secrets masked."""
    owner_id: str = ""
    remember: str = ""
    tainted: bool = False

    def covers(self, args: Any) -> bool:
        """Whether exactly these arguments were approved."""
        return self.state is ApprovalState.APPROVED and self.args_hash == json_digest(args)


def open_approval(session: Session, new: NewApproval, now: datetime) -> str:
    """Ask, in the unit that parks the run, and answer the approval's id.

    The same step with the same arguments is asked once, whatever came of it: to ask again, say
    which attempt it is in `node`. Where the decision came while the run was at work, it goes on.

    Raises:
        NotFound: there is no such run.
    """
    run = telling.locked_run(session, new.run_id)
    digest = json_digest(new.args)
    before = _newest(session, new.run_id, new.node)
    if before is not None and before.args_hash == digest:
        if before.state != ApprovalState.WAITING:
            telling.resolved(session, before, run, now)
            telling.wake(session, run, now)
        return before.id
    if before is not None and before.state == ApprovalState.WAITING:
        telling.close(session, before, run, ApprovalState.WITHDRAWN, who=SYSTEM, now=now)
    row = _row(new, run, digest, now)
    session.add(row)
    session.flush()
    telling.asked(session, row, run)
    return row.id


def pending(session: Session, run_id: str) -> list[str]:
    """The ids of what a run waits for, oldest first."""
    waiting = (Approval.run_id == run_id, Approval.state == ApprovalState.WAITING)
    return list(session.scalars(select(Approval.id).where(*waiting).order_by(Approval.id)))


def decision_of(session: Session, run_id: str, node: str) -> Decision | None:
    """Where the newest approval of a step stands; None where nobody was asked yet."""
    row = _newest(session, run_id, node)
    return None if row is None else _decision(row)


def decision(session: Session, approval_id: str) -> Decision | None:
    """Where an approval stands; None where there is no such one."""
    row = session.get(Approval, approval_id)
    return None if row is None else _decision(row)


def remembered(session: Session, run_id: str) -> list[Decision]:
    """What of a run was allowed for more than one call."""
    approved = (Approval.run_id == run_id, Approval.state == ApprovalState.APPROVED)
    rows = session.scalars(select(Approval).where(*approved, Approval.remember != ""))
    return [_decision(row) for row in rows]


def _decision(row: Approval) -> Decision:
    return Decision(
        approval_id=row.id,
        state=ApprovalState(row.state),
        args_hash=row.args_hash,
        by=row.decided_by,
        comment=row.comment,
        tool=row.tool,
        effect=row.effect,
        args=row.args,
        owner_id=row.owner_id,
        remember=row.remember,
        tainted=row.tainted,
    )


def _row(new: NewApproval, run: Run, digest: str, now: datetime) -> Approval:
    return Approval(
        id=new.id,
        run_id=run.id,
        node=new.node,
        call_id=new.call_id,
        what=new.what[:500],
        why=new.why[:300],
        tool=new.tool,
        effect=new.effect,
        args=shown_args(new.args),
        args_hash=digest,
        owner_id=run.owner_id,
        delegate_id=new.delegate_id,
        requested_at=now,
        expires_at=new.expires_at,
        state=ApprovalState.WAITING,
        decided_by="",
        comment="",
        tainted=new.tainted,
        may_remember=new.may_remember,
        remember="",
    )


def _newest(session: Session, run_id: str, node: str) -> Approval | None:
    where = (Approval.run_id == run_id, Approval.node == node)
    return session.scalar(select(Approval).where(*where).order_by(Approval.id.desc()).limit(1))
