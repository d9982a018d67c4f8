"""HTTP operations of MCP servers and their tools."""

from typing import Annotated

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.mcp.schemas import (
    AcceptIn,
    McpServerIn,
    McpServerOut,
    McpServerPatch,
    McpToolOut,
)

routes = Routes(prefix="/api/v1/mcp", tag="mcp")

Name = Annotated[str, Query(max_length=24)]
Words = Annotated[str, Query(max_length=200)]


@routes.get("/servers", action=Action.MODELS_READ)
async def list_servers(runtime: AppRuntime, page: PageQuery) -> Listing[McpServerOut]:
    """List the MCP servers and how they are."""
    return await mcp.servers(runtime, page)


@routes.post("/servers", action=Action.MODELS_MANAGE, status_code=201, cost=5)
async def add_server(runtime: AppRuntime, who: Who, body: McpServerIn) -> McpServerOut:
    """Add a server by its address; its tools wait to be accepted."""
    return await mcp.add(runtime, who, body)


@routes.get("/servers/{name}", action=Action.MODELS_READ)
async def get_server(runtime: AppRuntime, name: PathText) -> McpServerOut:
    """Show a server."""
    return await mcp.get(runtime, name)


@routes.put("/servers/{name}", action=Action.MODELS_MANAGE, cost=5)
async def change_server(
    runtime: AppRuntime, who: Who, name: PathText, body: McpServerPatch
) -> McpServerOut:
    """Change a server; another address takes back what was accepted."""
    return await mcp.update(runtime, who, name, body)


@routes.delete("/servers/{name}", action=Action.MODELS_MANAGE, status_code=204)
async def remove_server(runtime: AppRuntime, who: Who, name: PathText) -> None:
    """Forget a server with its tools."""
    await mcp.remove(runtime, who, name)


@routes.post("/servers/{name}/refresh", action=Action.MODELS_MANAGE, cost=5)
async def refresh_server(runtime: AppRuntime, name: PathText) -> McpServerOut:
    """Look at a server now; `healthy` and `detail` say what came of it."""
    return await mcp.refresh(runtime, name)


@routes.post("/servers/{name}/accept", action=Action.MODELS_MANAGE)
async def accept_tools(
    runtime: AppRuntime, who: Who, name: PathText, body: AcceptIn
) -> McpServerOut:
    """Let agents use tools as they are now, or not any more."""
    return await mcp.accept(runtime, who, name, body)


@routes.get("/tools", action=Action.MODELS_READ)
async def list_tools(
    runtime: AppRuntime, page: PageQuery, server: Name = "", q: Words = ""
) -> Listing[McpToolOut]:
    """List what the servers offer, with what was accepted where that was something else."""
    return await mcp.tools(runtime, page, server=server, words=q)
