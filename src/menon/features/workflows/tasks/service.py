"""Tasks: wanting one, reading, listing and cancelling them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.http import Listing, Page
from menon.core.jobs import enqueue
from menon.core.runs import store
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunKind
from menon.core.runtime import Runtime
from menon.core.telemetry.context import current_trace_id
from menon.features.accounts.service import scopes_of
from menon.features.agents.queries import subject
from menon.features.agents.service import definition
from menon.features.workflows.tasks import queries as task_queries
from menon.features.workflows.tasks import rules as task_rules
from menon.features.workflows.tasks.job import work
from menon.features.workflows.tasks.queries import TaskFilter
from menon.features.workflows.tasks.schemas import Priority, TaskIn, TaskOut, TaskProgress
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor
from menon.kit.text import shorten


async def run(runtime: Runtime, who: Principal, body: TaskIn) -> TaskOut:
    """Want a task done; it is acknowledged once its run and its job are stored.

    Raises:
        NotFound: there is no such agent for this principal.
        Conflict: the agent is switched off.
    """
    return await runtime.db.write(_run, who, body, runtime.clock.now())


async def status(runtime: Runtime, who: Principal, task_id: str) -> TaskOut:
    """One task with its state, progress and output."""
    return await runtime.db.read(_status, who, task_id)


async def listing(
    runtime: Runtime, who: Principal, wanted: TaskFilter, page: Page
) -> Listing[TaskOut]:
    """A page of the tasks that somebody may see, newest first."""
    return await runtime.db.read(_listing, who, wanted, page)


async def cancel(runtime: Runtime, who: Principal, task_id: str) -> TaskOut:
    """Ask a task to stop; one that has ended stays as it is."""
    await runtime.db.read(_status, who, task_id)
    await runtime[RunLog].cancel(task_id, who.name)
    return await runtime.db.read(_status, who, task_id)


def shown(run: Run) -> TaskOut:
    """A task as it goes over the wire."""
    wanted: dict[str, Any] = run.input["input"]
    output: dict[str, Any] | None = run.output
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return TaskOut(
        id=run.id,
        task_id=run.id,
        type=wanted["type"],
        agent_id=run.input["agent_id"],
        state=run.state,
        priority=Priority(run.input["priority"]),
        input=wanted,
        output=output,
        engine=output.get("engine") if output else run.model or None,
        progress=TaskProgress(done=run.done, total=run.total, note=run.note),
        error=error,
        attempts=run.attempts,
        usage=run.usage,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def _run(session: Session, who: Principal, body: TaskIn, now: datetime) -> TaskOut:
    agent = definition(session, who, body.agent_id)
    run_id = new_id()
    new = store.NewRun(
        id=run_id,
        kind=RunKind.TASK,
        owner_id=who.user_id,
        title=shorten(task_rules.title(body.input), 200),
        subject=subject(agent.id),
        agent_id=agent.id,
        trace_id=current_trace_id(),
        input={
            "agent_id": agent.id,
            "input": body.input.model_dump(mode="json"),
            "priority": body.priority.value,
        },
    )
    store.create(session, new, now)
    payload = {"scopes": scopes_of(who)}
    priority = task_rules.PRIORITIES[body.priority]
    enqueue(session, work, payload, run_id=run_id, now=now, priority=priority)
    return shown(session.get_one(Run, run_id))


def _status(session: Session, who: Principal, task_id: str) -> TaskOut:
    return shown(task_queries.get(session, who, task_id))


def _listing(session: Session, who: Principal, wanted: TaskFilter, page: Page) -> Listing[TaskOut]:
    rows = task_queries.page(session, who, wanted, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[shown(run) for run in kept], next_cursor=more)
