"""Routes of agents as files."""

from typing import Annotated, Any

from fastapi import Header, Query, Request
from fastapi.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.features.agents.files import exporting, importing
from menon.features.agents.files.exporting import Format
from menon.features.agents.files.schemas import AgentFile, ImportedOut, ReviewIn
from menon.features.agents.schemas import AgentOut

routes = Routes(tag="agents")

YAML = "application/yaml"
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            media_type: {"schema": {"$ref": "#/components/schemas/AgentFile"}}
            for media_type in ("application/json", YAML)
        },
    }
}
"""The body is read as it comes: it may be YAML."""


@routes.post("/agents/import", action=Action.AUTHOR, status_code=201, openapi_extra=_FILE)
async def import_agent(
    runtime: AppRuntime,
    who: Who,
    request: Request,
    content_type: Annotated[str, Header(max_length=200)] = "",
) -> ImportedOut:
    """Take in an agent from a file in JSON or YAML; it answers nobody until it was reviewed."""
    return await importing.bring_in(runtime, who, await request.body(), media_type=content_type)


@routes.get(
    "/agents/{agent_id}/export",
    action=Action.READ,
    response_model=AgentFile,
    responses={200: {"content": {YAML: {}}}},
)
async def export_agent(  # noqa: PLR0917 - in which shape
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    format_: Annotated[Format | None, Query(alias="format")] = None,
    versions: bool = False,
    accept: Annotated[str, Header(max_length=500)] = "",
) -> Response:
    """Read an agent as one file, in JSON or YAML: no secrets, no ids of people."""
    wanted = format_ or ("yaml" if "yaml" in accept else "json")
    text, name = await exporting.export(runtime, who, agent_id, format_=wanted, history=versions)
    media_type = YAML if wanted == "yaml" else "application/json"
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type, headers=named)


@routes.post("/agents/{agent_id}/review", action=Action.AUTHOR)
async def review_agent(
    runtime: AppRuntime, who: Who, agent_id: PathText, body: ReviewIn
) -> AgentOut:
    """Let an imported agent answer from now on, having read it."""
    del body
    return await importing.review(runtime, who, agent_id)
