"""The route of the MCP server; what a tool needs is asked for when it is called."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes
from menon.features.mcp import service

routes = Routes(prefix="", tag="mcp")


@routes.post("/mcp", action=Action.SIGNED_IN, stream=True, include_in_schema=False)
async def exchange(runtime: AppRuntime, request: Request) -> Response:
    """Answer one JSON-RPC message, in the 2026-07-28 revision or after the older handshake."""
    return await service.exchanged(runtime, request)


@routes.delete("/mcp", action=Action.SIGNED_IN, include_in_schema=False)
async def end_session(runtime: AppRuntime, request: Request) -> Response:
    """End a session of the older handshake."""
    return await service.exchanged(runtime, request)
