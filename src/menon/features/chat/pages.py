"""Pages of chat."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.chat import contexts, posting, service
from menon.features.chat.schemas import AskForm, StatusIn, TitleForm

pages = Routes(tag="chat", pages=True)

Words = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500)]


@pages.get("/chat", action=Action.CHAT)
async def new_chat(request: Request, runtime: AppRuntime, who: Who, agent: Words = "") -> Response:
    """A new conversation."""
    context = await contexts.page(runtime, who, None, agent=agent)
    return await render(request, "chat/page.html", context)


@pages.get("/chat/sessions", action=Action.READ)
async def list_chats(  # noqa: PLR0917 - what the list may be asked for
    request: Request,
    runtime: AppRuntime,
    who: Who,
    q: Words = "",
    current: Words = "",
    cursor: Cursor = None,
) -> Response:
    """The list of conversations."""
    listed = await contexts.sessions(runtime, who, q=q, cursor=cursor, current=current)
    context = {"sessions": listed, "chat": {"id": current or None}, "q": q}
    return await render(request, "chat/_sessions.html", context)


@pages.post("/chat/messages", action=Action.CHAT)
async def ask(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Ask a question; its answer is followed by the client."""
    return await posting.ask(request, runtime, who, await read_form(request, AskForm))


@pages.get("/chat/messages/{message_id}", action=Action.READ)
async def show_answer(request: Request, runtime: AppRuntime, who: Who, message_id: str) -> Response:
    """One answer as it is now."""
    context = {"answer": await posting.answer(runtime, who, message_id)}
    return await render(request, "chat/_answer.html", context)


@pages.post("/chat/messages/{message_id}/regenerate", action=Action.CHAT)
async def regenerate(request: Request, runtime: AppRuntime, who: Who, message_id: str) -> Response:
    """Answer the same question anew."""
    context = {"answer": await posting.again(runtime, who, message_id)}
    return await render(request, "chat/_answer.html", context)


@pages.post("/chat/messages/{message_id}/continue", action=Action.CHAT)
async def go_on(request: Request, runtime: AppRuntime, who: Who, message_id: str) -> Response:
    """Go on with an interrupted answer."""
    context = {"answer": await posting.go_on(runtime, who, message_id)}
    return await render(request, "chat/_answer.html", context)


@pages.post("/chat/messages/{message_id}/branch", action=Action.CHAT)
async def branch(request: Request, runtime: AppRuntime, who: Who, message_id: str) -> Response:
    """Go on from a message in a conversation of its own."""
    made = await service.fork(runtime, who, message_id)
    return redirect(request, f"/chat/{made.id}")


@pages.get("/chat/{session_id}", action=Action.READ)
async def open_chat(request: Request, runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """A conversation; an answer that is being made goes on where it is."""
    conversation = await service.get(runtime, who, session_id)
    context = await contexts.page(runtime, who, conversation)
    return await render(request, "chat/page.html", context)


@pages.delete("/chat/{session_id}", action=Action.CHAT)
async def delete_chat(request: Request, runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """Delete a conversation."""
    await service.delete(runtime, who, session_id)
    return posting.gone(request, session_id, "The conversation is deleted.")


@pages.get("/chat/{session_id}/title", action=Action.READ)
async def edit_title(request: Request, runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """The title as a field."""
    row = contexts.session(await service.get(runtime, who, session_id))
    return await render(request, "chat/_session_title.html", {"session": row})


@pages.post("/chat/{session_id}/title", action=Action.CHAT)
async def set_title(request: Request, runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """Rename a conversation."""
    form = await read_form(request, TitleForm)
    title = form.body.title if form.body else None
    row = await service.change(runtime, who, session_id, StatusIn(title=title))
    context = {"session": contexts.session(row), "chat": {"id": None}}
    return await render(request, "chat/_session.html", context)


@pages.post("/chat/{session_id}/archive", action=Action.CHAT)
async def archive(request: Request, runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """Put a conversation away."""
    await posting.set_status(runtime, who, session_id, "archived")
    undo = f"/chat/{session_id}/restore"
    return posting.gone(request, session_id, "The conversation is archived.", undo=undo)


@pages.post("/chat/{session_id}/restore", action=Action.CHAT)
async def restore(runtime: AppRuntime, who: Who, session_id: str) -> Response:
    """Bring an archived conversation back."""
    await posting.set_status(runtime, who, session_id, "active")
    return Response(status_code=204)
