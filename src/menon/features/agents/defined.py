"""An agent with one of its versions, read in one statement: every question to an agent asks it."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, exists, func
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.features.agents.models import Agent, AgentVersion
from menon.features.agents.policy.models import ToolGrant
from menon.features.agents.queries import get, missing, named, number_of, without
from menon.features.agents.versions.rules import At


class Defined(NamedTuple):
    """An agent with one of its versions, as far as a run needs them."""

    id: str
    owner_id: str
    slug: str
    name: str
    is_active: bool
    is_builtin: bool
    defined_in: str
    type_id: str | None
    number: int
    type_version: int | None
    instructions: str
    model: str
    temperature: float | None
    tools: list[str]
    collections: list[str]
    limits: dict[str, Any]
    policy: list[Any]
    granted: bool
    """Whether the principal has allowed any of its calls for good."""


def defined(session: Session, who: Principal, agent: str, at: At = None) -> Defined:
    """An agent as `get` finds it, with the version that `version` does, in one statement.

    Every question to an agent asks for it: two mapped rows took three times as long.

    Raises:
        NotFound: there is none that this principal may use, or it has no such version.
    """
    number = at
    if isinstance(at, str):
        found = get(session, who, agent)
        if (number := number_of(session, found, at)) is None:
            raise without(found.slug, at)
    session.flush()  # what this unit has said of the agent
    query = _defined(everybodys=reach(who, Action.READ) is Reach.ANY)
    given = {"user": who.user_id, "agent": agent, "number": number}
    row = session.connection().execute(query, given).first()
    if row is None:
        raise missing(agent)
    if row.number is None:
        raise without(row.slug, at)
    return Defined(*row)


@cache
def _defined(*, everybodys: bool) -> Select[*tuple[Any, ...]]:
    wanted = func.coalesce(bindparam("number", type_=Integer()), Agent.version)
    here = and_(AgentVersion.agent_id == Agent.id, AgentVersion.number == wanted)
    mine = and_(ToolGrant.user_id == bindparam("user"), ToolGrant.agent_id == Agent.id)
    cut = Defined._fields.index("number")
    of_agent, of_version = Defined._fields[:cut], Defined._fields[cut:-1]
    query = named(everybodys=everybodys, lock=False).outerjoin(AgentVersion, here)
    return query.with_only_columns(
        *(getattr(Agent, name) for name in of_agent),
        *(getattr(AgentVersion, name) for name in of_version),
        exists().where(mine).label("granted"),
    )
