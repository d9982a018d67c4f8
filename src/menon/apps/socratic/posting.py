"""What the forms of the studio do."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic import (
    agreements,
    answering,
    code_contexts,
    codebases,
    contexts,
    course,
    deciding,
    intake,
    projects,
    session_contexts,
    sessions,
    team,
)
from menon.apps.socratic.agreement_schemas import ResolveIn
from menon.apps.socratic.codebase_schemas import CodebaseIn
from menon.apps.socratic.forms import (
    AnswerForm,
    ApprovalForm,
    ModelForm,
    ProjectForm,
    SessionForm,
    TeamForm,
)
from menon.apps.socratic.session_models import SessionStatus
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render

SUBMITTED = "response-submitted"
"""The event by which the questioning page asks for what comes next."""


async def create(
    request: Request, runtime: Runtime, who: Principal, form: Form[ProjectForm]
) -> Response:
    """Begin a project and put its card first, or show what is wrong with the form."""
    sent = await form.send(lambda body: projects.create(runtime, who, body.project()))
    if sent.result is None:
        shown = contexts.form(dict(form.values), dict(sent.errors), sent.error)
        response = await render(request, "studio/_project_form.html", {"form": shown}, status=422)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = (
            "#project-form",
            "outerHTML",
        )
        return response
    if "hx-request" not in request.headers:
        return redirect(request, f"/projects/{sent.result.id}")
    card = await contexts.card(runtime, who, sent.result)
    context = {"project": card, "form": contexts.form()}
    said = f"{sent.result.name} is there; start its first session."
    return await render(request, "studio/_created.html", context, toast=("success", said))


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
    context = session_contexts.read_back(sent.result) | {"said": ""}
    response = await render(request, "studio/_read.html", context)
    response.headers["HX-Trigger"] = SUBMITTED
    return response


async def set_state(
    request: Request, runtime: Runtime, who: Principal, session_id: str, wanted: SessionStatus
) -> Response:
    """Pause a session, let it go on or complete it, and show it."""
    await course.set_status(runtime, who, session_id, wanted)
    return redirect(request, f"/sessions/{session_id}")


async def specify(request: Request, runtime: Runtime, who: Principal, session_id: str) -> Response:
    """Make a specification of a session's answers and show it, or say what is missing."""
    try:
        made = await sessions.specify(runtime, who, session_id)
    except InvalidInput as error:
        return redirect(request, f"/sessions/{session_id}", flash=("danger", error.detail))
    return redirect(request, f"/specifications/{made.id}")


async def resolve(
    request: Request, runtime: Runtime, who: Principal, conflict_id: str, back: str
) -> Response:
    """Resolve or waive a conflict and show where it stood."""
    sent = await request.form()
    body = ResolveIn(
        resolution=str(sent.get("resolution", ""))[:200],
        reason=str(sent.get("reason", ""))[:2000],
        waive=sent.get("waive") == "on",
    )
    try:
        decided = await deciding.decide(runtime, who, conflict_id, body)
    except (InvalidInput, Conflict) as error:
        return redirect(request, back, flash=("danger", error.detail))
    return redirect(request, back, flash=("success", f"The conflict is {decided.state}."))


async def invite(
    request: Request, runtime: Runtime, who: Principal, project_id: str, form: Form[TeamForm]
) -> Response:
    """Let somebody work in a project."""
    sent = await form.send(lambda body: team.invite(runtime, who, project_id, body.collaborator()))
    place = f"/projects/{project_id}#team"
    if sent.result is None:
        said = sent.error or "; ".join(sent.errors.values())
        return redirect(request, place, flash=("danger", said))
    note = f"{sent.result.username} works here as {sent.result.role}."
    return redirect(request, place, flash=("success", note))


async def bring(
    request: Request, runtime: Runtime, who: Principal, project_id: str, form: Form[ModelForm]
) -> Response:
    """Keep a specification that somebody pasted, JSON or JDL, and show it."""
    sent = await form.send(lambda body: intake.take_text(runtime, who, project_id, body.text))
    if sent.result is None:
        said = sent.error or "; ".join(list(sent.errors.values())[:3])
        return redirect(request, f"/projects/{project_id}", flash=("danger", said[:300]))
    return redirect(request, f"/specifications/{sent.result.id}")


async def approve(
    request: Request, runtime: Runtime, who: Principal, spec_id: str, form: Form[ApprovalForm]
) -> Response:
    """Approve a version, or show what keeps it from that."""
    before = await code_contexts.specification(runtime, who, spec_id, "")
    opened = [one["id"] for one in before["conflicts"]]
    sent = await form.send(
        lambda body: agreements.approve(runtime, who, spec_id, body.approval(opened))
    )
    place = f"/specifications/{spec_id}"
    if sent.result is None:
        said = sent.error or "; ".join(sent.errors.values())
        return redirect(request, place, flash=("danger", said[:300]))
    note = f"Version {sent.result.version} is approved; code can be made of it."
    return redirect(request, place, flash=("success", note))


async def generate(request: Request, runtime: Runtime, who: Principal, spec_id: str) -> Response:
    """Have code made of a version and follow it."""
    found = await agreements.get(runtime, who, spec_id)
    body = CodebaseIn(project_id=found.project_id, specification_id=spec_id)
    try:
        made = await codebases.generate(runtime, who, body)
    except Conflict as error:
        return redirect(request, f"/specifications/{spec_id}", flash=("danger", error.detail))
    return redirect(request, f"/codebases/{made.id}")


async def test_again(
    request: Request, runtime: Runtime, who: Principal, codebase_id: str
) -> Response:
    """Run the tests of a codebase again and follow them."""
    place = f"/codebases/{codebase_id}?view=tests"
    try:
        await codebases.test(runtime, who, codebase_id)
    except Conflict as error:
        return redirect(request, place, flash=("danger", error.detail))
    return redirect(request, place)
