"""What the forms of projects and their teams do."""

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic.projects import contexts, team
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects.forms import ChangeForm, ProjectForm, TeamForm
from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render


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


async def change(
    request: Request, runtime: Runtime, who: Principal, project_id: str, form: Form[ChangeForm]
) -> Response:
    """Change what a project is called and for, or show what is wrong with the form."""
    sent = await form.send(lambda body: projects.update(runtime, who, project_id, body.patch()))
    if sent.result is None:
        shown = contexts.form(dict(form.values), dict(sent.errors), sent.error)
        context = {"form": shown, "project": {"id": project_id}}
        return await render(request, "studio/_change_form.html", context, status=422)
    return redirect(request, f"/projects/{project_id}", flash=("success", "The change is kept."))


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
