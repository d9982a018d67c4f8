"""What waiting nodes wait for, and what has come: a time, a person's word, a run below."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.core.errors import Interrupted, NotFound
from menon.core.runs.models import ENDED, Run, RunKind, RunState
from menon.engine.steps.step import Ask
from menon.features.runs.approvals import NewApproval, decision_of
from menon.features.runs.models import ApprovalState
from menon.features.workflows.agent_runs import given
from menon.features.workflows.errors import ApprovalDenied
from menon.features.workflows.models import NodeState
from menon.features.workflows.rows import Row


def question(run_id: str, row: Row, ask: Ask) -> NewApproval:
    """What a person is asked for a node."""
    return NewApproval(
        run_id=run_id,
        node=approval_node(row),
        what=ask.what,
        args=ask.args,
        expires_at=ask.expires_at,
        delegate_id=ask.delegate,
    )


def approval_node(row: Row) -> str:
    """Under which name a node asks; another attempt asks anew."""
    return row.node if row.attempt == 1 else f"{row.node}#{row.attempt}"


def take_in(session: Session, run_id: str, row: Row, now: datetime) -> None:
    """Settle a waiting node that something has come for."""
    if row.child_id is not None:
        _of_child(session, row, now)
    elif row.kind == "approval":
        _of_person(session, run_id, row, now)
    elif row.due_at is not None and row.due_at <= now:
        row.end(NodeState.COMPLETED, now, output={"until": row.due_at.isoformat()})


def _of_child(session: Session, row: Row, now: datetime) -> None:
    child = session.get(Run, row.child_id, populate_existing=True)
    if child is None:
        row.fail(NotFound.code, "The run below it is gone.", now)
    elif RunState(child.state) not in ENDED:
        return
    elif child.state == RunState.COMPLETED:
        output = given(child) if child.kind == RunKind.AGENT else child.output
        row.end(NodeState.COMPLETED, now, output=output)
    else:
        detail = child.error_detail or f"The run below it was {child.state}."
        row.fail(child.error_code or Interrupted.code, detail, now)


def _of_person(session: Session, run_id: str, row: Row, now: datetime) -> None:
    decision = decision_of(session, run_id, approval_node(row))
    late = row.due_at is not None and row.due_at <= now
    if decision is None or (decision.state is ApprovalState.WAITING and not late):
        return
    if decision.state is ApprovalState.APPROVED:
        said = {"decision": "approved", "by": decision.by, "comment": decision.comment}
        row.end(NodeState.COMPLETED, now, output=said)
        return
    words = {
        ApprovalState.DENIED: f"{decision.by} denied it",
        ApprovalState.WITHDRAWN: "the question was withdrawn",
    }
    why = words.get(decision.state, "nobody decided in time")
    comment = f": {decision.comment}" if decision.comment else ""
    row.fail(ApprovalDenied.code, f"Not approved, {why}{comment}.", now)
