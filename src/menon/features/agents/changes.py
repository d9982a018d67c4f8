"""Changing agents: units that write; another configuration is always a new version."""

import hashlib
from datetime import datetime
from importlib.resources import files

from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM, Action, Principal, authorize
from menon.core.errors import Conflict, Forbidden
from menon.core.runs.models import ENDED, Run, RunKind
from menon.features.agents import queries, rules, views
from menon.features.agents.models import Agent, AgentVersion, Visibility
from menon.features.agents.schemas import AgentIn, AgentOut, AgentPatch, Configuration
from menon.features.agents.types import queries as type_queries
from menon.features.agents.types.rules import fitted
from menon.features.agents.types.schemas import TypeIn
from menon.features.vault import keeping
from menon.features.vault.schemas import SecretScope, Whose
from menon.kit.ids import new_id

ASSISTANT = "assistant"
"""The slug of the built-in agent."""


def create(session: Session, who: Principal, body: AgentIn, now: datetime) -> AgentOut:
    """Write an agent with its first version."""
    slug = body.slug or rules.slug(body.name)
    if slug == ASSISTANT or named(session, who, slug) is not None:
        raise Conflict(f"You have an agent {slug!r} already; choose another name.")
    agent = add(session, who, body, slug=slug, now=now)
    new_version(session, agent, body.configuration, who=who, now=now)
    return views.shown(session, who, agent)


def named(session: Session, who: Principal, slug: str) -> str | None:
    """The id of the principal's own agent of this short name."""
    return session.scalar(select(Agent.id).where(Agent.slug == slug, Agent.owner_id == who.user_id))


def add(session: Session, who: Principal, body: AgentIn, *, slug: str, now: datetime) -> Agent:
    """Write an agent that has no version yet.

    Raises:
        InvalidInput: there is no such type.
    """
    declared = type_queries.for_agent(session, who, body.agent_type)
    agent = Agent(
        id=new_id(),
        owner_id=who.user_id,
        slug=slug,
        name=body.name,
        description=body.description,
        agent_type=body.agent_type,
        type_id=declared.id if declared else None,
        visibility=body.visibility,
        version=0,
        is_active=True,
        is_builtin=False,
        created_at=now,
        updated_at=now,
    )
    session.add(agent)
    session.flush()
    return agent


def update(
    session: Session, who: Principal, name: str, patch: AgentPatch, now: datetime
) -> AgentOut:
    """Change an agent; another configuration becomes its next version."""
    agent = writable(session, who, name)
    if patch.version is not None and patch.version != agent.version:
        raise Conflict(f"The agent is at version {agent.version} by now; read it again.")
    if patch.is_active and agent.imported and agent.imported["state"] == "pending":
        raise Conflict(
            "The agent was imported and nobody has read it yet;"
            f" POST /api/v1/agents/{agent.id}/review lets it answer."
        )
    current = queries.version(session, agent)
    for field in ("name", "description", "visibility", "is_active"):
        value = getattr(patch, field)
        if value is not None:
            setattr(agent, field, value)
    agent.updated_at = now
    if patch.configuration is not None and patch.configuration != views.configuration(current):
        new_version(session, agent, patch.configuration, who=who, now=now, note=patch.note)
    return views.shown(session, who, agent)


def delete(session: Session, who: Principal, name: str, now: datetime) -> None:
    """Delete an agent with its versions, and take its secrets out of use."""
    agent = writable(session, who, name)
    keeping.forget(session, who, Whose(scope=SecretScope.AGENT, subject=agent.id), now)
    session.delete(agent)


def clear_history(session: Session, who: Principal, name: str) -> int:
    """Delete the principal's own ended runs of an agent and count them."""
    agent = queries.get(session, who, name)
    ids = [
        run.id
        for run in queries.runs(session, who, agent.id, 10_000)
        if run.state in ENDED and run.kind == RunKind.AGENT
    ]
    session.execute(sql_delete(Run).where(Run.id.in_(ids)))
    return len(ids)


def writable(session: Session, who: Principal, name: str) -> Agent:
    """An agent that the principal may change, its row locked.

    Raises:
        NotFound: there is none of theirs.
        Forbidden: it is built in.
    """
    agent = queries.get(session, who, name, lock=True)
    if agent.is_builtin:
        where = f"are changed in {agent.defined_in!r}" if agent.defined_in else "cannot be changed"
        raise Forbidden(f"Built-in agents {where}; make one of your own instead.")
    authorize(who, Action.AUTHOR, owner=agent.owner_id)
    return agent


def new_version(
    session: Session,
    agent: Agent,
    configuration: Configuration,
    *,
    who: Principal,
    now: datetime,
    note: str = "",
) -> None:
    """Write the next version, which becomes the current one."""
    declared = type_queries.of_agent(session, agent)
    if declared is not None:
        configuration = fitted(configuration, TypeIn.model_validate(declared.body))
    limits = configuration.limits.model_dump()
    if configuration.max_tokens is not None:
        limits["answer_tokens"] = configuration.max_tokens
    agent.version = queries.newest(session, agent) + 1
    version = AgentVersion(
        id=new_id(),
        agent_id=agent.id,
        number=agent.version,
        type_version=declared.number if declared else None,
        instructions=configuration.instructions,
        model=configuration.model,
        temperature=configuration.temperature,
        tools=list(configuration.tools),
        collections=list(configuration.collections),
        capabilities=list(configuration.capabilities),
        limits=limits,
        policy=[rule.model_dump(mode="json") for rule in configuration.policy],
        note=note,
        created_by=who.user_id,
        created_at=now,
    )
    session.add(version)
    session.flush()


def ensure_assistant(session: Session, now: datetime) -> None:
    """Write the built-in assistant as this build describes it, unless it stands so already."""
    instructions = files("menon.features.agents").joinpath("prompts/assistant.md").read_text()
    configuration = Configuration(
        instructions=instructions,
        tools=["search_knowledge", "calculator", "current_time"],
        capabilities=["answer_questions"],
    )
    agent = session.scalar(
        select(Agent).where(Agent.slug == ASSISTANT, Agent.is_builtin).with_for_update()
    )
    digest = hashlib.sha256(configuration.model_dump_json().encode()).hexdigest()[:12]
    if agent is None:
        agent = Agent(
            id=new_id(),
            owner_id="",
            slug=ASSISTANT,
            name="Assistant",
            description="Answers from the team's documents, with citations.",
            agent_type="assistant",
            visibility=Visibility.EVERYBODY,
            is_active=True,
            is_builtin=True,
            version=0,
            created_at=now,
            updated_at=now,
        )
        session.add(agent)
        session.flush()
    elif queries.version(session, agent).note.endswith(digest):
        return
    note = f"As this build ships it, {digest}"
    new_version(session, agent, configuration, who=SYSTEM, now=now, note=note)
