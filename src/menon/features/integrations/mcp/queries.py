"""What is selected of MCP servers and their tools: everybody reads, administrators manage."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from menon.core.errors import NotFound
from menon.features.integrations.mcp.models import McpServer, McpTool


def server(session: Session, name: str, *, lock: bool = False) -> McpServer:
    """A server by its name.

    Raises:
        NotFound: there is none.
    """
    query = select(McpServer).where(McpServer.name == name)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no MCP server {name!r}.")
    return found


def servers(session: Session, after: str, limit: int) -> Sequence[McpServer]:
    """The next servers in the order of their names."""
    query = select(McpServer).where(McpServer.name > after)
    return session.scalars(query.order_by(McpServer.name).limit(limit)).all()


def tools(
    session: Session, after: str, limit: int, *, of: str = "", effect: str = "", words: str = ""
) -> list[tuple[McpTool, McpServer]]:
    """The next tools in the order of their names."""
    query = _joined().where(McpTool.exposed > after)
    if of:
        query = query.where(McpServer.name == of)
    if effect:
        query = query.where(McpTool.effect == effect)
    for word in words.lower().split():
        # The description lies in a document that both databases can only search as text.
        query = query.where(
            or_(
                func.lower(McpTool.exposed).contains(word, autoescape=True),
                func.lower(McpTool.listed["description"].as_string()).contains(
                    word, autoescape=True
                ),
            )
        )
    rows = session.execute(query.order_by(McpTool.exposed).limit(limit))
    return [(tool, server) for tool, server in rows]


def named(session: Session, names: Collection[str]) -> list[tuple[McpTool, McpServer]]:
    """Those of the names for models that tools of servers have."""
    rows = session.execute(_joined().where(McpTool.exposed.in_(names)))
    return [(tool, server) for tool, server in rows]


def of_server(session: Session, server_id: str) -> Sequence[McpTool]:
    """All tools of a server that were ever listed."""
    return session.scalars(
        select(McpTool).where(McpTool.server_id == server_id).order_by(McpTool.exposed)
    ).all()


def counts(session: Session, server_ids: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """How many tools each server lists, and how many of them are accepted, new or changed."""
    here = and_(McpTool.gone.is_(False), McpTool.problem == "")
    same = McpTool.accepted_digest == McpTool.digest
    rows = session.execute(
        select(
            McpTool.server_id,
            func.count(),
            func.count().filter(and_(here, same)),
            func.count().filter(and_(here, ~same)),
        )
        .where(McpTool.server_id.in_(server_ids), McpTool.gone.is_(False))
        .group_by(McpTool.server_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def claim(session: Session, before: datetime, now: datetime) -> list[str]:
    """Take the servers that nobody looked at lately, so that of several processes one looks."""
    due = or_(McpServer.checked_at.is_(None), McpServer.checked_at < before)
    query = update(McpServer).where(McpServer.enabled, due).values(checked_at=now)
    return list(session.scalars(query.returning(McpServer.name)))


def _joined() -> Select[McpTool, McpServer]:
    return select(McpTool, McpServer).join(McpServer, McpServer.id == McpTool.server_id)
