"""What is selected of agents; every query starts from `readable`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runs.models import Run, RunKind, RunState
from menon.features.agents.models import Agent, AgentLabel, AgentVersion, Visibility
from menon.features.agents.versions.rules import CURRENT, LATEST, At

_VERSION = select(AgentVersion).where(
    AgentVersion.agent_id == bindparam("agent"), AgentVersion.number == bindparam("version")
)


def readable(who: Principal) -> Select[Agent]:
    """The agents that somebody may use: their own, shared and built-in ones; all for admins."""
    return _readable(who.user_id, everybodys=reach(who, Action.READ) is Reach.ANY)


def _readable(user: Any, *, everybodys: bool) -> Select[Agent]:
    if everybodys:
        return select(Agent)
    shared = Agent.visibility == Visibility.EVERYBODY
    return select(Agent).where(or_(Agent.owner_id == user, shared))


def get(session: Session, who: Principal, agent: str, *, lock: bool = False) -> Agent:
    """An agent by id or slug; one's own before a shared one of the same slug.

    Raises:
        NotFound: there is none that this principal may use.
    """
    query = named(everybodys=reach(who, Action.READ) is Reach.ANY, lock=lock)
    found = session.scalar(query, {"user": who.user_id, "agent": agent})
    if found is None:
        raise missing(agent)
    return found


def missing(agent: str) -> NotFound:
    """There is no such agent for whoever asked."""
    return NotFound(f"There is no agent {agent!r}, or it is not yours.")


def without(slug: str, at: At) -> NotFound:
    """An agent has no such version."""
    return NotFound(f"The agent {slug!r} has no version {at!r}.")


@cache
def named(*, everybodys: bool, lock: bool) -> Select[Agent]:
    """The agent that `user` means by `agent`; see `get`."""
    # Kept, since making a statement takes longer than executing it, and every question asks this.
    user, agent = bindparam("user", type_=String()), bindparam("agent", type_=String())
    query = (
        _readable(user, everybodys=everybodys)
        .where(or_(Agent.id == agent, Agent.slug == agent))
        .order_by(Agent.owner_id != user, Agent.id)
        .limit(1)
    )
    return query.with_for_update() if lock else query


def by_slug(session: Session, who: Principal, slugs: Sequence[str]) -> list[Agent]:
    """The agents of these slugs, of each the one that `get` would find."""
    return list(session.scalars(_first_of_each(who, Agent.slug.in_(slugs))))


def after_slug(
    session: Session, who: Principal, slug: str, limit: int, *, words: str = ""
) -> list[Agent]:
    """The next agents in the order of their slugs, of each the one that `get` would find."""
    fits = [matching(words, Agent.slug, Agent.name, Agent.description)] if words else []
    query = _first_of_each(who, Agent.slug > slug, *fits)
    return list(session.scalars(query.order_by(Agent.slug).limit(limit)))


def _first_of_each(who: Principal, *where: ColumnElement[bool]) -> Select[Agent]:
    """Several owners may have a slug: one's own counts before a shared one."""
    order = (Agent.owner_id != who.user_id, Agent.id)
    rank = func.row_number().over(partition_by=Agent.slug, order_by=order)
    ranked = readable(who).where(*where).with_only_columns(Agent.id, rank.label("rank")).subquery()
    return select(Agent).join(ranked, ranked.c.id == Agent.id).where(ranked.c.rank == 1)


def matching(words: str, *columns: Any) -> ColumnElement[bool]:
    """Whether every word stands in one of the columns, in whichever case."""
    return and_(
        *(
            or_(*(func.lower(column).contains(word, autoescape=True) for column in columns))
            for word in words.lower().split()
        )
    )


def version(session: Session, agent: Agent, at: At = None) -> AgentVersion:
    """A version of an agent by number or label, the current one by default.

    Raises:
        NotFound: it has no such version.
    """
    number = at if isinstance(at, int) else number_of(session, agent, at)
    found = session.scalar(_VERSION, {"agent": agent.id, "version": number})
    if found is None:
        raise without(agent.slug, at)
    return found


def newest(session: Session, agent: Agent) -> int:
    """The highest number of an agent's versions; 0 where it has none yet."""
    numbers = select(func.max(AgentVersion.number)).where(AgentVersion.agent_id == agent.id)
    return session.scalar(numbers) or 0


