"""What agents hold about a user, and how they forget it; what an agent did goes with its runs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.agents import views
from menon.features.agents.models import Agent
from menon.features.agents.policy.models import ToolGrant
from menon.features.agents.policy.schemas import GrantOut
from menon.features.agents.tools import views as tool_views
from menon.features.agents.tools.models import HttpTool
from menon.features.agents.types import queries as type_queries
from menon.features.agents.types import service as type_service
from menon.features.agents.types.models import AgentRecord, AgentType
from menon.features.agents.types.schemas import RecordOut

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's agents, agent types, records, declared tools, and what they allowed for good."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget all of it; says how many rows went.

    The secrets of their tools go with the vault's share of them.
    A type that others have made agents of stays, and nobody makes another one.
    """
    return await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> dict[str, Any]:
    owner = Principal(user_id=subject)
    agents = select(Agent).where(Agent.owner_id == subject).order_by(Agent.id).limit(_MOST)
    types = select(AgentType).where(AgentType.owner_id == subject).order_by(AgentType.id)
    records = select(AgentRecord).where(AgentRecord.owner_id == subject).order_by(AgentRecord.id)
    tools = select(HttpTool).where(HttpTool.owner_id == subject).order_by(HttpTool.id)
    grants = select(ToolGrant).where(ToolGrant.user_id == subject).order_by(ToolGrant.id)
    return {
        "agents": [
            views.shown(session, owner, row).model_dump(mode="json")
            for row in session.scalars(agents)
        ],
        "agent_types": [
            type_service.shown(owner, row, type_queries.version(session, row)).model_dump(
                mode="json"
            )
            for row in session.scalars(types.limit(_MOST))
        ],
        "agent_records": [
            RecordOut.model_validate(row).model_dump(mode="json")
            for row in session.scalars(records.limit(_MOST))
        ],
        "tools": [
            {"name": row.name, **tool_views.shown(row).model_dump(mode="json")}
            for row in session.scalars(tools.limit(_MOST))
        ],
        "tool_grants": [
            GrantOut.model_validate(row).model_dump(mode="json")
            for row in session.scalars(grants.limit(_MOST))
        ],
    }


def _erase(session: Session, subject: str) -> int:
    mine = delete(ToolGrant).where(ToolGrant.user_id == subject).returning(ToolGrant.id)
    gone = len(session.execute(mine).all())
    for table in (AgentRecord, Agent, HttpTool):
        rows = delete(table).where(table.owner_id == subject).returning(table.id)
        gone += len(session.execute(rows).all())
    used = select(Agent.id).where(Agent.type_id == AgentType.id).exists()
    rows = delete(AgentType).where(AgentType.owner_id == subject, ~used).returning(AgentType.id)
    gone += len(session.execute(rows).all())
    kept = update(AgentType).where(AgentType.owner_id == subject)
    session.execute(kept.values(is_deprecated=True))
    return gone
