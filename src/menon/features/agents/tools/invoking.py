"""Calling a tool over the API: what reads runs at once, what does more after a person's yes.

the policy allows it, as it does what only reads ── a run of this process, followed to its end
the policy asks ── a run that waits with an approval; the job `tools.invoke` calls after it
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from menon.core.instances import Self
from menon.core.jobs import enqueue
from menon.core.runs import store
from menon.core.runs.events import Cancelled, Complete, Error, State
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.engine.tools.policy import Asked, Decision, Outcome, Policy, decide
from menon.engine.tools.schemas import problems, ready
from menon.engine.tools.tool import Effect, Tool
from menon.features.accounts.service import scopes_of
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools import calling
from menon.features.agents.tools.job import NODE, invoking
from menon.features.agents.tools.schemas import InvokeIn, InvokeOut, InvokeWaits
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.runs.approvals import NewApproval, open_approval
from menon.features.runs.rules import shown_args
from menon.kit.ids import new_id

PATIENCE: Final = timedelta(days=7)
"""After which a call that nobody decided on is not made."""


async def invoke(
    runtime: Runtime, who: Principal, name: str, body: InvokeIn
) -> InvokeOut | InvokeWaits:
    """Call a tool, or ask for the approval that it needs.

    Raises:
        NotFound: there is no such tool that they may see.
        Conflict: it cannot be used now.
        Forbidden: they may not run such tools, or the policy forbids the call.
        InvalidInput: the arguments do not fit.
    """
    tool = await usable(runtime, who, name)
    await ready()
    if wrong := problems(tool.schema, body.args):
        raise InvalidInput(
            f"The arguments of {name!r} do not fit: {'; '.join(wrong)}",
            errors=[{"pointer": "/args", "detail": each} for each in wrong],
        )
    decision = _decided(runtime, tool, body.args)
    if decision.outcome is Outcome.DENY:
        raise Forbidden(f"{name!r} may not be used like this: {decision.why}")
    if decision.outcome is Outcome.ALLOW:
        return await _at_once(runtime, who, tool, body.args)
    return await _after_approval(runtime, who, tool, body.args, why=decision.why)


def _decided(runtime: Runtime, tool: Tool, args: Mapping[str, Any]) -> Decision:
    """What the operator's policy says; no agent stands between, so that its rules do not count."""
    policy = Policy(operator=runtime.settings[AgentSettings].rules)
    return decide(Asked(tool=tool.name, effect=tool.effect, args=args), policy)


async def usable(runtime: Runtime, who: Principal, name: str) -> Tool:
    """A tool that somebody may call now.

    Raises:
        NotFound: there is none that they may see.
        Conflict: it cannot be used now.
        Forbidden: it does more than read, and they may not run such tools.
    """
    offer = (await runtime[Toolbox].look(who, [name])).get(name)
    if offer is None:
        raise NotFound(f"There is no tool {name!r}, or it is not yours.")
    if offer.reason:
        raise Conflict(f"{name!r} cannot be used: {offer.reason}")
    if offer.tool.effect is not Effect.READ:
        authorize(who, Action.RUN)
    return offer.tool


async def _at_once(
    runtime: Runtime, who: Principal, tool: Tool, args: Mapping[str, Any]
) -> InvokeOut:
    new = _run(who, tool, args, instance=runtime[Self].id)
    epoch = await runtime.db.write(store.create, new, runtime.clock.now())
    outcome = calling.Outcome()
    log, ended = runtime[RunLog], False

    async def work(writer: RunWriter) -> None:
        nonlocal outcome
        await writer.emit(calling.announced(tool, args))
        try:
            outcome = await calling.called(tool, calling.context(runtime, who, new.id), args)
        except asyncio.CancelledError:
            by = writer.cancelled_by
            stopped = State(before="running", after="interrupted", reason="the server stopped")
            await writer.finish(stopped if by is None else Cancelled(by=by))
            return
        await writer.emit(outcome.event)
        ok = Complete(output=outcome.output)
        await writer.finish(ok if outcome.ok else Error(code=outcome.code, detail=outcome.detail))

    task = await log.start(new.id, work, epoch=epoch)
    try:
        await asyncio.shield(task)
        ended = True
    finally:
        if not ended:
            log.leave(new.id)
    state = await runtime.db.read(_state, new.id)
    failed = {"code": outcome.code, "detail": outcome.detail}
    return InvokeOut(
        run_id=new.id,
        state=state,
        ok=state == RunState.COMPLETED,
        output=outcome.output,
        error=None if outcome.ok else failed,
    )


async def _after_approval(
    runtime: Runtime, who: Principal, tool: Tool, args: Mapping[str, Any], *, why: str
) -> InvokeWaits:
    new = _run(who, tool, args)
    payload = {
        "tool": tool.name,
        "args": dict(args),
        "owner": who.user_id,
        "scopes": scopes_of(who),
    }
    wanted = NewApproval(
        run_id=new.id,
        node=NODE,
        what=f"Call the tool {tool.name}",
        args=dict(args),
        tool=tool.name,
        effect=tool.effect.value,
        why=why,
        expires_at=runtime.clock.now() + PATIENCE,
    )
    try:
        await runtime.db.write(_ask, new, wanted, payload, runtime.clock.now())
    except ValueError as error:
        raise InvalidInput(f"The arguments cannot be kept: {error}.") from error
    return InvokeWaits(
        run_id=new.id,
        approval_id=wanted.id,
        state=RunState.WAITING,
        decide=f"/api/v1/approvals/{wanted.id}",
        events=f"/api/v1/runs/{new.id}/events",
    )


def _run(
    who: Principal, tool: Tool, args: Mapping[str, Any], *, instance: str | None = None
) -> store.NewRun:
    return store.NewRun(
        id=new_id(),
        kind=RunKind.AGENT,
        owner_id=who.user_id,
        title=f"Tool {tool.name}",
        subject=f"tool:{tool.name}",
        input={"tool": tool.name, "args": shown_args(dict(args))},
        instance=instance,
    )


def _ask(
    session: Session,
    new: store.NewRun,
    wanted: NewApproval,
    payload: dict[str, Any],
    now: datetime,
) -> None:
    store.create(session, new, now)
    session.get_one(Run, new.id).state = RunState.WAITING
    open_approval(session, wanted, now)
    # The decision starts it, whatever it is; where there is none it starts to say so.
    enqueue(session, invoking, payload, run_id=new.id, now=now, due=wanted.expires_at)


def _state(session: Session, run_id: str) -> str:
    return session.get_one(Run, run_id).state
