"""Executions again: retried from a step, or forked at one into a new execution."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.jobs import go_on
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runtime import Runtime
from menon.features.workflows import queries, views
from menon.features.workflows.executions import own, started
from menon.features.workflows.models import NodeState, WorkflowExecution, WorkflowNode
from menon.features.workflows.rows import Row, put, rows_of
from menon.features.workflows.rules.definition import Graph, read
from menon.features.workflows.rules.graph import edges
from menon.features.workflows.rules.turn import FINAL
from menon.features.workflows.schemas import ExecutionOut, ExecutionStarted, ForkIn
from menon.kit.graph import downstream


async def retry(runtime: Runtime, who: Principal, run_id: str, step: str | None) -> ExecutionOut:
    """Run a failed execution again from a step, or from what failed.

    Raises:
        Conflict: it is at work, or has done its work.
        InvalidInput: there is no such step.
    """
    for child in await runtime.db.write(_retry, who, run_id, step, runtime.clock.now()):
        await runtime[RunLog].cancel(child, who.name)
    return await runtime.db.read(views.execution, who, run_id)


async def fork(runtime: Runtime, who: Principal, run_id: str, wanted: ForkIn) -> ExecutionStarted:
    """Begin a new execution that has what came before a step, and runs from there.

    Raises:
        InvalidInput: there is no such step.
        InvalidDefinition: another input does not fit.
    """
    now = runtime.clock.now()
    return ExecutionStarted(execution_id=await runtime.db.write(_fork, who, run_id, wanted, now))


def _retry(
    session: Session, who: Principal, run_id: str, step: str | None, now: datetime
) -> list[str]:
    """Forget what is to run again, and answer the runs below that are to stop."""
    run, execution = own(session, who, run_id)
    if run.state not in {RunState.FAILED, RunState.INTERRUPTED}:
        raise Conflict(
            f"The execution is {run.state}; what failed can be retried. Fork it instead."
        )
    graph, rows = read(execution.body), rows_of(session, run_id)
    failed = [name for name, row in rows.items() if row.state is NodeState.FAILED and name in graph]
    again = _from(graph, [_known(graph, step)] if step else failed)
    gone = [row for name, row in rows.items() if _belongs(name, again)]
    gone += [row for row in rows.values() if row.node not in {g.node for g in gone} and _open(row)]
    names = [row.node for row in gone]
    session.execute(
        delete(WorkflowNode).where(WorkflowNode.run_id == run_id, WorkflowNode.node.in_(names))
    )
    session.execute(
        update(WorkflowExecution).where(WorkflowExecution.run_id == run_id).values(worked_s=0.0)
    )
    audit.record(session, who, "workflow.retried", subject=run_id, at=now, step=step or "")
    go_on(session, run_id, now)
    return _still_open(session, [row.child_id for row in gone if row.child_id])


def _fork(session: Session, who: Principal, run_id: str, wanted: ForkIn, now: datetime) -> str:
    run, execution = queries.execution(session, who, run_id)
    graph = read(execution.body)
    again = _from(graph, [_known(graph, wanted.step)])
    given = execution.input if wanted.input is None else wanted.input
    fork_id = started(
        session,
        who,
        given,
        title=run.title,
        body=execution.body,
        now=now,
        workflow_id=execution.workflow_id,
        version=execution.version,
        forked_from=run_id,
    )
    rows = rows_of(session, run_id)
    kept = [
        row
        for row in rows.values()
        if row.state in FINAL and not _belongs(row.node, again) and _whole(row.node, graph, rows)
    ]
    put(session, fork_id, 0, kept)
    audit.record(session, who, "workflow.forked", subject=fork_id, at=now, source=run_id)
    return fork_id


def _known(graph: Graph, step: str) -> str:
    if step not in graph:
        raise InvalidInput(f"There is no step {step!r}; there are {', '.join(graph)}.")
    return step


def _from(graph: Graph, steps: Iterable[str]) -> set[str]:
    """These steps with all that follows them."""
    before = edges(graph)
    return {each for step in steps for each in downstream(before, step)}


def _belongs(name: str, steps: set[str]) -> bool:
    """Whether a node is one of these steps, or stands below one."""
    return name in steps or _above(name) in steps


def _above(name: str) -> str:
    return name.partition("[")[0].partition(".")[0]


def _whole(name: str, graph: Graph, rows: Mapping[str, Row]) -> bool:
    """Whether a node may be kept: what stands below a step goes with it."""
    above = rows.get(_above(name))
    return name in graph or (above is not None and above.state in FINAL)


def _open(row: Row) -> bool:
    """Whether a node was cut off when its run ended; it begins anew."""
    return row.state not in FINAL


def _still_open(session: Session, run_ids: list[str]) -> list[str]:
    rows = session.execute(select(Run.id, Run.state).where(Run.id.in_(run_ids)))
    return [row.id for row in rows if RunState(row.state) not in ENDED]
