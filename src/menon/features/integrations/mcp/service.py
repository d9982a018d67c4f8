"""MCP servers and their tools: added and accepted by administrators, offered to everybody."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.mcp_client.offers import PREFIX
from menon.engine.tools.foreign import ForeignTool
from menon.engine.tools.tool import Effect, Kind
from menon.features.integrations import sealing
from menon.features.integrations.mcp import changes, queries, rules, views
from menon.features.integrations.mcp.models import McpServer, McpTool, Transport
from menon.features.integrations.mcp.schemas import (
    AcceptIn,
    McpServerIn,
    McpServerOut,
    McpServerPatch,
    McpToolOut,
)
from menon.features.integrations.mcp.servers import McpServers, Pinned
from menon.features.integrations.mcp.settings import McpClientSettings
from menon.features.integrations.service import sealed
from menon.features.integrations.service.webhooks import admitted

__all__ = ["PREFIX"]

_LONGEST_S: Final = 315.0


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A tool of a server, for the toolbox and the catalogue."""

    tool: ForeignTool
    reason: str
    server: str


async def add(runtime: Runtime, who: Principal, body: McpServerIn) -> McpServerOut:
    """Add a server and look at it at once; its tools wait to be accepted.

    Raises:
        Conflict: the name is taken.
        TargetRefused: the address is not public, and no operator permitted it.
        InvalidInput: its headers cannot be sent.
    """
    _check_headers(body.headers, body.secrets)
    if body.name in runtime.settings[McpClientSettings].servers:
        raise Conflict(f"The operator's file has a server {body.name!r}; choose another name.")
    row = changes.server_row(
        body.name,
        now=runtime.clock.now(),
        transport=Transport.HTTP,
        url=await admitted(runtime, body.url),
        headers=sealing.stored(body.headers),
        timeout_s=body.timeout,
        created_by=who.user_id,
    )
    server_id = row.id
    await runtime.db.write(changes.add, who, row, runtime.clock.now())
    await sealed.keep(runtime, who, server_id, body.secrets)
    return await refresh(runtime, body.name)


async def update(
    runtime: Runtime, who: Principal, name: str, patch: McpServerPatch
) -> McpServerOut:
    """Change a server and look at it again.

    Raises:
        NotFound: there is none.
        Conflict: it stands in the operator's file.
    """
    before = await get(runtime, name)
    values: dict[str, Any] = {}
    if patch.headers is not None or patch.secrets:
        known = await sealed.names(runtime, before.id)
        headers = before.headers if patch.headers is None else patch.headers
        _check_headers(headers, {*known, *patch.secrets})
        values["headers"] = sealing.stored(headers)
    if patch.url is not None:
        values["url"] = await admitted(runtime, patch.url)
    if patch.timeout is not None:
        values["timeout_s"] = patch.timeout
    if patch.enabled is not None:
        values["enabled"] = patch.enabled
    server_id = await runtime.db.write(changes.update, who, name, values, runtime.clock.now())
    await sealed.keep(runtime, who, server_id, patch.secrets)
    await runtime[McpServers].drop(server_id)
    return await (refresh if patch.enabled is not False else get)(runtime, name)


async def remove(runtime: Runtime, who: Principal, name: str) -> None:
    """Forget a server, its tools and its secrets.

    Raises:
        NotFound: there is none.
        Conflict: it stands in the operator's file.
    """
    server_id = await runtime.db.write(changes.remove, who, name, runtime.clock.now())
    await runtime[McpServers].drop(server_id)
    await sealed.forget(runtime, server_id)


async def refresh(runtime: Runtime, name: str) -> McpServerOut:
    """Look at a server now; `healthy` and `detail` say what came of it.

    Raises:
        NotFound: there is none.
    """
    await runtime[McpServers].look(name)
    return await get(runtime, name)


async def accept(runtime: Runtime, who: Principal, name: str, body: AcceptIn) -> McpServerOut:
    """Let agents use tools as they are now, or not any more; all or none.

    Raises:
        NotFound: there is no such server or tool.
        Conflict: a tool is not what was looked at.
    """
    await runtime.db.write(changes.accept, who, name, body.tools, runtime.clock.now())
    return await get(runtime, name)


async def get(runtime: Runtime, name: str) -> McpServerOut:
    """One server.

    Raises:
        NotFound: there is none.
    """
    return await runtime.db.read(views.server, name)


async def servers(runtime: Runtime, page: Page) -> Listing[McpServerOut]:
    """A page of the servers, by name."""
    return await runtime.db.read(views.servers, page)


async def tools(
    runtime: Runtime, page: Page, *, server: str = "", words: str = ""
) -> Listing[McpToolOut]:
    """A page of what the servers list, by name."""
    return await runtime.db.read(views.tools, page, server, words)


async def named(runtime: Runtime, names: list[str]) -> list[Offered]:
    """Those of the names that tools of servers have."""
    return await runtime.db.read(_named, names)


async def offered(
    runtime: Runtime, after: str, limit: int, *, effect: str = "", words: str = ""
) -> list[Offered]:
    """The next tools in the order of their names."""
    return await runtime.db.read(_offered, after, limit, effect, words)


def _named(session: Session, names: list[str]) -> list[Offered]:
    return [_offer(tool, server) for tool, server in queries.named(session, names)]


def _offered(session: Session, after: str, limit: int, effect: str, words: str) -> list[Offered]:
    found = queries.tools(session, after, limit, effect=effect, words=words)
    return [_offer(tool, server) for tool, server in found]


def _offer(tool: McpTool, server: McpServer) -> Offered:
    stands = rules.state(
        problem=tool.problem,
        gone=tool.gone,
        digest=tool.digest,
        accepted_digest=tool.accepted_digest,
    )
    # Models are shown what was accepted, word for word, and nothing that came later.
    kept: dict[str, Any] = (tool.accepted or tool.listed)["plain"]
    shown: dict[str, Any] = {"description": "", "schema": {}, "output_schema": None, **kept}
    pinned = Pinned(
        server=server.name,
        name=tool.name,
        exposed=tool.exposed,
        digest=tool.accepted_digest,
        output_schema=shown["output_schema"],
    )
    return Offered(
        tool=ForeignTool(
            name=tool.exposed,
            description=shown["description"],
            schema=shown["schema"],
            output_schema=shown["output_schema"],
            effect=Effect(tool.effect),
            function=pinned,
            kind=Kind.MCP,
            timeout_s=min(server.timeout_s + 30, _LONGEST_S),
        ),
        reason=rules.reason(stands, problem=tool.problem, enabled=server.enabled),
        server=server.name,
    )


def _check_headers(headers: Any, secrets: Any) -> None:
    if found := list(sealing.faults(headers, secrets)):
        words = "; ".join(f"{name}: {detail}" for name, detail in found[:3])
        errors = [{"pointer": f"/headers/{name}", "detail": detail} for name, detail in found]
        raise InvalidInput(f"The headers cannot be sent so: {words}.", errors=errors)
