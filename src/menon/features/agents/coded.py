"""Agents that are defined in Python: read at start, written down, and run with their own tools.

MENON_AGENTS__APP ─→ load ─→ CodedAgents (this process)
                       └──→ ensure: a row and a version each, so that they are read like others
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import SYSTEM
from menon.core.errors import NotConfigured
from menon.core.runtime import Runtime
from menon.engine.agents.house import House
from menon.engine.agents.turn import Turn
from menon.engine.framework.agent import Agent as PythonAgent
from menon.engine.framework.loading import BadApp, load
from menon.engine.llm.models import Resolved
from menon.engine.tools.tool import Tool
from menon.features.agents import changes, queries
from menon.features.agents.models import Agent, Visibility
from menon.features.agents.schemas import Configuration, LimitsIn
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.catalog.service import Models
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A Python agent as its row and its version say it."""

    slug: str
    name: str
    description: str
    configuration: Configuration
    digest: str
    """Of all that makes it answer as it does, its tools' schemas too."""


class CodedAgents:
    """The Python agents of this process, by slug."""

    def __init__(self, agents: Sequence[PythonAgent[Any]], house: House) -> None:
        self._agents = {agent.id: agent for agent in agents}
        self.house = house

    async def take(self, runtime: Runtime, agents: Sequence[PythonAgent[Any]], app: str) -> None:
        """Serve these agents, and no others, from here on."""
        coded = [written(agent) for agent in agents]
        await runtime.db.write(ensure, coded, app, runtime.clock.now())
        self._agents = {agent.id: agent for agent in agents}

    def completed(self, turn: Turn, app: str) -> Turn:
        """The turn with what only the code has: its tools, its form, its own model.

        Raises:
            NotConfigured: this process does not run the code.
        """
        agent = self._agents.get(turn.agent)
        if agent is None:
            raise NotConfigured(
                f"The agent {turn.agent!r} is defined in {app!r}, which this process does not"
                f" run; start it with `menon serve --app {app}`, or set MENON_AGENTS__APP."
            )
        own = agent.own_model()
        turn = replace(turn, tools=agent.granted(self.house), output=agent.output, house=self.house)
        return turn if own is None else replace(turn, model=own, fallbacks=())


def house(runtime: Runtime) -> House:
    """What names mean to Python agents here: the server's models and its toolbox."""

    async def resolve(wanted: str, *, needs_tools: bool) -> Resolved:
        return await runtime[Models].resolve(wanted, needs_tools=needs_tools)

    def tools(names: Sequence[str]) -> Sequence[Tool]:
        return runtime[Toolbox].own(names)

    return House(resolve=resolve, tools=tools)


@contextlib.asynccontextmanager
async def open_coded(runtime: Runtime) -> AsyncGenerator[CodedAgents]:
    """Load the operator's app, where there is one, and write its agents down."""
    app = runtime.settings[AgentSettings].app
    if not app:
        yield CodedAgents((), house(runtime))
        return
    agents = await asyncio.get_running_loop().run_in_executor(None, load, app)
    opened = CodedAgents((), house(runtime))
    await opened.take(runtime, agents, app)
    yield opened


def written(agent: PythonAgent[Any]) -> Coded:
    """What is written down of an agent.

    Raises:
        BadApp: its name is taken, or too long.
    """
    if agent.id == changes.ASSISTANT or len(agent.name) > 100:
        raise BadApp(f"No agent can be called {agent.name[:100]!r}; give it another name.")
    own = agent.own_model()
    configuration = Configuration(
        instructions=agent.instructions,
        model="auto" if own is not None else str(agent.model),
        temperature=agent.temperature,
        tools=list(agent.tool_names),
        limits=LimitsIn.model_validate(
            {name: getattr(agent.limits, name) for name in LimitsIn.model_fields}
        ),
    )
    rest = {
        "model": own.name if own is not None else "",
        "tools": [_told(each) for each in agent.tools],
        "output": agent.output.schema if agent.output else None,
        "handoffs": [other.id for other in agent.handoffs],
        "limits": asdict(agent.limits),
        "name": agent.name,
        "description": agent.description,
    }
    text = configuration.model_dump_json().encode() + msgspec.json.encode(rest, order="sorted")
    return Coded(
        slug=agent.id,
        name=agent.name,
        description=agent.description[:1000],
        configuration=configuration,
        digest=hashlib.sha256(text).hexdigest()[:12],
    )


def _told(each: Tool | str) -> Any:
    if isinstance(each, str):
        return each
    return [each.name, each.description, each.schema, each.effect, each.output_schema]


def ensure(session: Session, coded: Sequence[Coded], app: str, now: datetime) -> None:
    """Have the rows say what the code says; agents that it has no more are switched off."""
    # Several processes start at once: each waits here for the one before it.
    session.scalar(select(Agent.id).where(Agent.slug == changes.ASSISTANT).with_for_update())
    query = select(Agent).where(Agent.defined_in != "").with_for_update()
    known: Mapping[str, Agent] = {agent.slug: agent for agent in session.scalars(query)}
    for each in coded:
        _ensure(session, known.get(each.slug), each, app, now)
    for slug in known.keys() - {each.slug for each in coded}:
        known[slug].is_active = False


def _ensure(session: Session, agent: Agent | None, coded: Coded, app: str, now: datetime) -> None:
    if agent is None:
        agent = Agent(
            id=new_id(),
            owner_id="",
            slug=coded.slug,
            agent_type="coded",
            visibility=Visibility.EVERYBODY,
            is_builtin=True,
            version=0,
            created_at=now,
        )
        session.add(agent)
    current = agent.version and queries.version(session, agent).note.endswith(coded.digest)
    agent.name, agent.description = coded.name, coded.description
    agent.defined_in, agent.is_active = app, True
    if current:
        return
    agent.updated_at = now
    session.flush()
    note = f"As the code says, {coded.digest}"
    changes.new_version(session, agent, coded.configuration, who=SYSTEM, now=now, note=note)
