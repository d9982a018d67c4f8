"""Pages of questioning. What they ask for by themselves costs nobody their minute."""

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic.sessions import contexts, posting
from menon.apps.socratic.sessions.forms import AnswerForm
from menon.apps.socratic.sessions.models import SessionStatus
from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import render

pages = Routes(tag="studio", pages=True)


@pages.get("/sessions/{session_id}", action=Action.PROJECT_VIEW)
async def show_session(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """A session with the question that waits."""
    context = await contexts.page(runtime, who, session_id)
    return await render(request, "studio/session.html", context)


@pages.get("/sessions/{session_id}/status", action=Action.PROJECT_VIEW, cost=0)
async def show_status(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """How far a session is."""
    context = await contexts.status(runtime, who, session_id)
    return await render(request, "studio/_status.html", context)


@pages.get("/sessions/{session_id}/answers", action=Action.PROJECT_VIEW, cost=0)
async def show_answers(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """What was answered."""
    context = await contexts.answers(runtime, who, session_id)
    return await render(request, "studio/_answers.html", context)


@pages.get("/sessions/{session_id}/conflicts", action=Action.PROJECT_VIEW, cost=0)
async def show_conflicts(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """What contradicts."""
    context = await contexts.answers(runtime, who, session_id)
    return await render(
        request, "studio/_conflicts.html", context | {"back": f"/sessions/{session_id}"}
    )


@pages.get("/sessions/{session_id}/next-question", action=Action.PROJECT_VIEW, cost=0)
async def show_question(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """The question that waits."""
    context = await contexts.following(runtime, who, session_id)
    return await render(request, "studio/_question.html", context)


@pages.post("/sessions/{session_id}/responses", action=Action.PROJECT_WORK)
async def answer(request: Request, runtime: AppRuntime, who: Who, session_id: PathText) -> Response:
    """Answer the question that is shown."""
    form = await read_form(request, AnswerForm)
    return await posting.answer(request, runtime, who, session_id, form)


@pages.post("/sessions/{session_id}/state/{status}", action=Action.PROJECT_WORK)
async def set_state(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText, status: SessionStatus
) -> Response:
    """Pause a session, let it go on, or complete it."""
    return await posting.set_state(request, runtime, who, session_id, status)


@pages.post("/sessions/{session_id}/specification", action=Action.PROJECT_WORK)
async def specify(
    request: Request, runtime: AppRuntime, who: Who, session_id: PathText
) -> Response:
    """Make a specification of the answers."""
    return await posting.specify(request, runtime, who, session_id)
