"""Routes of agent types, and of the records that agents of them keep."""

from typing import Annotated, Any, Literal

from fastapi import Header, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.agents.types import document as type_document
from menon.features.agents.types import records
from menon.features.agents.types import service as type_service
from menon.features.agents.types.schemas import (
    RecordOut,
    TypeCapabilities,
    TypeIn,
    TypeOut,
    TypePut,
    TypeRemoved,
)
from menon.features.agents.versions.rules import MOST

routes = Routes(tag="agent types")

Number = Annotated[int | None, Query(ge=1, le=MOST, description="An older version.")]
MARKDOWN = "text/markdown"


@routes.get("/agent-types", action=Action.READ)
async def list_types(
    runtime: AppRuntime, who: Who, page: PageQuery, include_deprecated: bool = False
) -> Listing[TypeOut]:
    """List the declared agent types that you may use, by name."""
    return await type_service.listing(runtime, who, page, deprecated=include_deprecated)


@routes.post("/agent-types", action=Action.AUTHOR, status_code=201)
async def declare_type(runtime: AppRuntime, who: Who, body: TypeIn) -> TypeOut:
    """Declare an agent type by its schema; every fault comes with its place."""
    return await type_service.declare(runtime, who, body)


@routes.get("/agent-types/{agent_type}", action=Action.READ)
async def get_type(
    runtime: AppRuntime, who: Who, agent_type: PathText, version: Number = None
) -> TypeOut:
    """Read an agent type."""
    return (await type_service.get(runtime, who, agent_type, version))[0]


@routes.put("/agent-types/{agent_type}", action=Action.AUTHOR)
async def change_type(
    runtime: AppRuntime, who: Who, agent_type: PathText, body: TypePut
) -> TypeOut:
    """Write the next version of an agent type; what breaks callers is refused unless forced."""
    return await type_service.change(runtime, who, agent_type, body)


@routes.delete("/agent-types/{agent_type}", action=Action.AUTHOR)
async def remove_type(runtime: AppRuntime, who: Who, agent_type: PathText) -> TypeRemoved:
    """Delete an agent type; one that agents are of is deprecated instead."""
    return await type_service.remove(runtime, who, agent_type)


@routes.get("/agent-types/{agent_type}/schema", action=Action.READ)
async def type_schema(runtime: AppRuntime, who: Who, agent_type: PathText) -> dict[str, Any]:
    """Read an agent schema as it was declared."""
    return await type_service.schema(runtime, who, agent_type)


@routes.get("/agent-types/{agent_type}/capabilities", action=Action.READ)
async def type_capabilities(
    runtime: AppRuntime, who: Who, agent_type: PathText
) -> TypeCapabilities:
    """Read what agents of a type can be asked for, with what they take and give."""
    return await type_service.capabilities(runtime, who, agent_type)


@routes.get(
    "/agent-types/{agent_type}/documentation",
    action=Action.READ,
    response_class=Response,
    responses={200: {"content": {MARKDOWN: {}, "text/html": {}, "application/json": {}}}},
)
async def type_documentation(  # noqa: PLR0917 - in which shape
    runtime: AppRuntime,
    who: Who,
    agent_type: PathText,
    format_: Annotated[Literal["md", "html", "json"] | None, Query(alias="format")] = None,
    version: Number = None,
    accept: Annotated[str, Header(max_length=500)] = "",
) -> Response:
    """Read the documentation of an agent type, as Markdown, as a page or as JSON."""
    shown, body = await type_service.get(runtime, who, agent_type, version)
    wanted = format_ or ("html" if "html" in accept else "json" if "json" in accept else "md")
    if wanted == "html":
        return HTMLResponse(type_document.as_html(shown, body))
    if wanted == "json":
        return JSONResponse(type_document.as_json(shown, body))
    return Response(type_document.as_markdown(shown, body), media_type=f"{MARKDOWN}; charset=utf-8")


@routes.get("/agents/{agent_id}/records", action=Action.READ)
async def agent_records(
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    page: PageQuery,
    model: Annotated[str | None, Query(max_length=60)] = None,
) -> Listing[RecordOut]:
    """List the records that an agent of a declared type keeps for you, newest first."""
    return await records.listing(runtime, who, agent_id, model, page)
