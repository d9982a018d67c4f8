"""The unit that begins an execution: its run, its snapshot, its job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core.jobs import Job, enqueue
from menon.core.runs import store
from menon.core.runs.models import RunKind
from menon.features.workflows.models import WorkflowExecution


@dataclass(frozen=True, kw_only=True)
class Start:
    """An execution that is to begin."""

    run_id: str
    owner_id: str
    scopes: list[str] | None
    title: str
    body: Mapping[str, Any]
    input: Mapping[str, Any]
    workflow_id: str | None = None
    version: int | None = None
    parent_id: str | None = None
    parent_node: str | None = None
    inherits: Mapping[str, Any] | None = None
    forked_from: str | None = None


def subject(workflow_id: str | None) -> str:
    """What a run of this workflow is about."""
    return f"workflow:{workflow_id}" if workflow_id else ""


def start(session: Session, new: Start, job: Job, now: datetime) -> str:
    """Write a queued execution and its job; answers the id of its run."""
    run = store.NewRun(
        id=new.run_id,
        kind=RunKind.WORKFLOW,
        owner_id=new.owner_id,
        title=new.title,
        subject=subject(new.workflow_id),
        input=dict(new.input),
        parent_id=new.parent_id,
    )
    store.create(session, run, now)
    session.add(
        WorkflowExecution(
            run_id=new.run_id,
            workflow_id=new.workflow_id,
            version=new.version,
            body=dict(new.body),
            input=dict(new.input),
            scopes=new.scopes,
            parent_node=new.parent_node,
            inherits=None if new.inherits is None else dict(new.inherits),
            forked_from=new.forked_from,
        )
    )
    session.flush()
    priority = int(new.body.get("priority") or 0)
    enqueue(session, job, {}, run_id=new.run_id, now=now, priority=priority)
    return new.run_id
