"""The versions of an agent: which one is current, what they are called, how two differ."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.agents import changes, queries, views
from menon.features.agents.models import AgentLabel
from menon.features.agents.schemas import AgentOut, DiffOut, VersionOut
from menon.features.agents.versions.rules import At, check_label, version


async def listing(runtime: Runtime, who: Principal, agent: str, page: Page) -> Listing[VersionOut]:
    """A page of an agent's versions, newest first."""
    return await runtime.db.read(views.versions, who, agent, page)


async def get(runtime: Runtime, who: Principal, agent: str, at: str) -> VersionOut:
    """One version of an agent, by number or label."""
    return await runtime.db.read(views.version, who, agent, version(at))


async def diff(runtime: Runtime, who: Principal, agent: str, *, before: str, after: str) -> DiffOut:
    """What two versions of an agent do differently."""
    return await runtime.db.read(
        views.diff, who, agent, before=version(before), after=version(after)
    )


async def set_current(runtime: Runtime, who: Principal, agent: str, at: str) -> AgentOut:
    """Have another version answer; nothing is written anew."""
    return await runtime.db.write(_set_current, who, agent, version(at), runtime.clock.now())


async def label(runtime: Runtime, who: Principal, agent: str, name: str, at: int) -> AgentOut:
    """Have a label name a version, and no other version from now on.

    Raises:
        InvalidInput: the label cannot be told from a version.
    """
    check_label(name)
    return await runtime.db.write(_label, who, agent, name=name, at=at, now=runtime.clock.now())


async def unlabel(runtime: Runtime, who: Principal, agent: str, name: str) -> None:
    """Take a label away."""
    await runtime.db.write(_unlabel, who, agent, name=name, now=runtime.clock.now())


def _set_current(session: Session, who: Principal, name: str, at: At, now: datetime) -> AgentOut:
    agent = changes.writable(session, who, name)
    before, agent.version = agent.version, queries.version(session, agent, at).number
    if before != agent.version:
        agent.updated_at = now
        moved = {"before": before, "after": agent.version}
        audit.record(session, who, "agent.current_set", subject=agent.id, at=now, **moved)
    return views.shown(session, who, agent)


def _label(
    session: Session, who: Principal, agent_name: str, *, name: str, at: int, now: datetime
) -> AgentOut:
    agent = changes.writable(session, who, agent_name)
    number = queries.version(session, agent, at).number
    row = session.get(AgentLabel, (agent.id, name))
    before = row.number if row else None
    if row is None:
        row = AgentLabel(agent_id=agent.id, name=name)
        session.add(row)
    row.number, row.moved_by, row.moved_at = number, who.user_id, now
    session.flush()
    moved = {"label": name, "before": before, "after": number}
    audit.record(session, who, "agent.labelled", subject=agent.id, at=now, **moved)
    return views.shown(session, who, agent)


def _unlabel(
    session: Session, who: Principal, agent_name: str, *, name: str, now: datetime
) -> None:
    agent = changes.writable(session, who, agent_name)
    row = session.get(AgentLabel, (agent.id, name))
    if row is None:
        raise NotFound(f"The agent has no label {name!r}.")
    session.delete(row)
    audit.record(session, who, "agent.unlabelled", subject=agent.id, at=now, label=name)
