"""Routes of responses: Open Responses, version 2026-04-24."""

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.runs.wires import SSE
from menon.features.openai import responses
from menon.features.openai.response_schemas import DeletedOut, ItemsOut, ResponseIn, ResponseOut

routes = Routes(prefix="/v1", tag="openai")


@routes.post(
    "/responses",
    action=Action.CHAT,
    stream=True,
    response_model=ResponseOut,
    responses={200: {"content": {SSE: {}}}},
)
async def create_response(
    request: Request, runtime: AppRuntime, who: Who, body: ResponseIn
) -> Response:
    """Answer with an agent or a model: whole, as a stream, or in the background."""
    return await responses.create(runtime, who, body, request.receive)


@routes.get(
    "/responses/{response_id}",
    action=Action.READ,
    stream=True,
    response_model=ResponseOut,
    responses={200: {"content": {SSE: {}}}},
)
async def get_response(
    runtime: AppRuntime,
    who: Who,
    response_id: PathText,
    stream: bool = False,
    starting_after: Annotated[
        int, Query(ge=-1, description="Go on behind this `sequence_number`.")
    ] = -1,
) -> Response:
    """Read a stored response, or follow its events from any place."""
    look = responses.Look(stream=stream, starting_after=starting_after)
    return await responses.read(runtime, who, response_id, look)


@routes.delete("/responses/{response_id}", action=Action.CHAT)
async def delete_response(runtime: AppRuntime, who: Who, response_id: PathText) -> DeletedOut:
    """Delete a stored response with its run."""
    return await responses.delete(runtime, who, response_id)


@routes.post("/responses/{response_id}/cancel", action=Action.CHAT, response_model=ResponseOut)
async def cancel_response(runtime: AppRuntime, who: Who, response_id: PathText) -> Response:
    """End a response that is being made; what it has said stays."""
    return await responses.cancel(runtime, who, response_id)


@routes.get("/responses/{response_id}/input_items", action=Action.READ)
async def list_input_items(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    response_id: PathText,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> ItemsOut:
    """List the items of a response's input."""
    page = responses.ItemsPage(after=after, limit=limit, newest_first=order == "desc")
    return await responses.input_items(runtime, who, response_id, page)
