"""Running an action that is code: checked, timed, recorded as a run."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast

import structlog

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Internal, InvalidInput, MenonError, NotFound, ToolError
from menon.core.instances import Self
from menon.core.jobs.plain import LARGEST, plain
from menon.core.runs import store
from menon.core.runs.events import Cancelled, Complete, Error, Event, State
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.core.telemetry.context import current_trace_id
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import Effect, Tool, ToolContext, ToolFailed, ToolRetry
from menon.features.agents import queries
from menon.features.agents.dispatch.registry import Registry
from menon.features.agents.dispatch.schemas import RouteIn
from menon.features.runs.rules import shown_args
from menon.kit.ids import new_id

log = structlog.stdlib.get_logger(__name__)


@dataclass
class _Outcome:
    """What came of an action, for whoever waits for it."""

    data: dict[str, Any] = field(default_factory=dict[str, Any])
    error: MenonError | None = None


def action(spec: AgentSpec, body: RouteIn) -> Tool:
    """The action that is meant.

    Raises:
        NotFound: the agent has none of this name.
    """
    name = body.action or body.capability or ""
    if (found := spec.by_name.get(name)) is None:
        known = ", ".join(spec.by_name)
        raise NotFound(f"The agent {spec.id!r} has no action {name!r}; it has {known}.")
    return found


async def perform(
    runtime: Runtime, who: Principal, spec: AgentSpec, tool: Tool, data: dict[str, Any]
) -> dict[str, Any]:
    """Run an action and give what it answers; leaving cancels it.

    Raises:
        MenonError: it was refused, or failed.
    """
    if tool.effect is not Effect.READ:
        authorize(who, Action.RUN)
    new = store.NewRun(
        id=new_id(),
        kind=RunKind.AGENT,
        owner_id=who.user_id,
        title=f"{spec.name}: {tool.name}",
        subject=queries.subject(spec.id),
        agent_id=spec.id,
        input={"action": tool.name, "data": shown_args(data)},
        trace_id=current_trace_id(),
        instance=runtime[Self].id,
    )
    epoch = await runtime.db.write(store.create, new, runtime.clock.now())
    context = ToolContext(run=new.id, who=who, runtime=runtime, clock=runtime.clock)
    outcome = _Outcome()

    async def work(writer: RunWriter) -> None:
        await writer.finish(await _worked(writer, spec, tool, context, data, outcome))

    task = await runtime[RunLog].start(new.id, work, epoch=epoch)
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            await runtime[RunLog].cancel(new.id, "the client left")
    if outcome.error is not None:
        raise outcome.error
    return outcome.data


async def _worked(  # noqa: PLR0917 - what an action needs, and where its outcome goes
    writer: RunWriter,
    spec: AgentSpec,
    tool: Tool,
    context: ToolContext,
    data: dict[str, Any],
    outcome: _Outcome,
) -> Event:
    """Do it, keep the outcome, and say how the run ends."""
    place = cast("Runtime", context.runtime)[Registry].place(spec)
    try:
        async with place, asyncio.timeout(spec.seconds):
            answer = await tool.call(context, data)
        outcome.data = answer if isinstance(answer, dict) else {"result": answer}
        return Complete(output=_recorded(outcome.data))
    except asyncio.CancelledError:
        outcome.error = ToolError(f"{tool.name!r} was stopped.")
        if writer.cancelled_by is not None:
            return Cancelled(by=writer.cancelled_by)
        return State(before="running", after="interrupted", reason="the server stopped")
    except Exception as error:  # noqa: BLE001 - an action may be anybody's: its bug ends its run alone
        outcome.error = _typed(error, spec, tool)
        return Error(code=outcome.error.code, detail=outcome.error.detail)


def _typed(error: Exception, spec: AgentSpec, tool: Tool) -> MenonError:
    match error:
        case MenonError():
            return error
        case ToolRetry():
            return InvalidInput(str(error))
        case ToolFailed():
            return ToolError(str(error))
        case TimeoutError():
            return ToolError(f"{tool.name!r} took longer than {spec.seconds:g} s.")
        case _:
            log.error("agents.action_failed", agent=spec.id, action=tool.name, exc_info=error)
            return Internal(f"{tool.name!r} failed with {type(error).__name__}; the log says why.")


def _recorded(data: dict[str, Any]) -> Any:
    """What a run keeps of an answer: secrets masked, nothing huge.

    Raises:
        TypeError: the answer is not plain JSON.
    """
    shown = shown_args(plain(data))
    size = len(json.dumps(shown))
    return shown if size <= LARGEST else {"omitted": f"{size} characters are not kept"}
