"""Routes of chat: asking, and conversations."""

from typing import Annotated, Any

from fastapi import Query, WebSocket
from fastapi.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who
from menon.core.runs.wires import NDJSON, ndjson
from menon.features.chat import service, sockets, turns, wires
from menon.features.chat.callers import caller
from menon.features.chat.models import ConversationKind, ConversationStatus
from menon.features.chat.schemas import (
    ChatIn,
    ChatModelOut,
    CleanupOut,
    MessageOut,
    SendIn,
    SendOut,
    SessionIn,
    SessionOut,
    StatsOut,
    StatusIn,
    TemplateOut,
)
from menon.features.chat.starters import STARTERS

words = Routes(prefix="/api", tag="chat")
routes = Routes(tag="chat")
live = Routes(prefix="", tag="chat")

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {NDJSON: {}}, "description": "One event a line."}
}


@words.post(
    "/chat",
    action=Action.CHAT,
    key_in_body=True,
    stream=True,
    response_class=Response,
    responses=_STREAM,
)
async def chat_in_words(runtime: AppRuntime, who: Who, body: ChatIn) -> Response:
    """Ask the assistant; answers as NDJSON in a small fixed vocabulary."""
    begun = await turns.ask(runtime, await caller(runtime, who, body), body)
    return wires.answered(runtime, begun, wires.words(begun.span_id))


@routes.post(
    "/chat",
    action=Action.CHAT,
    key_in_body=True,
    stream=True,
    response_class=Response,
    responses=_STREAM,
)
async def chat(runtime: AppRuntime, who: Who, body: ChatIn) -> Response:
    """Ask an agent; answers as NDJSON run events, kept where a `session_id` is given."""
    begun = await turns.ask(runtime, await caller(runtime, who, body), body)
    return wires.answered(runtime, begun, ndjson)


@routes.post("/chat/cleanup", action=Action.ADMIN)
async def cleanup(runtime: AppRuntime) -> CleanupOut:
    """Delete conversations that are older than the retention."""
    return await service.cleanup(runtime)


@routes.get("/chat/models", action=Action.READ)
async def chat_models(runtime: AppRuntime, who: Who) -> Listing[ChatModelOut]:
    """List the models that can chat, the default marked."""
    return await service.models(runtime, who)


@routes.get("/chat/templates", action=Action.READ)
async def chat_templates() -> Listing[TemplateOut]:
    """List prompts to begin with."""
    return Listing(items=list(STARTERS))


@routes.get("/chat/sessions", action=Action.READ)
async def list_sessions(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    user_id: Annotated[str | None, Query(max_length=36)] = None,
    session_type: ConversationKind | None = None,
    status: ConversationStatus | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of the title.")] = None,
) -> Listing[SessionOut]:
    """List your conversations, the latest used first."""
    return await service.listing(runtime, who, page, user_id, session_type, status, q)


@routes.post("/chat/sessions", action=Action.CHAT, status_code=201)
async def create_session(runtime: AppRuntime, who: Who, body: SessionIn) -> SessionOut:
    """Begin a conversation."""
    return await service.create(runtime, who, body)


@routes.get("/chat/sessions/{session_id}", action=Action.READ)
async def get_session(runtime: AppRuntime, who: Who, session_id: str) -> SessionOut:
    """Read a conversation."""
    return await service.get(runtime, who, session_id)


@routes.delete("/chat/sessions/{session_id}", action=Action.CHAT, status_code=204)
async def delete_session(runtime: AppRuntime, who: Who, session_id: str) -> None:
    """Delete a conversation with its messages."""
    await service.delete(runtime, who, session_id)


@routes.get("/chat/sessions/{session_id}/messages", action=Action.READ)
async def list_messages(
    runtime: AppRuntime, who: Who, session_id: str, all_branches: bool = False
) -> Listing[MessageOut]:
    """Read the messages of the shown branch, oldest first."""
    return await service.messages(runtime, who, session_id, all_branches=all_branches)


@routes.post("/chat/sessions/{session_id}/messages", action=Action.CHAT)
async def send_message(runtime: AppRuntime, who: Who, session_id: str, body: SendIn) -> SendOut:
    """Send a message and wait for the whole answer."""
    return await service.send(runtime, who, session_id, body)


@routes.get("/chat/sessions/{session_id}/stats", action=Action.READ)
async def session_stats(runtime: AppRuntime, who: Who, session_id: str) -> StatsOut:
    """Read counts and tokens of a conversation."""
    return await service.stats(runtime, who, session_id)


@routes.put("/chat/sessions/{session_id}/status", action=Action.CHAT)
async def set_session_status(
    runtime: AppRuntime, who: Who, session_id: str, body: StatusIn
) -> SessionOut:
    """Set a conversation's status (active, completed, archived, resumable) or title."""
    return await service.change(runtime, who, session_id, body)


@live.websocket("/ws/chat/{session_id}", action=Action.CHAT)
async def chat_socket(socket: WebSocket, session_id: str) -> None:
    """Talk over a WebSocket: messages in, run events out."""
    await sockets.talk(socket, session_id)
