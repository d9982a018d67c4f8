"""MCP servers and their tools as callers see them: units that read."""

from sqlalchemy.orm import Session

from menon.core.http import Listing, Page
from menon.features.integrations import sealing
from menon.features.integrations.mcp import queries, rules
from menon.features.integrations.mcp.models import McpServer, McpTool
from menon.features.integrations.mcp.schemas import McpServerOut, McpToolOut
from menon.kit.pages import encode_cursor


def server(session: Session, name: str) -> McpServerOut:
    """One server."""
    row = queries.server(session, name)
    return _shown(row, queries.counts(session, [row.id]).get(row.id, (0, 0, 0)))


def servers(session: Session, page: Page) -> Listing[McpServerOut]:
    """A page of servers, by name."""
    rows = queries.servers(session, _after(page), page.limit + 1)
    kept = rows[: page.limit]
    counts = queries.counts(session, [row.id for row in kept])
    more = encode_cursor(kept[-1].name) if len(rows) > page.limit else None
    items = [_shown(row, counts.get(row.id, (0, 0, 0))) for row in kept]
    return Listing(items=items, next_cursor=more)


def tools(session: Session, page: Page, server: str, words: str) -> Listing[McpToolOut]:
    """A page of tools, by name; of one server where it is named."""
    if server:
        queries.server(session, server)
    rows = queries.tools(session, _after(page), page.limit + 1, of=server, words=words)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1][0].exposed) if len(rows) > page.limit else None
    return Listing(items=[tool(*row) for row in kept], next_cursor=more)


def tool(row: McpTool, server: McpServer) -> McpToolOut:
    """A tool, with what was accepted where that is something else."""
    stands = rules.state(
        problem=row.problem,
        gone=row.gone,
        digest=row.digest,
        accepted_digest=row.accepted_digest,
    )
    before = row.accepted if stands == "changed" else None
    return McpToolOut.model_validate(
        {
            "server": server.name,
            "name": row.exposed,
            "title": row.name,
            "description": row.listed["description"],
            "input_schema": row.listed["input_schema"],
            "output_schema": row.listed["output_schema"],
            "hints": row.listed["hints"],
            "effect": row.effect,
            "state": stands,
            "problem": row.problem,
            "digest": row.digest,
            "accepted_digest": row.accepted_digest,
            "accepted": before and {k: v for k, v in before.items() if k != "plain"},
            "accepted_by": row.accepted_by,
            "accepted_at": row.accepted_at,
        }
    )


def _after(page: Page) -> str:
    after = page.after(1)
    return str(after[0]) if after else ""


def _shown(row: McpServer, counts: tuple[int, int, int]) -> McpServerOut:
    return McpServerOut.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "transport": row.transport,
            "url": row.url,
            "headers": sealing.read(row.headers),
            "timeout": row.timeout_s,
            "enabled": row.enabled,
            "healthy": row.healthy,
            "detail": row.detail,
            "latency_ms": row.latency_ms,
            "checked_at": row.checked_at,
            "created_at": row.created_at,
            "tools": counts[0],
            "accepted": counts[1],
            "changed": counts[2],
        }
    )
