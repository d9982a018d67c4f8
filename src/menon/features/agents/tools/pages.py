"""Pages of tools: the catalogue, declared tools, imports, trying one."""

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.agents.tools import contexts, posting, service, views
from menon.features.agents.tools.forms import EnableForm, ImportForm, ToolForm, TryForm

pages = Routes(tag="tools", pages=True)

Words = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500)]
KindText = Literal["", "python", "http", "mcp", "agent"]


@pages.get("/tools", action=Action.READ)
async def list_tools(  # noqa: PLR0917 - filters
    request: Request,
    runtime: AppRuntime,
    who: Who,
    q: Words = "",
    kind: KindText = "",
    cursor: Cursor = None,
) -> Response:
    """The tools that agents may be given."""
    part = "agents/_tools.html" if "hx-request" in request.headers else "agents/tools.html"
    context = await contexts.listing(runtime, who, kind=kind, q=q, cursor=cursor)
    return await render(request, part, context)


@pages.post("/tools", action=Action.AUTHOR)
async def declare_tool(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Declare a tool."""
    return await posting.create(request, runtime, who, await read_form(request, ToolForm))


@pages.get("/tools/new", action=Action.AUTHOR)
async def new_tool(request: Request) -> Response:
    """The form of a new tool."""
    return await render(request, "agents/tool_edit.html", contexts.form(None))


@pages.get("/tools/import", action=Action.AUTHOR)
async def import_form(request: Request) -> Response:
    """The form of an import."""
    return await render(request, "agents/tool_import.html", contexts.importing())


@pages.post("/tools/import", action=Action.AUTHOR, cost=5)
async def import_tools(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Look at a document, or import what was chosen."""
    return await posting.take(request, runtime, who, await read_form(request, ImportForm))


@pages.post("/tools/enable", action=Action.AUTHOR)
async def enable_tools(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Switch on what was reviewed."""
    return await posting.enable(request, runtime, who, await read_form(request, EnableForm))


@pages.get("/tools/{name}", action=Action.READ)
async def show_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """A tool, and the form in which it is tried."""
    context = await contexts.tool(runtime, who, name)
    return await render(request, "agents/tool.html", context)


@pages.get("/tools/{name}/edit", action=Action.AUTHOR)
async def edit_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """The form of a declared tool."""
    found = await views.own(runtime, who, name)
    return await render(request, "agents/tool_edit.html", contexts.form(found))


@pages.post("/tools/{name}", action=Action.AUTHOR)
async def change_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """Change a declared tool."""
    return await posting.change(request, runtime, who, name, await read_form(request, ToolForm))


@pages.post("/tools/{name}/switch", action=Action.AUTHOR)
async def switch_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """Switch a declared tool on or off."""
    return await posting.switch(request, runtime, who, name)


@pages.post("/tools/{name}/delete", action=Action.AUTHOR)
async def delete_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """Delete a declared tool."""
    await service.delete(runtime, who, name)
    return redirect(request, "/tools", flash=("success", f"The tool {name} is deleted."))


@pages.post("/tools/{name}/try", action=Action.CHAT, cost=2)
async def try_tool(request: Request, runtime: AppRuntime, who: Who, name: PathText) -> Response:
    """Call a tool and show what came of it."""
    return await posting.attempt(request, runtime, who, name, await read_form(request, TryForm))
