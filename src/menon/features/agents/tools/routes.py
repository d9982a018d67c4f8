"""HTTP operations of tools: the catalogue, declared tools, and the tools of agents."""

from typing import Annotated

from fastapi import Query, Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.engine.tools.tool import Effect, Kind
from menon.features.agents.tools import attaching, importing, invoking, service, views
from menon.features.agents.tools.import_schemas import DocumentIn, ImportIn, ImportOut, PreviewOut
from menon.features.agents.tools.schemas import (
    AttachIn,
    EnableIn,
    InvokeIn,
    InvokeOut,
    InvokeWaits,
    ToolDetail,
    ToolIn,
    ToolOut,
    ToolPatch,
)
from menon.features.agents.tools.views import Wanted

routes = Routes(tag="tools")

Tag = Annotated[str, Query(max_length=100)]
Words = Annotated[str, Query(max_length=200, description="All of them in name or description.")]


@routes.get("/tools", action=Action.READ)
async def list_tools(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    kind: Kind | None = None,
    effect: Effect | None = None,
    q: Words = "",
) -> Listing[ToolOut]:
    """List the tools that agents may be given, with why some are not available."""
    return await views.catalogue(runtime, who, page, Wanted(kind=kind, effect=effect, words=q))


@routes.post("/tools", action=Action.AUTHOR, status_code=201)
async def declare_tool(runtime: AppRuntime, who: Who, body: ToolIn) -> ToolDetail:
    """Declare an HTTP endpoint as a tool."""
    return await service.create(runtime, who, body)


@routes.post("/tools/import/preview", action=Action.AUTHOR, cost=3)
async def preview_import(
    runtime: AppRuntime, body: DocumentIn, page: PageQuery, tag: Tag = "", q: Words = ""
) -> PreviewOut:
    """List what an OpenAPI document has, before anything is imported."""
    return await importing.preview(runtime, body, page, tag=tag, words=q)


@routes.post("/tools/import", action=Action.AUTHOR, status_code=201, cost=5)
async def import_tools(runtime: AppRuntime, who: Who, body: ImportIn) -> ImportOut:
    """Make tools of an OpenAPI document's operations, switched off until they are reviewed."""
    return await importing.take(runtime, who, body)


@routes.post("/tools/enable", action=Action.AUTHOR, status_code=204)
async def enable_tools(runtime: AppRuntime, who: Who, body: EnableIn) -> None:
    """Switch declared tools on or off, all or none."""
    await service.enable(runtime, who, body.names, on=body.enabled)


@routes.get("/tools/{tool_name}", action=Action.READ)
async def get_tool(runtime: AppRuntime, who: Who, tool_name: PathText) -> ToolDetail:
    """Show a tool with its schemas."""
    return await views.detail(runtime, who, tool_name)


@routes.put("/tools/{tool_name}", action=Action.AUTHOR)
async def change_tool(
    runtime: AppRuntime, who: Who, tool_name: PathText, body: ToolPatch
) -> ToolDetail:
    """Change a declared tool; `enabled` switches it on or off."""
    return await service.update(runtime, who, tool_name, body)


@routes.delete("/tools/{tool_name}", action=Action.AUTHOR, status_code=204)
async def delete_tool(runtime: AppRuntime, who: Who, tool_name: PathText) -> None:
    """Delete a declared tool with its secrets."""
    await service.delete(runtime, who, tool_name)


@routes.post(
    "/tools/{tool_name}/invoke",
    action=Action.CHAT,
    cost=2,
    responses={202: {"model": InvokeWaits, "description": "It waits for an approval."}},
)
async def invoke_tool(
    runtime: AppRuntime, who: Who, tool_name: PathText, body: InvokeIn, response: Response
) -> InvokeOut | InvokeWaits:
    """Call a tool; one that does more than read answers 202 and waits for an approval."""
    found = await invoking.invoke(runtime, who, tool_name, body)
    response.status_code = 202 if isinstance(found, InvokeWaits) else 200
    return found


@routes.get("/agents/{agent_id}/tools", action=Action.READ)
async def agent_tools(runtime: AppRuntime, who: Who, agent_id: PathText) -> Listing[ToolOut]:
    """List the tools of an agent."""
    return await attaching.listing(runtime, who, agent_id)


@routes.post("/agents/{agent_id}/tools", action=Action.AUTHOR, status_code=201)
async def attach_tool(
    runtime: AppRuntime, who: Who, agent_id: PathText, body: AttachIn
) -> Listing[ToolOut]:
    """Give an agent a tool, as a new version of it."""
    return await attaching.attach(runtime, who, agent_id, body)


@routes.delete("/agents/{agent_id}/tools/{tool_name}", action=Action.AUTHOR, status_code=204)
async def detach_tool(
    runtime: AppRuntime, who: Who, agent_id: PathText, tool_name: PathText
) -> None:
    """Take a tool from an agent, as a new version of it."""
    await attaching.detach(runtime, who, agent_id, tool_name)
