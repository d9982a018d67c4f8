"""How an agent stands: whether it can answer now, and how its runs went."""

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runs.models import RunState
from menon.core.runtime import Runtime
from menon.features.agents import execution, queries
from menon.features.agents.schemas import StatusOut


async def status(runtime: Runtime, who: Principal, agent: str) -> StatusOut:
    """Whether an agent can answer now, with which model, and how its runs went."""
    shown = await runtime.db.read(_status, who, agent)
    wanted = shown.model
    resolved = await execution.resolve(runtime, None, wanted)
    return shown.model_copy(update={"model": resolved.model.name, "reason": resolved.reason})


def _status(session: Session, who: Principal, name: str) -> StatusOut:
    agent = queries.get(session, who, name)
    by_state, latest = queries.counts(session, agent.id)
    open_states = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)
    return StatusOut(
        id=agent.id,
        status="active" if agent.is_active else "inactive",
        model=queries.version(session, agent).model,
        reason="",
        running=sum(by_state.get(state, 0) for state in open_states),
        completed=by_state.get(RunState.COMPLETED, 0),
        failed=by_state.get(RunState.FAILED, 0),
        last_run_at=latest,
    )
