"""Workflows and executions as callers see them: units that read."""

from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Listing, Page
from menon.core.runs.models import ENDED, Run, RunState
from menon.features.workflows import queries
from menon.features.workflows.models import (
    NodeState,
    Workflow,
    WorkflowExecution,
    WorkflowNode,
    WorkflowVersion,
)
from menon.features.workflows.queries import ExecutionFilter
from menon.features.workflows.rows import Row, rows_of
from menon.features.workflows.rules.definition import read
from menon.features.workflows.rules.graph import Drawing, layout
from menon.features.workflows.schemas import (
    BodyIn,
    DefinitionOut,
    ExecutionOut,
    ExecutionRow,
    StepOut,
    VersionOut,
)
from menon.kit.pages import encode_cursor

_STOPPED = {
    RunState.CANCELLED: "cancelled",
    RunState.FAILED: "cancelled",
    RunState.INTERRUPTED: "interrupted",
}
"""What became of steps that had not ended when their execution did."""


def shown(who: Principal, workflow: Workflow, version: WorkflowVersion) -> DefinitionOut:
    """A workflow as it goes over the wire."""
    body = {name: version.body[name] for name in BodyIn.model_fields}
    return DefinitionOut(
        id=workflow.id,
        name=workflow.name,
        description=workflow.description,
        visibility=workflow.visibility,
        is_mine=workflow.owner_id == who.user_id,
        version=version.number,
        created_at=workflow.created_at,
        updated_at=workflow.updated_at,
        **body,
    )


def get(session: Session, who: Principal, workflow_id: str, number: int | None) -> DefinitionOut:
    """One workflow, in its current version or another."""
    workflow = queries.get(session, who, workflow_id)
    return shown(who, workflow, queries.version(session, workflow, number))


def listing(session: Session, who: Principal, page: Page) -> Listing[DefinitionOut]:
    """A page of workflows, newest first."""
    rows = queries.page(session, who, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    items = [shown(who, row, queries.version(session, row)) for row in kept]
    return Listing(items=items, next_cursor=more)


def versions(session: Session, who: Principal, workflow_id: str, page: Page) -> Listing[VersionOut]:
    """A page of a workflow's versions, newest first."""
    rows = queries.versions(session, queries.get(session, who, workflow_id), page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].number) if len(rows) > page.limit else None
    items = [
        VersionOut(
            number=row.number,
            created_by=row.created_by,
            created_at=row.created_at,
            steps=len(row.body["steps"]),
        )
        for row in kept
    ]
    return Listing(items=items, next_cursor=more)


def execution(session: Session, who: Principal, run_id: str) -> ExecutionOut:
    """One execution with its steps."""
    run, found = queries.execution(session, who, run_id)
    return ExecutionOut(
        **_row(run, found),
        epoch=run.epoch,
        input=found.input,
        output=run.output,
        steps=steps(session, run, found),
        definition=found.body,
    )


def executions(
    session: Session, who: Principal, wanted: ExecutionFilter, page: Page
) -> Listing[ExecutionRow]:
    """A page of executions, newest first."""
    rows = queries.executions(session, who, wanted, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1][0].id) if len(rows) > page.limit else None
    items = [ExecutionRow(**_row(run, found)) for run, found in kept]
    return Listing(items=items, next_cursor=more)


def output(session: Session, who: Principal, run_id: str, step: str) -> tuple[Any, str | None]:
    """What a step gave, and the file in which it lies where it is large.

    Raises:
        NotFound: there is no such step, or it has given nothing yet.
    """
    queries.execution(session, who, run_id)
    row = session.get(WorkflowNode, (run_id, step))
    if row is None or row.state != NodeState.COMPLETED:
        raise NotFound(f"There is no output of a step {step!r}.")
    return row.output, row.artifact


def drawing(session: Session, who: Principal, run_id: str) -> Drawing:
    """The snapshot of an execution as a picture."""
    return layout(read(queries.execution(session, who, run_id)[1].body))


def snapshot(session: Session, run: Run) -> dict[str, Any]:
    """What a reader of an older epoch needs to go on: where the steps stand now."""
    found = session.get(WorkflowExecution, run.id)
    if found is None:
        return {}
    return {"steps": [step.model_dump(mode="json") for step in steps(session, run, found)]}


def steps(session: Session, run: Run, found: WorkflowExecution) -> list[StepOut]:
    """Where the steps stand, in definition order, each followed by what stands below it."""
    rows = rows_of(session, run.id)
    nodes = {name: (node.name, node.kind) for name, node in read(found.body).items()}
    shown_steps: list[StepOut] = []
    for name, (title, kind) in nodes.items():
        shown_steps.append(_step(name, title, kind, rows.pop(name, None), run))
        below = [n for n in rows if n not in nodes and n.startswith((f"{name}[", f"{name}."))]
        for each in sorted(below, key=lambda n: (len(n), n)):
            row = rows.pop(each)
            shown_steps.append(_step(each, each, row.kind, row, run))
    return shown_steps


def _step(name: str, title: str, kind: str, row: Row | None, run: Run) -> StepOut:
    if row is None:
        row = Row(node=name, kind=kind, state=NodeState.WAITING, attempt=0)
        state = "pending"
    elif row.state in {NodeState.RUNNING, NodeState.WAITING} and RunState(run.state) in ENDED:
        state = _STOPPED.get(RunState(run.state), str(row.state))
    else:
        state = str(row.state)
    error = {"code": row.error_code, "detail": row.error_detail} if row.error_code else None
    same = ("attempt", "input", "output", "due_at", "child_id", "started_at", "ended_at")
    return StepOut(
        id=name,
        name=title,
        type=kind,
        state=state,
        error=error,
        **{field: getattr(row, field) for field in same},
    )


def _row(run: Run, found: WorkflowExecution) -> dict[str, Any]:
    return {
        "id": run.id,
        "workflow_id": found.workflow_id,
        "version": found.version,
        "name": run.title,
        "state": run.state,
        "progress": {"done": run.done, "total": run.total, "note": run.note},
        "error": {"code": run.error_code, "detail": run.error_detail} if run.error_code else None,
        "forked_from": found.forked_from,
        "parent_id": run.parent_id,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
    }
