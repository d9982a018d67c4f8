"""The step that asks an agent."""

from typing import Any, cast

import msgspec

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import MenonError
from menon.core.jobs.plain import error_from
from menon.core.runs.models import ENDED, RunState
from menon.core.runtime import Runtime
from menon.engine.steps.step import Config, Elsewhere, StepContext, step
from menon.features.agents import running
from menon.features.agents.schemas import RunIn


class AgentConfig(Config, frozen=True, kw_only=True):
    """Whom to ask what."""

    agent: str
    """Id or slug."""
    message: str
    context: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    model: str | None = None


@step("agent", heavy=True)
async def agent(context: StepContext, config: AgentConfig) -> dict[str, Any] | Elsewhere:
    """Ask an agent and take its answer with its sources, once nobody has to allow anything more."""
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    authorize(who, Action.CHAT)
    body = RunIn(message=config.message, context=config.context, model=config.model)
    # What a message is filled with may come from anywhere, and an attempt may be repeated.
    answer = await running.ask(runtime, who, config.agent, body, tainted=True, attempt=context.key)
    if RunState(answer.state) not in ENDED:
        return Elsewhere(run_id=answer.run_id)
    if answer.state != RunState.COMPLETED:
        raise _failure(config.agent, answer.state, answer.error)
    return {
        "answer": answer.answer,
        "citations": answer.citations,
        "model": answer.model,
        "run_id": answer.run_id,
        "usage": answer.usage,
    }


def _failure(name: str, state: str, error: dict[str, Any] | None) -> MenonError:
    if error is not None:
        return error_from(error)
    return error_from({"code": "RUN_001", "detail": f"The run of {name!r} ended as {state}."})
