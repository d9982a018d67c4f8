"""What the pages of MCP servers show, as their templates declare it."""

import json
from collections.abc import Mapping
from typing import Any

from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.engine.tools.tool import Effect
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.mcp.schemas import McpServerOut, McpToolOut
from menon.kit.difference import difference

EFFECTS = (
    (Effect.EGRESS.value, "sends something out"),
    (Effect.READ.value, "only reads"),
    (Effect.WRITE.value, "changes something"),
    (Effect.EXEC.value, "runs code"),
)
_MOST = 200


async def listing(
    runtime: Runtime,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The servers, with the form of a new one."""
    found = await mcp.servers(runtime, Page(_MOST))
    blank = {"name": "", "url": "", "header": "Authorization"}
    return {
        "servers": [_row(each) for each in found.items],
        "form": {**blank, **(values or {})},
        "errors": dict(errors or {}),
        "error": error,
    }


async def server(runtime: Runtime, name: str) -> dict[str, Any]:
    """A server with its tools; those that wait for somebody come first."""
    found = await mcp.get(runtime, name)
    tools = (await mcp.tools(runtime, Page(_MOST), server=name)).items
    order = ("changed", "new", "accepted", "refused", "gone")
    shown = sorted(tools, key=lambda tool: (order.index(tool.state), tool.name))
    return {
        "server": _row(found),
        "tools": [_tool(tool) for tool in shown],
        "effects": EFFECTS,
    }


def _row(server: McpServerOut) -> dict[str, Any]:
    return server.model_dump(exclude={"headers"}) | {"headers": sorted(server.headers)}


def _tool(tool: McpToolOut) -> dict[str, Any]:
    before = [] if tool.accepted is None else _lines(tool.accepted)
    now = _lines(tool.model_dump())
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "schema": json.dumps(tool.input_schema, ensure_ascii=False, indent=2),
        "hints": [name for name, value in tool.hints.items() if value is True],
        "effect": tool.effect.value,
        "state": tool.state,
        "problem": tool.problem,
        "digest": tool.digest,
        "by": tool.accepted_by,
        "at": tool.accepted_at,
        "diff": difference(before, now) if before else [],
    }


def _lines(said: Mapping[str, Any]) -> list[str]:
    """All that a server says of a tool, line by line."""
    rest = {name: said[name] for name in ("title", "input_schema", "output_schema", "hints")}
    rest.pop("title")
    written = json.dumps(rest, ensure_ascii=False, indent=2, sort_keys=True)
    return [*str(said["description"]).splitlines(), "", *written.splitlines()]
