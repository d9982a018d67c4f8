"""Units of work on approvals, for the people who decide them and for the clock that does."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Action, Principal, Reach, reach
from menon.core.errors import Conflict, Forbidden, NotFound
from menon.core.runs.models import ENDED, Run, RunState
from menon.features.runs import telling
from menon.features.runs.models import Approval, ApprovalState, Remember


def decidable(who: Principal) -> Select[Approval]:
    """The approvals that somebody may decide: of their own runs, given to them, or all."""
    found = select(Approval)
    match reach(who, Action.APPROVE):
        case Reach.ANY:
            return found
        case Reach.OWN:
            mine = or_(Approval.owner_id == who.user_id, Approval.delegate_id == who.user_id)
            return found.where(mine)
        case _:
            return found.where(Approval.id.is_(None))


def decide(
    session: Session,
    who: Principal,
    approval_id: str,
    decision: Literal["approve", "deny"],
    *,
    args_hash: str,
    now: datetime,
    comment: str = "",
    remember: Remember | None = None,
) -> Approval:
    """Say yes or no, once; a durable run that waits for it goes on in the same unit.

    Args:
        session: the unit's session.
        who: the person.
        approval_id: what they decide.
        decision: what they say.
        args_hash: of the arguments that they looked at.
        now: the time.
        comment: why.
        remember: for how long a yes counts; for this call alone where it is left out.

    Raises:
        NotFound: there is no such approval, or it is not theirs to decide.
        Conflict: it is decided or expired, they looked at other arguments, or it is asked every
            time.
        Forbidden: only the owner of the run may allow it for ever.
    """
    row, run = locked(session, who, approval_id)
    if row.state != ApprovalState.WAITING or RunState(run.state) in ENDED:
        raise _over(row)
    if row.expires_at is not None and row.expires_at <= now:
        raise Conflict("It has expired; the run goes on without it.")
    if row.args_hash != args_hash:
        raise Conflict("These are not the arguments that the run waits with; look at them again.")
    state = ApprovalState.APPROVED if decision == "approve" else ApprovalState.DENIED
    row.comment = comment
    if remember is not None and state is ApprovalState.APPROVED:
        row.remember = _remembered(row, who, remember)
    telling.close(session, row, run, state, who=who, now=now)
    return row


def delegate(
    session: Session, who: Principal, approval_id: str, to: tuple[str, str], *, now: datetime
) -> Approval:
    """Let somebody else decide too.

    Args:
        session: the unit's session.
        who: who may decide now.
        approval_id: what it is about.
        to: user id and name of somebody who has the right to approve.
        now: the time.

    Raises:
        NotFound: there is no such approval, or it is not theirs to decide.
        Conflict: it is decided.
    """
    row, _ = locked(session, who, approval_id)
    if row.state != ApprovalState.WAITING:
        raise _over(row)
    row.delegate_id = to[0]
    audit.record(session, who, "approval.delegated", subject=row.id, at=now, to=to[1])
    return row


def due(session: Session, now: datetime) -> bool:
    """Whether something is to be settled."""
    return session.execute(_due(now).limit(1)).first() is not None


def settle(session: Session, now: datetime, *, limit: int = 50) -> int:
    """Decide what nobody decided in time, and take back what ended runs asked; counts both."""
    count = 0
    for found in session.execute(_due(now).order_by(Approval.run_id).limit(limit)).all():
        run = telling.locked_run(session, found.run_id)
        row = session.get_one(Approval, found.id, with_for_update=True, populate_existing=True)
        if row.state == ApprovalState.WAITING:
            ended = RunState(run.state) in ENDED
            state = ApprovalState.WITHDRAWN if ended else ApprovalState.EXPIRED
            telling.close(session, row, run, state, who=SYSTEM, now=now)
            count += 1
    return count


def locked(session: Session, who: Principal, approval_id: str) -> tuple[Approval, Run]:
    """An approval that somebody may decide and its run, both held to the end of the unit.

    Raises:
        NotFound: there is none, or it is not theirs to decide.
    """
    wanted = decidable(who).where(Approval.id == approval_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    run = telling.locked_run(session, found.run_id)
    again = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(again).one(), run


def _remembered(row: Approval, who: Principal, remember: Remember) -> Remember:
    if not row.may_remember:
        raise Conflict("This is asked every time; approve it without `remember`.")
    if remember is Remember.ALWAYS and row.owner_id != who.user_id:
        raise Forbidden("Only the owner of the run may allow it for ever; remember it for the run.")
    return remember


def _due(now: datetime) -> Select[str, str]:
    lapsed = Approval.expires_at.is_not(None) & (Approval.expires_at <= now)
    return (
        select(Approval.id, Approval.run_id)
        .join(Run, Run.id == Approval.run_id)
        .where(Approval.state == ApprovalState.WAITING, or_(lapsed, Run.state.in_(ENDED)))
    )


def _over(row: Approval) -> Conflict:
    if row.state == ApprovalState.WAITING:
        return Conflict("Its run has ended; nothing is left to decide.")
    return Conflict(f"It is decided already: {row.state} by {row.decided_by!r}.")
