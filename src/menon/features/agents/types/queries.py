"""What is selected of agent types; every query starts from `readable`."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, authorize, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.features.agents.models import Agent, Visibility
from menon.features.agents.schemas import GENERIC
from menon.features.agents.types.models import AgentType, AgentTypeVersion


def readable(who: Principal) -> Select[AgentType]:
    """The types that somebody may use: their own and shared ones; all for admins."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(AgentType)
    shared = AgentType.visibility == Visibility.EVERYBODY
    return select(AgentType).where(or_(AgentType.owner_id == who.user_id, shared))


def find(session: Session, who: Principal, name: str) -> AgentType | None:
    """A type by name or id; one's own before a shared one of the same name."""
    query = (
        readable(who)
        .where(or_(AgentType.name == name, AgentType.id == name))
        .order_by(AgentType.owner_id != who.user_id, AgentType.is_deprecated, AgentType.id)
        .limit(1)
    )
    return session.scalar(query)


def get(session: Session, who: Principal, name: str) -> AgentType:
    """A type by name or id.

    Raises:
        NotFound: there is none that this principal may use.
    """
    found = find(session, who, name)
    if found is None:
        raise NotFound(f"There is no agent type {name!r}, or it is not yours.")
    return found


def writable(session: Session, who: Principal, name: str) -> AgentType:
    """A type that the principal may change, its row locked.

    Raises:
        NotFound: there is none of theirs.
    """
    found = get(session, who, name)
    authorize(who, Action.AUTHOR, owner=found.owner_id)
    return session.get_one(AgentType, found.id, with_for_update=True)


def version(session: Session, row: AgentType, number: int | None = None) -> AgentTypeVersion:
    """A version of a type, the current one by default.

    Raises:
        NotFound: it has no such version.
    """
    wanted = row.version if number is None else number
    found = session.scalar(
        select(AgentTypeVersion).where(
            AgentTypeVersion.type_id == row.id, AgentTypeVersion.number == wanted
        )
    )
    if found is None:
        raise NotFound(f"The agent type {row.name!r} has no version {wanted}.")
    return found


def for_agent(session: Session, who: Principal, name: str) -> AgentType | None:
    """The declared type that a new agent names; None where it names one that declares nothing.

    Raises:
        InvalidInput: there is no such type, or no more agents are made of it.
    """
    if name in GENERIC:
        return None
    found = find(session, who, name)
    if found is not None and not found.is_deprecated:
        return found
    wrong = "is deprecated" if found else "is not declared"
    known = ", ".join(sorted(GENERIC))
    detail = f"The agent type {name!r} {wrong}; declare it at /api/v1/agent-types, or use {known}."
    raise InvalidInput(detail, errors=[{"pointer": "/agent_type", "detail": detail}])


def of_agent(session: Session, agent: Agent) -> AgentTypeVersion | None:
    """What the declared type of an agent says now; None where it has none."""
    row = session.get(AgentType, agent.type_id) if agent.type_id else None
    return version(session, row) if row else None


def of_version(
    session: Session, type_id: str | None, made_with: int | None
) -> tuple[AgentType, AgentTypeVersion] | None:
    """A declared type, where there is one, and what it said in the version that is named."""
    row = session.get(AgentType, type_id) if type_id else None
    return (row, version(session, row, made_with)) if row else None


def page(session: Session, who: Principal, page: Page, *, deprecated: bool) -> list[AgentType]:
    """A page of types by name, with one row more where another page follows."""
    query = readable(who).order_by(AgentType.name, AgentType.id).limit(page.limit + 1)
    if not deprecated:
        query = query.where(AgentType.is_deprecated.is_(False))
    if after := page.after(2):
        name, type_id = str(after[0]), str(after[1])
        behind = (AgentType.name == name) & (AgentType.id > type_id)
        query = query.where(or_(AgentType.name > name, behind))
    return list(session.scalars(query))


def agents(session: Session, type_id: str) -> int:
    """How many agents of a type there are."""
    count = select(func.count()).select_from(Agent).where(Agent.type_id == type_id)
    return session.scalar(count) or 0
