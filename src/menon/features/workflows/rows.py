"""Where the nodes of an execution stand, as rows that an attempt reads and writes."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from menon.core.runs.events import Event, StepFinished
from menon.features.workflows.models import NodeState, WorkflowNode
from menon.features.workflows.rules.turn import FINAL


@dataclass(kw_only=True)
class Row:
    """Where a node stands, as its attempt knows it."""

    node: str
    kind: str
    state: NodeState
    attempt: int = 1
    input: Any = None
    output: Any = None
    artifact: str | None = None
    error_code: str | None = None
    error_detail: str | None = None
    due_at: datetime | None = None
    child_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def end(self, state: NodeState, now: datetime, *, output: Any = None) -> None:
        """The node has ended."""
        self.state, self.output, self.ended_at, self.due_at = state, output, now, None

    def fail(self, code: str, detail: str, now: datetime) -> None:
        """The node has failed."""
        self.end(NodeState.FAILED, now)
        self.error_code, self.error_detail = code, detail


BRIEF = 4096
"""Characters of an output that stand in the log of events; the whole one stands in its row."""

_FIELDS = tuple(Row.__dataclass_fields__)


def rows_of(session: Session, run_id: str) -> dict[str, Row]:
    """The nodes of a run that have begun, by name."""
    found = session.scalars(select(WorkflowNode).where(WorkflowNode.run_id == run_id))
    return {
        one.node: Row(
            **{name: getattr(one, name) for name in _FIELDS if name != "state"},
            state=NodeState(one.state),
        )
        for one in found
    }


def put(session: Session, run_id: str, epoch: int, rows: Collection[Row]) -> None:
    """Write rows over those of the same nodes."""
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = [
        {"run_id": run_id, "epoch": epoch} | {name: getattr(row, name) for name in _FIELDS}
        for row in rows
    ]
    fresh = dialect.insert(WorkflowNode)
    over = {name: fresh.excluded[name] for name in ("epoch", *_FIELDS) if name != "node"}
    session.execute(
        fresh.on_conflict_do_update(index_elements=["run_id", "node"], set_=over), values
    )


def seen_by(rows: Iterable[Row]) -> dict[str, Any]:
    """Nodes as expressions see them: those that have ended."""
    return {
        row.node: {
            "output": row.output,
            "state": str(row.state),
            "error": {"code": row.error_code, "detail": row.error_detail}
            if row.error_code
            else None,
        }
        for row in rows
        if row.state in FINAL
    }


def branch(row: Row) -> str:
    """What a condition chose; its output stands as it gave it, and is an object."""
    return str(row.output["branch"]) if row.kind == "condition" and row.output else ""


def finished(row: Row) -> Event:
    """The end of a node for the log of events; a long output stands in the row alone."""
    short = len(json.dumps(row.output)) <= BRIEF
    outcome = str(row.state)
    return StepFinished(node=row.node, outcome=outcome, output=row.output if short else None)
