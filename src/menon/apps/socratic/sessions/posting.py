"""What the forms of questioning do."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic.sessions import answering, contexts, course
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.forms import AnswerForm, SessionForm
from menon.apps.socratic.sessions.models import SessionStatus
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render

SUBMITTED = "response-submitted"
"""The event by which the questioning page asks for what comes next."""
REVISED = "response-revised"
"""The event by which it asks for the answers anew; the question that waits, and what somebody has
begun to answer, stay.
"""


async def begin(
    request: Request, runtime: Runtime, who: Principal, project_id: str, form: Form[SessionForm]
) -> Response:
    """Begin a session and show its first question."""
    sent = await form.send(lambda body: sessions.begin(runtime, who, body.session(project_id)))
    if sent.result is None:
        said = sent.error or "; ".join(sent.errors.values())
        return redirect(request, f"/projects/{project_id}", flash=("danger", said))
    return redirect(request, f"/sessions/{sent.result.id}")


async def answer(
    request: Request, runtime: Runtime, who: Principal, session_id: str, form: Form[AnswerForm]
) -> Response:
    """Answer a question; shows what was read, and has the page ask for what comes next."""
    sent = await form.send(
        lambda body: answering.respond(runtime, who, session_id, body.response())
    )
    if sent.result is None:
        said = sent.error or "; ".join(sent.errors.values())
        context: dict[str, Any] = {"answer": None, "conflicts": [], "said": said}
        return await render(request, "studio/_read.html", context, status=422)
    context = contexts.read_back(sent.result) | {"said": ""}
    response = await render(request, "studio/_read.html", context)
    stays = form.body is not None and form.body.revise and not sent.result.session_complete
    response.headers["HX-Trigger"] = REVISED if stays else SUBMITTED
    return response


async def set_state(
    request: Request, runtime: Runtime, who: Principal, session_id: str, wanted: SessionStatus
) -> Response:
    """Pause a session, let it go on or complete it, and show it."""
    place = f"/sessions/{session_id}"
    try:
        await course.set_status(runtime, who, session_id, wanted)
    except Conflict as error:
        return redirect(request, place, flash=("danger", error.detail))
    return redirect(request, place)


async def specify(request: Request, runtime: Runtime, who: Principal, session_id: str) -> Response:
    """Make a specification of a session's answers and show it, or say what is missing."""
    try:
        made = await sessions.specify(runtime, who, session_id)
    except InvalidInput as error:
        return redirect(request, f"/sessions/{session_id}", flash=("danger", error.detail))
    return redirect(request, f"/specifications/{made.id}")
