"""Pages of MCP servers, for administrators."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.integrations.mcp import contexts, posting
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.mcp.forms import AcceptForm, ServerForm

pages = Routes(tag="mcp", pages=True)

PLACE = "/admin/mcp"


@pages.get(PLACE, action=Action.MODELS_MANAGE)
async def mcp_servers(request: Request, runtime: AppRuntime) -> Response:
    """The servers and how they are."""
    return await render(request, "integrations/mcp.html", await contexts.listing(runtime))


@pages.post(PLACE, action=Action.MODELS_MANAGE, cost=5)
async def add_mcp_server(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Add a server; its tools are shown to be looked at."""
    return await posting.add(request, runtime, who, await read_form(request, ServerForm))


@pages.get(f"{PLACE}/{{name}}", action=Action.MODELS_MANAGE)
async def mcp_server(request: Request, runtime: AppRuntime, name: PathText) -> Response:
    """A server with its tools."""
    context = await contexts.server(runtime, name)
    return await render(request, "integrations/mcp_server.html", context)


@pages.post(f"{PLACE}/{{name}}/refresh", action=Action.MODELS_MANAGE, cost=5)
async def refresh_mcp_server(request: Request, runtime: AppRuntime, name: PathText) -> Response:
    """Look at a server now."""
    return await posting.refresh(request, runtime, name)


@pages.post(f"{PLACE}/{{name}}/accept", action=Action.MODELS_MANAGE)
async def accept_mcp_tool(
    request: Request, runtime: AppRuntime, who: Who, name: PathText
) -> Response:
    """Let agents use a tool as it is now, or not any more."""
    return await posting.accept(request, runtime, who, name, await read_form(request, AcceptForm))


@pages.post(f"{PLACE}/{{name}}/switch", action=Action.MODELS_MANAGE)
async def switch_mcp_server(
    request: Request, runtime: AppRuntime, who: Who, name: PathText
) -> Response:
    """Switch a server off, or on again."""
    return await posting.switch(request, runtime, who, name)


@pages.post(f"{PLACE}/{{name}}/delete", action=Action.MODELS_MANAGE)
async def remove_mcp_server(
    request: Request, runtime: AppRuntime, who: Who, name: PathText
) -> Response:
    """Forget a server with its tools."""
    await mcp.remove(runtime, who, name)
    return redirect(request, PLACE, flash=("success", f"The server {name} is removed."))
