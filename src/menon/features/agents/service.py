"""Agents: making, changing, reading and deleting their definitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.tools.policy import Policy
from menon.features.agents import changes, queries, views
from menon.features.agents.defined import Defined, defined
from menon.features.agents.policy import policies
from menon.features.agents.schemas import (
    AgentIn,
    AgentOut,
    AgentPatch,
    PastMessage,
)
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import queries as type_queries
from menon.features.agents.types.models import AgentType, AgentTypeVersion
from menon.features.agents.types.rules import least
from menon.features.agents.types.typed import Declared
from menon.features.agents.versions.rules import reference


async def create(runtime: Runtime, who: Principal, body: AgentIn) -> AgentOut:
    """Make an agent with its first version."""
    await runtime[Toolbox].check(who, body.configuration.tools)
    policies.check(runtime[Toolbox], body.configuration)
    return await runtime.db.write(changes.create, who, body, runtime.clock.now())


async def update(runtime: Runtime, who: Principal, agent: str, patch: AgentPatch) -> AgentOut:
    """Change an agent; another configuration becomes a new version."""
    if patch.configuration is not None:
        await runtime[Toolbox].check(who, patch.configuration.tools)
        policies.check(runtime[Toolbox], patch.configuration)
    return await runtime.db.write(changes.update, who, agent, patch, runtime.clock.now())


async def get(runtime: Runtime, who: Principal, agent: str) -> AgentOut:
    """One agent."""
    return await runtime.db.read(views.get, who, agent)


async def delete(runtime: Runtime, who: Principal, agent: str) -> None:
    """Delete an agent with its versions and secrets; its runs stay."""
    await runtime.db.write(changes.delete, who, agent, runtime.clock.now())


async def listing(  # noqa: PLR0917 - the filters of the route
    runtime: Runtime,
    who: Principal,
    page: Page,
    active_only: bool = False,
    agent_type: str | None = None,
    skip: int = 0,
) -> Listing[AgentOut]:
    """A page of the agents that somebody may use."""
    return await runtime.db.read(views.listing, who, page, active_only, agent_type, skip)


async def run_counts(runtime: Runtime, agent_ids: Sequence[str]) -> Mapping[str, int]:
    """How many runs each of these agents has had."""
    return await runtime.db.read(queries.run_counts, agent_ids)


async def history(runtime: Runtime, who: Principal, agent: str, limit: int) -> list[PastMessage]:
    """The principal's own latest messages with an agent, oldest first."""
    return await runtime.db.read(views.history, who, agent, limit)


async def clear_history(runtime: Runtime, who: Principal, agent: str) -> int:
    """Forget the principal's own ended runs of an agent; answers how many went."""
    return await runtime.db.write(changes.clear_history, who, agent)


async def ensure_builtin(runtime: Runtime) -> None:
    """Have the built-in agents stand in the database as this build describes them."""
    await runtime.db.write(changes.ensure_assistant, runtime.clock.now())


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What a run needs of an agent, read in the unit that opens the run."""

    id: str
    """Empty for a draft of an agent that is not there yet."""
    slug: str
    name: str
    version: int
    """0 for a draft."""
    instructions: str
    model: str
    temperature: float | None
    tools: tuple[str, ...]
    collections: tuple[str, ...]
    limits: dict[str, Any]
    policy: Policy
    """With what whoever reads it has allowed for good."""
    defined_in: str = ""
    """The Python code that defines it; empty for all others."""
    declared: Declared | None = None
    """What its type says, where that is a declared one."""


def definition(
    session: Session, who: Principal, agent: str | None = None, number: int | None = None
) -> Definition:
    """The definition of an agent, of the assistant when none is named.

    Args:
        session: the unit's session.
        who: the principal.
        agent: id or slug; `slug@3` and `slug@stable` are of that version or label, others of the
            current one.
        number: a version, whatever the name says.

    Raises:
        NotFound: there is none that the principal may use.
        Conflict: it is switched off.
    """
    named = reference(agent or changes.ASSISTANT)
    at = named.at if number is None else number
    found = defined(session, who, named.agent, at)
    if not found.is_active:
        raise Conflict(f"The agent {found.name!r} is switched off.")
    declared = _declared(session, found)
    limits = declared[1] if declared else {}
    return Definition(
        id=found.id,
        slug=found.slug,
        name=found.name,
        version=found.number,
        instructions=found.instructions,
        model=found.model,
        temperature=found.temperature,
        tools=tuple(found.tools),
        collections=tuple(found.collections),
        limits=least(found.limits, limits),
        policy=policies.of_agent(session, who, found),
        defined_in=found.defined_in,
        declared=declared[0] if declared else None,
    )


def _declared(session: Session, agent: Defined) -> tuple[Declared, dict[str, Any]] | None:
    """What the agent's type says, and the most that it lets a run use."""
    found = type_queries.of_version(session, agent.type_id, agent.type_version)
    if found is None:
        return None
    declared = as_declared(*found)
    return declared, found[1].compiled["limits"]


def as_declared(row: AgentType, said: AgentTypeVersion) -> Declared:
    """What a type says, as a run needs it."""
    return Declared(
        name=row.name,
        version=said.number,
        compiled=said.compiled,
        output=said.compiled["output"],
        tools=tuple(said.compiled["tools"]),
    )
