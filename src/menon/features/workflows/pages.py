"""Pages of workflow definitions."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.workflows import contexts, posting, service
from menon.features.workflows.forms import WorkflowForm

pages = Routes(tag="workflows", pages=True)

Cursor = Annotated[str | None, Query(max_length=500)]


@pages.get("/workflows", action=Action.READ)
async def list_workflows(
    request: Request, runtime: AppRuntime, who: Who, cursor: Cursor = None
) -> Response:
    """The workflows that one may run."""
    context = await contexts.listing(runtime, who, cursor)
    return await render(request, posting.part(request, "index", "_workflows"), context)


@pages.post("/workflows", action=Action.AUTHOR)
async def create_workflow(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Make a workflow, or show what is wrong with it."""
    return await posting.save(request, runtime, who, await read_form(request, WorkflowForm))


@pages.get("/workflows/new", action=Action.AUTHOR)
async def new_workflow(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """The editor of a new workflow."""
    context = await contexts.editor(runtime, who, None)
    return await render(request, "workflows/edit.html", context)


@pages.post("/workflows/check", action=Action.AUTHOR)
async def check_workflow(request: Request, runtime: AppRuntime) -> Response:
    """What is wrong with a definition, and how it looks."""
    return await posting.check(request, runtime)


@pages.get("/workflows/{workflow_id}", action=Action.READ)
async def show_workflow(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText
) -> Response:
    """A workflow in its editor."""
    found = await service.get(runtime, who, workflow_id)
    context = await contexts.editor(runtime, who, found)
    return await render(request, "workflows/edit.html", context)


@pages.post("/workflows/{workflow_id}", action=Action.AUTHOR)
async def change_workflow(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText
) -> Response:
    """Change a workflow; other steps become a new version."""
    form = await read_form(request, WorkflowForm)
    return await posting.save(request, runtime, who, form, workflow_id)


@pages.post("/workflows/{workflow_id}/delete", action=Action.AUTHOR)
async def delete_workflow(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText
) -> Response:
    """Delete a workflow; its executions stay."""
    await service.delete(runtime, who, workflow_id)
    return redirect(request, "/workflows", flash=("success", "The workflow is deleted."))


@pages.get("/workflows/{workflow_id}/run", action=Action.RUN)
async def run_page(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText
) -> Response:
    """The form that runs a workflow."""
    context = await contexts.running(runtime, who, workflow_id)
    return await render(request, "workflows/run.html", context)


@pages.post("/workflows/{workflow_id}/run", action=Action.RUN)
async def run_workflow(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText
) -> Response:
    """Run a workflow and follow it."""
    return await posting.execute(request, runtime, who, workflow_id)


@pages.get("/workflows/{workflow_id}/executions", action=Action.READ)
async def list_executions(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText, cursor: Cursor = None
) -> Response:
    """What a workflow ran."""
    context = await contexts.history(runtime, who, workflow_id, cursor)
    return await render(request, posting.part(request, "executions", "_executions"), context)


@pages.get("/workflows/{workflow_id}/versions", action=Action.READ)
async def list_versions(  # noqa: PLR0917 - the two versions that are compared
    request: Request,
    runtime: AppRuntime,
    who: Who,
    workflow_id: PathText,
    old: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
    new: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The versions of a workflow, and what changed between two of them."""
    pair = None if old is None or new is None else (old, new)
    context = await contexts.versions(runtime, who, workflow_id, pair)
    return await render(request, "workflows/versions.html", context)


@pages.post("/workflows/{workflow_id}/versions/{number}/restore", action=Action.AUTHOR)
async def restore_version(
    request: Request, runtime: AppRuntime, who: Who, workflow_id: PathText, number: int
) -> Response:
    """Make an older version current again."""
    return await posting.restore(request, runtime, who, workflow_id, number)
