"""Units of work on the record of an execution: where each node stands, and who is to be woken.

Every unit that writes asks whether its attempt still owns the run: an attempt that was given up
changes nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Interrupted, NotFound
from menon.core.jobs import go_on
from menon.core.runs import control
from menon.core.runs.models import ENDED, Run, RunState
from menon.features.accounts.service import acting_as
from menon.features.runs.approvals import NewApproval, open_approval
from menon.features.workflows.arrivals import take_in
from menon.features.workflows.models import NodeState, WorkflowExecution, WorkflowNode
from menon.features.workflows.rows import Row, put, rows_of, seen_by

_TAKEN = "Another attempt works on this run."

LOOK_S = (15.0, 3600.0)
"""How soon and how late a run looks after those below it, should one end without telling: after
half the time that it has waited."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What an attempt at an execution goes on from."""

    who: Principal
    title: str
    body: Mapping[str, Any]
    input: Mapping[str, Any]
    scopes: list[str] | None
    workflow_id: str | None
    version: int | None
    sees: Mapping[str, Any] | None
    outer: Mapping[str, Any]
    """Steps of the runs above, as expressions see them."""
    rows: dict[str, Row]
    arrived: list[Row]
    """Nodes that something came for since their row was written."""
    worked_s: float
    parent: tuple[str, str] | None
    depth: int


@dataclass(kw_only=True)
class Batch:
    """What one unit writes."""

    rows: dict[str, Row] = field(default_factory=dict[str, Row])
    starts: list[Callable[[Session], object]] = field(
        default_factory=list[Callable[[Session], object]]
    )
    """Runs below that begin with it."""
    approvals: list[NewApproval] = field(default_factory=list[NewApproval])


def load(session: Session, run_id: str, now: datetime) -> Loaded:
    """Everything that an attempt needs; what ended below or was decided meanwhile is taken in."""
    run = session.get_one(Run, run_id)
    execution = session.get(WorkflowExecution, run_id)
    if execution is None:
        raise NotFound("The execution has no snapshot.")
    rows = rows_of(session, run_id)
    waiting = [row for row in rows.values() if row.state is NodeState.WAITING]
    for row in waiting:
        take_in(session, run_id, row, now)
    inherits = execution.inherits is not None
    above = _above(session, run)
    return Loaded(
        who=acting_as(session, run.owner_id, execution.scopes),
        title=run.title,
        body=execution.body,
        input=execution.input,
        scopes=execution.scopes,
        workflow_id=execution.workflow_id,
        version=execution.version,
        sees=execution.inherits,
        outer=_outer(session, run.parent_id) if inherits and run.parent_id else {},
        rows=rows,
        arrived=[row for row in waiting if row.state is not NodeState.WAITING],
        worked_s=execution.worked_s,
        parent=(run.parent_id, execution.parent_node)
        if run.parent_id and execution.parent_node
        else None,
        depth=above,
    )


def arrived(session: Session, run_id: str, names: Collection[str], now: datetime) -> list[Row]:
    """Of nodes that wait, those that something has come for."""
    rows = rows_of(session, run_id)
    found = [rows[name] for name in names]
    for row in found:
        if row.state is NodeState.WAITING:
            take_in(session, run_id, row, now)
    return [row for row in found if row.state is not NodeState.WAITING]


def save(
    session: Session,
    run_id: str,
    epoch: int,
    batch: Batch,
    *,
    done: int,
    total: int,
    now: datetime,
) -> None:
    """Write where nodes stand, with the runs below that begin and the questions to people.

    Raises:
        Interrupted: another attempt works on the run by now.
    """
    # One statement asks whether the attempt owns the run, holds it, and shows how far it is.
    mine = (Run.id == run_id, Run.epoch == epoch, Run.state.not_in(ENDED))
    shows = update(Run).where(*mine).values(done=done, total=total).returning(Run.id)
    if session.execute(shows, execution_options={"synchronize_session": False}).first() is None:
        raise Interrupted(_TAKEN)
    put(session, run_id, epoch, batch.rows.values())
    for begin in batch.starts:
        begin(session)
    for approval in batch.approvals:
        open_approval(session, approval, now)


def own(session: Session, run_id: str, epoch: int) -> None:
    """Hold the run to the end of the unit.

    Raises:
        Interrupted: another attempt works on it by now.
    """
    if not control.owns(session, run_id, epoch):
        raise Interrupted(_TAKEN)


def park(
    session: Session, run_id: str, *, waiting: Sequence[Row], worked_s: float, now: datetime
) -> None:
    """In the unit that parks a run: say when it goes on, at once where an answer has come."""
    execution = update(WorkflowExecution).where(WorkflowExecution.run_id == run_id)
    session.execute(execution.values(worked_s=worked_s))
    stored = rows_of(session, run_id)
    changed = False
    for row in waiting:
        seen = stored[row.node]
        if seen.state is NodeState.WAITING:
            take_in(session, run_id, seen, now)
        changed = changed or seen.state is not NodeState.WAITING
    if changed:
        go_on(session, run_id, now)
        return
    dues = [row.due_at for row in waiting if row.due_at is not None]
    since = [row.started_at or now for row in waiting if row.child_id]
    if since:
        waited = (now - max(since)).total_seconds()
        dues.append(now + timedelta(seconds=min(max(LOOK_S[0], waited / 2), LOOK_S[1])))
    if dues:
        go_on(session, run_id, now, due=min(dues))


def tell(  # noqa: PLR0917 - a unit and what it tells
    session: Session, run_id: str, epoch: int, parent: tuple[str, str], result: Row, now: datetime
) -> None:
    """Write what a run gave into the node that waits for it, and wake the run above."""
    own(session, run_id, epoch)
    above, node = parent
    heard = session.execute(
        update(WorkflowNode)
        .where(
            WorkflowNode.run_id == above,
            WorkflowNode.node == node,
            WorkflowNode.child_id == run_id,
            WorkflowNode.state == NodeState.WAITING,
        )
        .values(
            state=result.state,
            output=result.output,
            error_code=result.error_code,
            error_detail=result.error_detail,
            ended_at=now,
        )
        .returning(WorkflowNode.node)
    ).first()
    run = session.get(Run, above, with_for_update=True, populate_existing=True)
    if heard and run is not None and run.state == RunState.WAITING:
        go_on(session, above, now)


def _outer(session: Session, run_id: str) -> dict[str, Any]:
    """The steps of a run above, and of those above it that it sees."""
    run, execution = session.get_one(Run, run_id), session.get(WorkflowExecution, run_id)
    further = execution is not None and execution.inherits is not None and run.parent_id
    found = _outer(session, run.parent_id) if further and run.parent_id else {}
    return found | seen_by(rows_of(session, run_id).values())


def _above(session: Session, run: Run) -> int:
    count, parent = 0, run.parent_id
    while parent and count < 50:
        count += 1
        parent = session.scalar(select(Run.parent_id).where(Run.id == parent))
    return count
