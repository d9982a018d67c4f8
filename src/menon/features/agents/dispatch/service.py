"""Asking an agent for an action, by its id or by what it can do: a run, answered as an envelope.

find (the agent named, or the first that can) → perform (code) or ask (a model) → `RouteOut`
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, MenonError, NotFound
from menon.core.jobs.plain import error_from
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.features.agents import queries, running
from menon.features.agents.dispatch import capable, performing
from menon.features.agents.dispatch.registry import Registry
from menon.features.agents.dispatch.schemas import CapableAgent, RouteIn, RouteOut
from menon.features.agents.schemas import AnswerOut, RunIn
from menon.features.agents.versions.rules import reference

ASKING = ("run", "ask")
"""The actions of every agent that has a model."""
_MESSAGE = ("message", "question", "prompt", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An agent that a model answers for."""

    id: str
    name: str
    """As it is to be run: perhaps at a version."""
    slug: str
    capabilities: tuple[str, ...]
    declared: bool
    """Whether its type says what its input is."""


Target = AgentSpec | Stored


async def route(runtime: Runtime, who: Principal, body: RouteIn) -> RouteOut:
    """Have an agent do something; what goes wrong there is told in the envelope."""
    chosen = body.agent_id
    try:
        target = await _find(runtime, who, body)
        chosen = target.id
        data = await _act(runtime, who, target, body)
    except MenonError as error:
        return _answer(runtime.clock.now(), chosen, error=error)
    return _answer(runtime.clock.now(), chosen, data=data)


async def _find(runtime: Runtime, who: Principal, body: RouteIn) -> Target:
    agent_id = body.agent_id
    if agent_id is None:
        agent_id = (await _first(runtime, who, body.capability or "")).agent_id
    target = runtime[Registry].get(agent_id)
    target = target or await runtime.db.read(_stored, who, agent_id)
    able = target.can() if isinstance(target, AgentSpec) else target.capabilities
    if body.capability is not None and body.capability not in able:
        raise NotFound(f"The agent {agent_id!r} cannot {body.capability!r}.")
    return target


async def _first(runtime: Runtime, who: Principal, capability: str) -> CapableAgent:
    found = (await capable.by_capability(runtime, who)).capabilities.get(capability)
    if not found:
        raise NotFound(
            f"No agent with the capability {capability!r} was found;"
            " GET /api/v1/agents/capabilities lists what there is."
        )
    return found[0]


def _stored(session: Session, who: Principal, name: str) -> Stored:
    named = reference(name)
    agent = queries.get(session, who, named.agent)
    version = queries.version(session, agent, named.at)
    return Stored(
        id=agent.id,
        name=name,
        slug=agent.slug,
        capabilities=tuple(version.capabilities),
        declared=agent.type_id is not None,
    )


async def _act(runtime: Runtime, who: Principal, target: Target, body: RouteIn) -> dict[str, Any]:
    if isinstance(target, AgentSpec):
        return await performing.perform(
            runtime, who, target, performing.action(target, body), body.data
        )
    action = body.action or body.capability or "run"
    if action not in (*ASKING, *target.capabilities):
        known = ", ".join((*ASKING, *target.capabilities))
        raise NotFound(f"The agent {target.slug!r} has no action {action!r}; it has {known}.")
    answer = await running.ask(
        runtime, who, target.name, _question(target, action, body), action=action
    )
    if answer.error is not None:
        raise error_from(answer.error)
    return _told(answer)


def _question(target: Stored, action: str, body: RouteIn) -> RunIn:
    """What an action of a model's agent comes to: its input, or a message with its context."""
    given = dict(body.data)
    sent = {name: given.pop(name) for name in ("history", "model", "input") if name in given}
    message = next((name for name in _MESSAGE if name in given), None)
    if message is None and target.declared:
        sent.setdefault("input", given)
    elif message is not None:
        context: dict[str, Any] = {}
        if isinstance(given.get("context"), dict):
            context = cast("dict[str, Any]", given.pop("context"))
        sent["message"] = given.pop(message)
        asked = {} if action in ASKING else {"task": action}
        sent["context"] = asked | given | context
    elif action not in ASKING:
        sent |= {"message": action, "context": given}
    try:
        return RunIn.model_validate(sent)
    except ValidationError as error:
        what = "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
        raise InvalidInput(f"The data does not fit the action {action!r}: {what}") from error


def _told(answer: AnswerOut) -> dict[str, Any]:
    return answer.model_dump(include={"run_id", "answer", "citations", "model", "usage", "output"})


def _answer(
    now: datetime,
    agent_id: str | None,
    *,
    data: dict[str, Any] | None = None,
    error: MenonError | None = None,
) -> RouteOut:
    return RouteOut(
        success=error is None,
        data=data,
        error=error.detail if error else None,
        error_code=error.code if error else None,
        agent_id=agent_id,
        timestamp=now,
    )
