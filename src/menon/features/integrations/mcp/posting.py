"""What the forms of MCP servers do."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.integrations.mcp import contexts
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.mcp.forms import AcceptForm, ServerForm
from menon.features.integrations.mcp.schemas import McpServerOut, McpServerPatch


async def add(
    request: Request, runtime: Runtime, who: Principal, form: Form[ServerForm]
) -> Response:
    """Add a server and show its tools, or the form again with what is wrong."""
    sent = await form.send(lambda body: mcp.add(runtime, who, body.new()))
    if sent.result is None:
        context = await contexts.listing(
            runtime, values=form.values, errors=sent.errors, error=sent.error
        )
        return await render(request, "integrations/mcp.html", context, status=422)
    return _looked_at(request, sent.result)


async def refresh(request: Request, runtime: Runtime, name: str) -> Response:
    """Look at a server and say what came of it."""
    return _looked_at(request, await mcp.refresh(runtime, name))


async def accept(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[AcceptForm]
) -> Response:
    """Decide on a tool, or say why that cannot be."""
    sent = await form.send(lambda body: mcp.accept(runtime, who, name, body.wanted()))
    if sent.result is None:
        note = sent.error or "; ".join(sent.errors.values())
        return redirect(request, _place(name), flash=("danger", note))
    yes = form.body is not None and form.body.accept == "yes"
    words = "Agents may use the tool from now on." if yes else "Agents cannot use the tool now."
    return redirect(request, _place(name), flash=("success", words))


async def switch(request: Request, runtime: Runtime, who: Principal, name: str) -> Response:
    """Switch a server off, or on again."""
    on = not (await mcp.get(runtime, name)).enabled
    await mcp.update(runtime, who, name, McpServerPatch(enabled=on))
    words = "The server is on." if on else "The server is off; nobody can call its tools."
    return redirect(request, _place(name), flash=("success", words))


def _looked_at(request: Request, server: McpServerOut) -> Response:
    if not server.healthy:
        return redirect(request, _place(server.name), flash=("danger", server.detail))
    waiting = f", {server.changed} of them to be looked at" if server.changed else ""
    note = f"The server lists {server.tools} tools{waiting}."
    return redirect(request, _place(server.name), flash=("success", note))


def _place(name: str) -> str:
    return f"/admin/mcp/{name}"
