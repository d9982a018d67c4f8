"""Thumbs on the answers of the chat page."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.render import render
from menon.features.chat import posting
from menon.features.feedback import service

pages = Routes(tag="feedback", pages=True)


@pages.post("/chat/messages/{message_id}/feedback", action=Action.FEEDBACK)
async def thumb(  # noqa: PLR0917 - the form's fields
    request: Request,
    runtime: AppRuntime,
    who: Who,
    message_id: str,
    kind: Annotated[str, Form(max_length=20)],
    comment: Annotated[str | None, Form(max_length=2000)] = None,
) -> Response:
    """Give a thumb to an answer, then perhaps a word."""
    await service.give_to_message(runtime, who, message_id, kind=kind, comment=comment)
    answer = await posting.answer(runtime, who, message_id)
    context = {"answer": answer, "thanks": comment is not None}
    return await render(request, "chat/_feedback.html", context)
