"""What the chat page's forms do."""

import json
from typing import Any, Literal

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.chat import contexts, service, turns
from menon.features.chat.models import ConversationStatus
from menon.features.chat.opinions import opinions
from menon.features.chat.schemas import AskForm, ChatIn, SessionIn, StatusIn


async def ask(request: Request, runtime: Runtime, who: Principal, form: Form[AskForm]) -> Response:
    """Ask in a conversation, which is made where there is none."""
    if form.body is None:
        raise InvalidInput("Write a message first.")
    sent = form.body
    fresh = not sent.session_id
    session = sent.session_id or await _new(runtime, who, sent)
    parent = None
    if sent.replaces:
        replaced = await service.message(runtime, who, session, sent.replaces)
        parent = replaced.parent_id
    model = sent.model if sent.model not in {None, "", "auto"} else None
    body = ChatIn(
        message=sent.message,
        session_id=session,
        agent=sent.agent,
        model=model,
        parent_id=parent,
        first=bool(sent.replaces) and parent is None,
    )
    begun = await turns.ask(runtime, who, body)
    if sent.replaces:
        return redirect(request, f"/chat/{session}")
    made = await service.message(runtime, who, session, begun.answer_id or "")
    asked = await service.message(runtime, who, session, made.parent_id or "")
    context = {
        "question": contexts.question(asked),
        "answer": contexts.answer(made, pending=True),
        "session_id": session,
    }
    response = await render(request, "chat/_turn.html", context)
    if fresh:
        response.headers["HX-Push-Url"] = f"/chat/{session}"
        response.headers["HX-Trigger"] = "sessions"
    return response


async def answer(runtime: Runtime, who: Principal, message_id: str) -> dict[str, Any]:
    """An answer as it is now, with what its reader thought of it."""
    found = await service.answer_of(runtime, who, message_id)
    thumbs = await opinions(runtime, who, [found.span_id])
    return contexts.answer(found, thumbs.get(found.span_id))


async def again(runtime: Runtime, who: Principal, message_id: str) -> dict[str, Any]:
    """Another answer to the same question, pending."""
    found = await service.message_alone(runtime, who, message_id)
    body = ChatIn(session_id=found.session_id, regenerate=message_id)
    return await _pending(runtime, who, body)


async def go_on(runtime: Runtime, who: Principal, message_id: str) -> dict[str, Any]:
    """The same answer, pending again."""
    found = await service.message_alone(runtime, who, message_id)
    body = ChatIn(session_id=found.session_id, resume=message_id)
    return await _pending(runtime, who, body)


async def set_status(
    runtime: Runtime, who: Principal, session: str, status: Literal["active", "archived"]
) -> None:
    """Archive a conversation or bring it back."""
    await service.change(runtime, who, session, StatusIn(status=ConversationStatus(status)))


def gone(request: Request, session: str, note: str, *, undo: str = "") -> Response:
    """The row goes; the page too, where it shows that conversation."""
    if request.headers.get("hx-current-url", "").rstrip("/").endswith(f"/chat/{session}"):
        return redirect(request, "/chat", flash=("success", note))
    toast = {"kind": "success", "text": note, **({"undo": undo} if undo else {})}
    return Response(headers={"HX-Trigger": json.dumps({"toast": toast})})


async def _new(runtime: Runtime, who: Principal, sent: AskForm) -> str:
    model = "" if sent.model in {None, "auto"} else sent.model or ""
    body = SessionIn(agent=sent.agent or "", model_name=model)
    return (await service.create(runtime, who, body)).id


async def _pending(runtime: Runtime, who: Principal, body: ChatIn) -> dict[str, Any]:
    begun = await turns.ask(runtime, who, body)
    made = await service.message(runtime, who, body.session_id or "", begun.answer_id or "")
    return contexts.answer(made, pending=True)
