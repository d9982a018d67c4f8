"""Trying an agent as its form stands, before anything is saved."""

from dataclasses import replace

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.runtime import Runtime
from menon.engine.tools.policy import Policy
from menon.features.agents import queries, running, service
from menon.features.agents.forms import DraftForm
from menon.features.agents.schemas import RunIn
from menon.features.agents.service import Definition
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import queries as type_queries


async def ask(runtime: Runtime, who: Principal, name: str | None, form: DraftForm) -> str:
    """Begin a run of a draft and return its id.

    Raises:
        InvalidInput: it names a tool that is not installed, or a type that is not declared.
        NotFound: there is no such agent for this principal.
    """
    await runtime[Toolbox].check(who, form.tools)
    draft = await runtime.db.read(_draft, who, name, form)
    return await running.run_definition(
        runtime, who, draft, RunIn(message=form.message), action="draft"
    )


def _draft(session: Session, who: Principal, name: str | None, form: DraftForm) -> Definition:
    made = form.configuration()
    base = _own(session, who, name) or _nobody(session, who, form)
    return replace(
        base,
        name=form.name,
        version=0,
        instructions=made.instructions,
        model=made.model,
        temperature=made.temperature,
        tools=tuple(made.tools),
        collections=tuple(made.collections),
        limits=made.limits.model_dump(),
    )


def _own(session: Session, who: Principal, name: str | None) -> Definition | None:
    """The agent that the draft is of, where it is the principal's own.

    A draft of somebody else's agent is nobody's: its tools must not use that agent's secrets.
    """
    if name is None:
        return None
    agent = queries.get(session, who, name)
    mine = agent.owner_id == who.user_id or reach(who, Action.AUTHOR) is Reach.ANY
    return service.definition(session, who, agent.id) if mine and not agent.is_builtin else None


def _nobody(session: Session, who: Principal, form: DraftForm) -> Definition:
    row = type_queries.for_agent(session, who, form.agent_type)
    return Definition(
        id="",
        slug=form.slug or "draft",
        name=form.name,
        version=0,
        instructions="",
        model="auto",
        temperature=None,
        tools=(),
        collections=(),
        limits={},
        policy=Policy(),
        declared=service.as_declared(row, type_queries.version(session, row)) if row else None,
    )
