"""Pages of projects."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from menon.apps.socratic.agreements import posting as agreement_posting
from menon.apps.socratic.agreements.forms import ModelForm
from menon.apps.socratic.models import Phase, ProjectStatus
from menon.apps.socratic.projects import contexts, posting, team
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects.forms import ChangeForm, ProjectForm, TeamForm
from menon.apps.socratic.projects.schemas import ProjectPatch
from menon.apps.socratic.sessions import posting as session_posting
from menon.apps.socratic.sessions.forms import SessionForm
from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render

pages = Routes(tag="studio", pages=True)

Cursor = Annotated[str | None, Query(max_length=500)]
Words = Annotated[str, Query(max_length=100)]


@pages.get("/projects", action=Action.PROJECT_VIEW)
async def list_projects(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    cursor: Cursor = None,
    q: Words = "",
    *,
    archived: bool = False,
) -> Response:
    """The projects in which one works."""
    context = await contexts.listing(runtime, who, cursor, q, archived=archived)
    name = "_projects" if "hx-request" in request.headers else "projects"
    return await render(request, f"studio/{name}.html", context)


@pages.post("/projects/create", action=Action.PROJECT_WORK)
async def create_project(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Begin a project, or show what is wrong with it."""
    return await posting.create(request, runtime, who, await read_form(request, ProjectForm))


@pages.get("/projects/{project_id}", action=Action.PROJECT_VIEW)
async def show_project(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """A project with all that belongs to it."""
    context = await contexts.project(runtime, who, project_id)
    return await render(request, "studio/project.html", context)


@pages.post("/projects/{project_id}/archive", action=Action.PROJECT_WORK)
async def archive_project(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """Put a project away."""
    found = await projects.archive(runtime, who, project_id)
    return redirect(request, "/projects", flash=("success", f"{found.name} is archived."))


@pages.post("/projects/{project_id}/restore", action=Action.PROJECT_LEAD)
async def restore_project(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """Take a project up again."""
    patch = ProjectPatch(status=ProjectStatus.ACTIVE)
    found = await projects.update(runtime, who, project_id, patch)
    note = f"{found.name} goes on."
    return redirect(request, f"/projects/{project_id}", flash=("success", note))


@pages.post("/projects/{project_id}/edit", action=Action.PROJECT_WORK)
async def change_project(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """Change what a project is called and for."""
    form = await read_form(request, ChangeForm)
    return await posting.change(request, runtime, who, project_id, form)


@pages.post("/projects/{project_id}/phase/{phase}", action=Action.PROJECT_LEAD)
async def set_phase(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText, phase: Phase
) -> Response:
    """Say which phase a project has come to."""
    await projects.set_phase(runtime, who, project_id, phase)
    note = f"The project is in the phase {phase.value}."
    return redirect(request, f"/projects/{project_id}", flash=("success", note))


@pages.post("/projects/{project_id}/sessions", action=Action.PROJECT_WORK)
async def start_session(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """Begin a session and show its first question."""
    form = await read_form(request, SessionForm)
    return await session_posting.begin(request, runtime, who, project_id, form)


@pages.post("/projects/{project_id}/specifications", action=Action.PROJECT_WORK)
async def bring_specification(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText
) -> Response:
    """Keep a specification that exists already."""
    form = await read_form(request, ModelForm)
    return await agreement_posting.bring(request, runtime, who, project_id, form)


@pages.post("/projects/{project_id}/team", action=Action.PROJECT_LEAD)
async def invite(request: Request, runtime: AppRuntime, who: Who, project_id: PathText) -> Response:
    """Let somebody work in a project."""
    form = await read_form(request, TeamForm)
    return await posting.invite(request, runtime, who, project_id, form)


@pages.post("/projects/{project_id}/team/{username}/remove", action=Action.PROJECT_LEAD)
async def remove(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText, username: PathText
) -> Response:
    """Let somebody work in a project no more."""
    await team.remove(runtime, who, project_id, username)
    note = f"{username} does not work here any more."
    return redirect(request, f"/projects/{project_id}#team", flash=("success", note))
