"""Changing MCP servers and what was accepted of them: units that write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Principal
from menon.core.errors import Conflict, NotFound
from menon.engine.mcp_client.offers import Listed
from menon.engine.tools.tool import Effect
from menon.features.integrations.mcp import queries, rules
from menon.features.integrations.mcp.models import McpServer, McpTool, Transport
from menon.features.integrations.mcp.schemas import Acceptance
from menon.kit.ids import new_id


def add(session: Session, who: Principal, server: McpServer, now: datetime) -> None:
    """Write a new server.

    Raises:
        Conflict: the name is taken.
    """
    session.add(server)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"There is an MCP server {server.name!r}; choose another name.") from error
    audit.record(
        session,
        who,
        "mcp_server.added",
        subject=server.id,
        at=now,
        name=server.name,
        url=server.url,
    )


def update(
    session: Session, who: Principal, name: str, values: Mapping[str, Any], now: datetime
) -> str:
    """Change a server that is spoken to over HTTP, and answer its id.

    Raises:
        Conflict: it stands in the operator's file.
    """
    server = queries.server(session, name, lock=True)
    if server.transport == Transport.COMMAND and values.keys() - {"enabled"}:
        raise Conflict("This server stands in the operator's file; change it there.")
    moved = "url" in values and values["url"] != server.url
    for field, value in values.items():
        setattr(server, field, value)
    if moved:
        for tool in queries.of_server(session, server.id):
            tool.accepted, tool.accepted_digest = None, ""
    audit.record(
        session, who, "mcp_server.changed", subject=server.id, at=now, name=name,
        fields=sorted(values),
    )  # fmt: skip
    return server.id


def remove(session: Session, who: Principal, name: str, now: datetime) -> str:
    """Delete a server with its tools, and answer its id.

    Raises:
        Conflict: it stands in the operator's file.
    """
    server = queries.server(session, name, lock=True)
    if server.transport == Transport.COMMAND:
        raise Conflict("This server stands in the operator's file; take it out there.")
    session.delete(server)
    audit.record(session, who, "mcp_server.removed", subject=server.id, at=now, name=name)
    return server.id


def record(
    session: Session,
    server_id: str,
    listed: Sequence[Listed],
    *,
    detail: str,
    latency_ms: float,
    now: datetime,
) -> None:
    """Store what a server lists now; what it says otherwise than before waits for a person."""
    server = session.get(McpServer, server_id, with_for_update=True)
    if server is None:
        raise NotFound
    rows = {row.digest_of_name: row for row in queries.of_server(session, server_id)}
    known = {key: row.exposed for key, row in rows.items()}
    fresh = {seen.digest_of_name: seen for seen in rules.seen(server.name, listed, known)}
    for key, seen in fresh.items():
        row = rows.get(key)
        if row is None:
            row = McpTool(
                id=new_id(),
                server_id=server_id,
                name=seen.name,
                digest_of_name=key,
                exposed=seen.exposed,
                accepted=None,
                accepted_digest="",
                accepted_by="",
                accepted_at=None,
                effect=Effect.EGRESS,
            )
            session.add(row)
        elif row.accepted_digest and row.digest != seen.digest != row.accepted_digest:
            audit.record(
                session, SYSTEM, "mcp_tool.changed", subject=row.id, at=now, name=row.exposed
            )
        row.listed, row.digest, row.problem = seen.listed, seen.digest, seen.problem
        row.gone, row.seen_at = False, now
    for key, row in rows.items():
        if key not in fresh:
            row.gone = True
    server.healthy, server.detail, server.latency_ms = True, detail[:500], latency_ms
    server.checked_at = now


def failed(session: Session, server_id: str, detail: str, now: datetime) -> None:
    """Note that a server is not well."""
    server = session.get(McpServer, server_id)
    if server is not None:
        server.healthy, server.detail, server.checked_at = False, detail[:500], now
        server.latency_ms = None


def accept(
    session: Session, who: Principal, name: str, wanted: Sequence[Acceptance], now: datetime
) -> None:
    """Let agents use tools as they are now, or not any more; all or none.

    Raises:
        NotFound: the server has no such tool.
        Conflict: it is not what was looked at, or cannot be used at all.
    """
    server = queries.server(session, name, lock=True)
    rows = {row.exposed: row for row in queries.of_server(session, server.id)}
    for each in wanted:
        row = rows.get(each.name)
        if row is None:
            raise NotFound(f"The server {name!r} has no tool {each.name!r}.")
        if not each.accept:
            row.accepted, row.accepted_digest = None, ""
        else:
            _accepted(row, each, who, now)
        audit.record(
            session,
            who,
            "mcp_tool.accepted" if each.accept else "mcp_tool.withdrawn",
            subject=row.id,
            at=now,
            name=row.exposed,
            digest=row.digest,
            effect=row.effect,
        )


def sync_commands(session: Session, names: Sequence[str], seconds: float, now: datetime) -> None:
    """Have a row for each server of the operator's file, and for no other command."""
    found = {
        row.name: row
        for row in session.scalars(
            select(McpServer).where(McpServer.transport == Transport.COMMAND).with_for_update()
        )
    }
    for name in found.keys() - set(names):
        session.delete(found[name])
    session.flush()
    taken = set(session.scalars(select(McpServer.name).where(McpServer.name.in_(names))))
    for name in names:
        if name not in taken:
            session.add(server_row(name, transport=Transport.COMMAND, timeout_s=seconds, now=now))


def server_row(name: str, *, now: datetime, **more: Any) -> McpServer:
    """The row of a server that nobody has looked at."""
    return McpServer(
        id=new_id(),
        name=name,
        enabled=True,
        healthy=False,
        detail="Nobody has looked at it yet.",
        latency_ms=None,
        checked_at=None,
        created_at=now,
        **{"url": "", "headers": {}, "created_by": "", **more},
    )


def _accepted(row: McpTool, wanted: Acceptance, who: Principal, now: datetime) -> None:
    if row.problem or row.gone:
        raise Conflict(f"{row.exposed!r} cannot be used: {row.problem or 'it is gone'}.")
    if row.digest != wanted.digest:
        raise Conflict(f"{row.exposed!r} is not what you looked at any more; look at it again.")
    row.accepted, row.accepted_digest = row.listed, row.digest
    row.accepted_by, row.accepted_at = who.name[:100], now
    row.effect = wanted.effect or row.effect
