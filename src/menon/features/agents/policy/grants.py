"""What a user has allowed for good: written down when they say so, listed, taken back."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.agents import queries
from menon.features.agents.policy.models import ToolGrant, WaitingTurn
from menon.features.agents.policy.schemas import GrantOut
from menon.features.runs.approvals import decision
from menon.features.runs.models import Remember
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


async def listing(runtime: Runtime, who: Principal, agent: str, page: Page) -> Listing[GrantOut]:
    """A page of what somebody has allowed an agent for good, newest first."""
    return await runtime.db.read(_listing, who, agent, page)


async def revoke(runtime: Runtime, who: Principal, agent: str, grant_id: str) -> None:
    """Take back what somebody has allowed; runs that are at work end with it.

    Raises:
        NotFound: they have allowed no such thing.
    """
    await runtime.db.write(_revoke, who, agent, grant_id, runtime.clock.now())


def remember(session: Session, approval_id: str, row: WaitingTurn, now: datetime) -> None:
    """Write down what was allowed for good, once."""
    said = decision(session, approval_id)
    if said is None or said.remember != Remember.ALWAYS:
        return
    if session.scalar(select(ToolGrant.id).where(ToolGrant.approval_id == approval_id)):
        return
    grant = ToolGrant(
        id=new_id(),
        user_id=said.owner_id,
        agent_id=row.agent_id,
        tool=said.tool,
        effect=said.effect,
        exact=said.tainted,
        args_hash=said.args_hash,
        args=said.args,
        approval_id=approval_id,
        created_at=now,
    )
    session.add(grant)
    session.flush()


def _listing(session: Session, who: Principal, name: str, page: Page) -> Listing[GrantOut]:
    agent = queries.get(session, who, name)
    mine = (ToolGrant.user_id == who.user_id, ToolGrant.agent_id == agent.id)
    query = select(ToolGrant).where(*mine).order_by(ToolGrant.id.desc()).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(ToolGrant.id < str(after[0]))
    rows = list(session.scalars(query))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[GrantOut.model_validate(row) for row in kept], next_cursor=more)


def _revoke(session: Session, who: Principal, name: str, grant_id: str, now: datetime) -> None:
    agent = queries.get(session, who, name)
    mine = (ToolGrant.id == grant_id, ToolGrant.user_id == who.user_id)
    gone = session.execute(
        delete(ToolGrant)
        .where(*mine, ToolGrant.agent_id == agent.id)
        .returning(ToolGrant.tool, ToolGrant.args_hash)
    ).first()
    if gone is None:
        raise NotFound("You have allowed this agent no such thing.")
    audit.record(
        session, who, "tool.revoked", subject=agent.id, at=now, tool=gone.tool, hash=gone.args_hash
    )
