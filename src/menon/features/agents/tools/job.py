"""The job that calls a tool after somebody has approved exactly this call."""

from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Conflict, Forbidden, ToolError
from menon.core.jobs import JobContext, job
from menon.core.jobs.plain import error_from
from menon.engine.tools.policy import Decision as Decided
from menon.engine.tools.policy import Outcome
from menon.engine.tools.tool import Kind, Tool
from menon.features.accounts.service import acting_as
from menon.features.agents.policy import effects
from menon.features.agents.tools import calling
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.runs.approvals import Decision, decision_of
from menon.features.runs.models import ApprovalState

NODE: Final = "call"

_SAID = {
    ApprovalState.DENIED: "A person has refused this call.",
    ApprovalState.EXPIRED: "Nobody approved this call in time.",
    ApprovalState.WITHDRAWN: "The question was taken back.",
}


@job("tools.invoke")
async def invoking(context: JobContext, payload: dict[str, Any]) -> Any:
    """Call a tool that was approved, and answer what it gave."""
    outcome = await context.step(NODE, partial(_outcome, context, payload))
    if outcome["code"]:
        raise error_from({"code": outcome["code"], "detail": outcome["detail"]})
    return outcome["output"]


async def _outcome(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    runtime, args = context.runtime, payload["args"]
    decision, who = await runtime.db.read(
        _decided, context.run_id, payload["owner"], payload["scopes"]
    )
    if decision is None or not decision.covers(args):
        state = decision.state if decision else ApprovalState.WAITING
        # Still waiting is too late as well: its time brought it here before the inbox looked.
        raise Forbidden(_SAID.get(state, _SAID[ApprovalState.EXPIRED]))
    offer = (await runtime[Toolbox].look(who, [payload["tool"]])).get(payload["tool"])
    if offer is None or offer.reason:
        why = offer.reason if offer else "it is gone, or not yours any more."
        raise Conflict(f"{payload['tool']!r} cannot be used: {why}")
    await _begin(context, who, offer.tool, args)
    await context.emit(calling.announced(offer.tool, args))
    world = calling.context(runtime, who, context.run_id, key=context.key(NODE))
    outcome = await calling.called(offer.tool, world, args)
    await context.emit(outcome.event)
    return {"output": outcome.output, "code": outcome.code, "detail": outcome.detail}


async def _begin(context: JobContext, who: Principal, tool: Tool, args: dict[str, Any]) -> None:
    """Put the call on record, and refuse to do again what may have been done already.

    Raises:
        ToolError: a process that died began the call, and nobody knows whether it ended.
    """
    runtime, run_id = context.runtime, context.run_id
    # An HTTP call carries the same key again.
    repeatable = tool.idempotent or tool.kind is Kind.HTTP
    if not repeatable and await effects.begun_before(runtime, run_id):
        raise ToolError(
            f"The server stopped while {tool.name!r} ran; it may have done its work. Look, then"
            " call it again."
        )
    why = Decided(outcome=Outcome.ALLOW, why="A person has approved it.")
    await effects.noted(runtime, who, run_id, run_id)(calling.announced(tool, args), why)


def _decided(
    session: Session, run_id: str, owner: str, scopes: list[str] | None
) -> tuple[Decision | None, Principal]:
    return decision_of(session, run_id, NODE), acting_as(session, owner, scopes)
