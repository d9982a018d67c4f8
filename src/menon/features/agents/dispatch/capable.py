"""Which agents can do what."""

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.features.agents import queries
from menon.features.agents.dispatch.registry import Registry
from menon.features.agents.dispatch.schemas import CapabilitiesOut, CapableAgent

_MOST = 1000


async def by_capability(runtime: Runtime, who: Principal) -> CapabilitiesOut:
    """Every capability with its agents, the one that is asked first.

    Code comes before models of the same priority, built-in agents before one's own, and one's own
    before shared ones: nobody can put an agent of theirs in front of others' by sharing it.
    """
    specs = [(list(spec.can()), spec.priority, _code(spec)) for spec in runtime[Registry]]
    entries = [
        *((names, agent) for names, priority, agent in specs if priority >= 0),
        *await runtime.db.read(_stored, who),
        *((names, agent) for names, priority, agent in specs if priority < 0),
    ]
    found: dict[str, list[CapableAgent]] = {}
    for names, agent in entries:
        for name in names:
            found.setdefault(name, []).append(agent)
    return CapabilitiesOut(capabilities=dict(sorted(found.items())))


def _code(spec: AgentSpec) -> CapableAgent:
    return CapableAgent(agent_id=spec.id, name=spec.name, kind="code", actions=list(spec.by_name))


def _stored(session: Session, who: Principal) -> list[tuple[list[str], CapableAgent]]:
    agents = queries.capable(session, who, _MOST)
    current = queries.current(session, agents)
    return [
        (
            current[agent.id].capabilities,
            CapableAgent(
                agent_id=agent.id,
                name=agent.name,
                kind="model",
                actions=["run", "ask", *current[agent.id].capabilities],
            ),
        )
        for agent in agents
    ]
