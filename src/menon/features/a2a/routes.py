"""Routes of A2A 1.0: cards, the JSON-RPC binding, and the HTTP+JSON binding."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.features.a2a import service

routes = Routes(prefix="", tag="a2a")

CARD = "/.well-known/agent-card.json"


@routes.get(CARD, action=Action.PUBLIC, include_in_schema=False)
async def get_card(runtime: AppRuntime, who: Who, request: Request) -> Response:
    """Read the card of the built-in assistant; without a key only where cards are public."""
    return await service.show_card(runtime, who, request)


@routes.get("/a2a/{agent}" + CARD, action=Action.PUBLIC, include_in_schema=False)
async def get_agent_card(
    runtime: AppRuntime, who: Who, request: Request, agent: PathText
) -> Response:
    """Read the card of an agent; without a key only where cards are public."""
    return await service.show_card(runtime, who, request, agent)


@routes.post("/a2a/{agent}", action=Action.READ, stream=True, include_in_schema=False)
async def call(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Answer one JSON-RPC request; sending and cancelling need the right to chat."""
    return await service.by_jsonrpc(runtime, who, request, agent)


@routes.post("/a2a/{agent}/message:send", action=Action.CHAT, include_in_schema=False)
async def send(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Send a message and get the task that it made, ended or waiting."""
    return await service.by_rest(runtime, who, request, agent, "send")


@routes.post(
    "/a2a/{agent}/message:stream", action=Action.CHAT, stream=True, include_in_schema=False
)
async def stream(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Send a message and follow its task."""
    return await service.by_rest(runtime, who, request, agent, "stream")


@routes.get("/a2a/{agent}/tasks", action=Action.READ, include_in_schema=False)
async def list_tasks(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """List the tasks of a context."""
    return await service.by_rest(runtime, who, request, agent, "list")


@routes.post("/a2a/{agent}/tasks/{id}:cancel", action=Action.CHAT, include_in_schema=False)
async def cancel(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Stop a task."""
    return await service.by_rest(runtime, who, request, agent, "cancel")


@routes.get(
    "/a2a/{agent}/tasks/{id}:subscribe", action=Action.READ, stream=True, include_in_schema=False
)
@routes.post(
    "/a2a/{agent}/tasks/{id}:subscribe", action=Action.READ, stream=True, include_in_schema=False
)
async def subscribe(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Follow a task that is at work or waits."""
    return await service.by_rest(runtime, who, request, agent, "subscribe")


@routes.get("/a2a/{agent}/tasks/{id}", action=Action.READ, include_in_schema=False)
async def get_task(runtime: AppRuntime, who: Who, request: Request, agent: PathText) -> Response:
    """Read a task."""
    return await service.by_rest(runtime, who, request, agent, "get")


@routes.get("/a2a/{agent}/extendedAgentCard", action=Action.READ, include_in_schema=False)
async def extended_card(
    runtime: AppRuntime, who: Who, request: Request, agent: PathText
) -> Response:
    """Read an agent's card with its tools."""
    return await service.by_rest(runtime, who, request, agent, "card")
