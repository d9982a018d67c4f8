"""Runs of agents that a step waits for: they end by themselves, and wake the execution above."""

from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from menon.core.jobs import go_on
from menon.core.runs.models import Run, RunState
from menon.core.runtime import Runtime
from menon.features.agents.events import AgentRunEnded
from menon.features.workflows.models import NodeState, WorkflowNode


def adopt(session: Session, run_id: str, parent_id: str) -> None:
    """Put a run below an execution: who cancels that cancels it too."""
    session.execute(update(Run).where(Run.id == run_id).values(parent_id=parent_id))


def given(run: Run) -> dict[str, Any]:
    """What a step gives whose agent answered in this run."""
    output = cast("dict[str, Any]", run.output if isinstance(run.output, dict) else {})
    return {
        "answer": output.get("text", ""),
        "citations": output.get("citations", []),
        "model": run.model,
        "run_id": run.id,
        "usage": run.usage,
    }


async def on_ended(runtime: Runtime, event: AgentRunEnded) -> None:
    """Wake the execution whose step waits for the run; one that is at work looks by itself."""
    await runtime.db.write(partial(_wake, event=event, now=runtime.clock.now()))


def _wake(session: Session, event: AgentRunEnded, now: datetime) -> None:
    waits = (
        WorkflowNode.run_id == event.parent_id,
        WorkflowNode.child_id == event.run_id,
        WorkflowNode.state == NodeState.WAITING,
    )
    run = session.get(Run, event.parent_id, with_for_update=True, populate_existing=True)
    if run is None or run.state != RunState.WAITING:
        return
    if session.execute(select(WorkflowNode.node).where(*waits)).first() is not None:
        go_on(session, run.id, now)