def current(session: Session, agents: Sequence[Agent]) -> dict[str, AgentVersion]:
    """The current versions of these agents, by agent."""
    here = and_(AgentVersion.agent_id == Agent.id, AgentVersion.number == Agent.version)
    query = select(AgentVersion).join(Agent, here).where(Agent.id.in_([a.id for a in agents]))
    return {version.agent_id: version for version in session.scalars(query)}


def labels(session: Session, agent_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """The labels of these agents, by agent and name."""
    found: dict[str, dict[str, int]] = {agent_id: {} for agent_id in agent_ids}
    rows = select(AgentLabel).where(AgentLabel.agent_id.in_(agent_ids)).order_by(AgentLabel.name)
    for row in session.scalars(rows):
        found[row.agent_id][row.name] = row.number
    return found


def number_of(session: Session, agent: Agent, label: str | None) -> int | None:
    """The number of a label, of the current version when none is given; None for no such."""
    if label is None or label == CURRENT:
        return agent.version
    if label == LATEST:
        return newest(session, agent)
    row = session.get(AgentLabel, (agent.id, label))
    return row.number if row else None


def page(
    session: Session,
    who: Principal,
    page: Page,
    *,
    active_only: bool = False,
    agent_type: str | None = None,
    skip: int = 0,
) -> list[Agent]:
    """A page of agents, newest first, with one row more where another page follows."""
    query = readable(who).order_by(Agent.id.desc()).offset(skip).limit(page.limit + 1)
    if active_only:
        query = query.where(Agent.is_active)
    if agent_type:
        query = query.where(Agent.agent_type == agent_type)
    if after := page.after(1):
        query = query.where(Agent.id < str(after[0]))
    return list(session.scalars(query))


def slugs(session: Session, who: Principal, prefix: str) -> set[str]:
    """The short names of the principal's own agents that begin with this."""
    mine = select(Agent.slug).where(Agent.owner_id == who.user_id)
    return set(session.scalars(mine.where(Agent.slug.startswith(prefix[:75], autoescape=True))))


def capable(session: Session, who: Principal, limit: int) -> list[Agent]:
    """The active agents that can be asked for something, those that come first in front."""
    here = and_(AgentVersion.agent_id == Agent.id, AgentVersion.number == Agent.version)
    query = readable(who).join(AgentVersion, here)
    query = query.where(Agent.is_active, AgentVersion.capabilities != [])
    order = (Agent.is_builtin.desc(), Agent.owner_id != who.user_id, Agent.id)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def versions(session: Session, agent: Agent, page: Page) -> list[AgentVersion]:
    """A page of an agent's versions, newest first, with one more where another page follows."""
    query = select(AgentVersion).where(AgentVersion.agent_id == agent.id)
    if after := page.after(1):
        if not isinstance(after[0], int) or abs(after[0]) > 2**31 - 1:
            raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
        query = query.where(AgentVersion.number < after[0])
    return list(session.scalars(query.order_by(AgentVersion.number.desc()).limit(page.limit + 1)))


def subject(agent_id: str) -> str:
    """What a run of this agent is about."""
    return f"agent:{agent_id}"


def runs(session: Session, who: Principal, agent_id: str, limit: int) -> list[Run]:
    """The principal's own latest runs of an agent, newest first."""
    return list(
        session.scalars(
            select(Run)
            .where(
                Run.owner_id == who.user_id,
                Run.subject == subject(agent_id),
                Run.kind == RunKind.AGENT,
            )
            .order_by(Run.id.desc())
            .limit(limit)
        )
    )


def counts(session: Session, agent_id: str) -> tuple[dict[str, int], datetime | None]:
    """How many runs of an agent stand in each state, and when the last began."""
    rows = session.execute(
        select(Run.state, func.count(), func.max(Run.created_at))
        .where(Run.subject == subject(agent_id))
        .group_by(Run.state)
    ).all()
    latest = max((row[2] for row in rows), default=None)
    return {RunState(row[0]): row[1] for row in rows}, latest


def run_counts(session: Session, agent_ids: Sequence[str]) -> Mapping[str, int]:
    """How many runs each of these agents has had."""
    subjects = {subject(agent_id): agent_id for agent_id in agent_ids}
    rows = session.execute(
        select(Run.subject, func.count()).where(Run.subject.in_(subjects)).group_by(Run.subject)
    )
    return {subjects[row[0]]: row[1] for row in rows}
