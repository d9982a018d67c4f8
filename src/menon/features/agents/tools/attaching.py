"""An agent's tools: attached and detached, each a new version of the agent."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Listing
from menon.core.runtime import Runtime
from menon.features.agents import changes, queries, views
from menon.features.agents.schemas import AgentPatch
from menon.features.agents.tools.schemas import AttachIn, ToolOut
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.tools.views import out


async def listing(runtime: Runtime, who: Principal, agent: str) -> Listing[ToolOut]:
    """The tools of an agent, those included that cannot be used now."""
    names = (await runtime.db.read(views.get, who, agent)).configuration["tools"]
    offers = await runtime[Toolbox].look(who, names)
    shown = [out(o.tool, reason=o.reason, source=o.source) for n in names if (o := offers.get(n))]
    return Listing(items=shown)


async def attach(runtime: Runtime, who: Principal, agent: str, body: AttachIn) -> Listing[ToolOut]:
    """Give an agent a tool; one that it has already changes nothing.

    Raises:
        NotFound: there is no such agent that is theirs.
        InvalidInput: there is no such tool, or it cannot be used.
    """
    await runtime.db.read(views.get, who, agent)
    await runtime[Toolbox].check(who, [body.name])
    now = runtime.clock.now()
    await runtime.db.write(_change, who, agent, body.name, note=body.note, now=now, adds=True)
    return await listing(runtime, who, agent)


async def detach(runtime: Runtime, who: Principal, agent: str, name: str) -> None:
    """Take a tool from an agent.

    Raises:
        NotFound: there is no such agent that is theirs, or it has no such tool.
    """
    now = runtime.clock.now()
    await runtime.db.write(_change, who, agent, name, note="", now=now, adds=False)


def _change(
    session: Session,
    who: Principal,
    agent: str,
    name: str,
    *,
    note: str,
    now: datetime,
    adds: bool,
) -> None:
    row = queries.get(session, who, agent, lock=True)
    before = views.configuration(queries.version(session, row))
    if adds == (name in before.tools):
        if adds:
            return
        raise NotFound(f"The agent has no tool {name!r}.")
    tools = [*before.tools, name] if adds else [t for t in before.tools if t != name]
    words = note or f"{'With' if adds else 'Without'} the tool {name}"
    patch = AgentPatch(configuration=before.model_copy(update={"tools": tools}), note=words)
    changes.update(session, who, row.id, patch, now)
