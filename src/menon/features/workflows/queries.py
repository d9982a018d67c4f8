"""What is selected of workflows; every query starts from `readable`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runs.models import Run, RunKind
from menon.core.runs.queries import readable as readable_runs
from menon.features.workflows.models import (
    Visibility,
    Workflow,
    WorkflowExecution,
    WorkflowVersion,
)

_DEEPEST = 50
"""Runs below runs; fewer can begin."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A version of a workflow as an execution takes it."""

    workflow_id: str
    name: str
    version: int
    body: dict[str, Any]


def readable(who: Principal) -> Select[Workflow]:
    """The workflows that somebody may execute: their own and shared ones; all for admins."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(Workflow)
    shared = Workflow.visibility == Visibility.EVERYBODY
    return select(Workflow).where(or_(Workflow.owner_id == who.user_id, shared))


def written_by_others(session: Session, run_id: str) -> bool:
    """Whether an execution, or one above it, does what somebody else than its owner has written."""
    above: str | None = run_id
    for _ in range(_DEEPEST):
        if above is None:
            return False
        found = session.execute(
            select(Run, WorkflowExecution.workflow_id, Workflow.owner_id)
            .join(WorkflowExecution, WorkflowExecution.run_id == Run.id)
            .outerjoin(Workflow, Workflow.id == WorkflowExecution.workflow_id)
            .where(Run.id == above)
        ).one_or_none()
        if found is None:
            return False
        run, workflow_id, author = found
        if workflow_id is not None and author != run.owner_id:
            return True
        above = run.parent_id
    return True


def get(session: Session, who: Principal, workflow_id: str, *, lock: bool = False) -> Workflow:
    """A workflow.

    Raises:
        NotFound: there is none that this principal may use.
    """
    query = readable(who).where(Workflow.id == workflow_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no workflow {workflow_id!r}, or it is not yours.")
    return found


def version(session: Session, workflow: Workflow, number: int | None = None) -> WorkflowVersion:
    """A version of a workflow, the current one by default.

    Raises:
        NotFound: it has no such version.
    """
    wanted = workflow.version if number is None else number
    where = (WorkflowVersion.workflow_id == workflow.id, WorkflowVersion.number == wanted)
    found = session.scalar(select(WorkflowVersion).where(*where))
    if found is None:
        raise NotFound(f"The workflow has no version {wanted}.")
    return found


def snapshot(
    session: Session, who: Principal, workflow_id: str, number: int | None = None
) -> Snapshot:
    """What an execution of a workflow interprets.

    Raises:
        NotFound: there is none that this principal may execute.
    """
    found = get(session, who, workflow_id)
    taken = version(session, found, number)
    return Snapshot(
        workflow_id=found.id, name=found.name, version=taken.number, body=dict(taken.body)
    )


def page(session: Session, who: Principal, page: Page) -> list[Workflow]:
    """A page of workflows, newest first, with one row more where another page follows."""
    query = readable(who).order_by(Workflow.id.desc()).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(Workflow.id < str(after[0]))
    return list(session.scalars(query))


def versions(session: Session, workflow: Workflow, page: Page) -> list[WorkflowVersion]:
    """A page of a workflow's versions, newest first, with one more where another page follows."""
    query = select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow.id)
    if after := page.after(1):
        if not isinstance(after[0], int) or abs(after[0]) > 2**31 - 1:
            raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
        query = query.where(WorkflowVersion.number < after[0])
    ordered = query.order_by(WorkflowVersion.number.desc()).limit(page.limit + 1)
    return list(session.scalars(ordered))


@dataclass(frozen=True, kw_only=True)
class ExecutionFilter:
    """Which executions are wanted."""

    workflow_id: str | None = None
    state: str | None = None


def execution(
    session: Session, who: Principal, run_id: str, *, lock: bool = False
) -> tuple[Run, WorkflowExecution]:
    """An execution with its run.

    Raises:
        NotFound: there is none that this principal may read.
    """
    query = readable_runs(who).where(Run.id == run_id, Run.kind == RunKind.WORKFLOW)
    run = session.scalar(query.with_for_update() if lock else query)
    found = session.get(WorkflowExecution, run_id) if run is not None else None
    if run is None or found is None:
        raise NotFound(f"There is no execution {run_id!r}, or it is not yours.")
    return run, found


def executions(
    session: Session, who: Principal, wanted: ExecutionFilter, page: Page
) -> list[tuple[Run, WorkflowExecution]]:
    """A page of executions that nobody above waits for, newest first, with one more at its end."""
    query = (
        readable_runs(who)
        .join(WorkflowExecution, WorkflowExecution.run_id == Run.id)
        .add_columns(WorkflowExecution)
        .where(Run.kind == RunKind.WORKFLOW, WorkflowExecution.parent_node.is_(None))
        .order_by(Run.id.desc())
        .limit(page.limit + 1)
    )
    if wanted.workflow_id:
        query = query.where(WorkflowExecution.workflow_id == wanted.workflow_id)
    if wanted.state:
        query = query.where(Run.state == wanted.state)
    if after := page.after(1):
        query = query.where(Run.id < str(after[0]))
    return [(row[0], row[1]) for row in session.execute(query)]


def below(session: Session, run_id: str) -> list[Run]:
    """The runs below a run, at any depth."""
    found: list[Run] = []
    parents = [run_id]
    while parents:
        query = select(Run).where(Run.parent_id.in_(parents), Run.kind == RunKind.WORKFLOW)
        rows = list(session.scalars(query))
        found += rows
        parents = [row.id for row in rows]
    return found
