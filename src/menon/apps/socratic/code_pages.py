"""Pages of specifications and of generated code."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from menon.apps.socratic import code_contexts, exporting, posting
from menon.apps.socratic.forms import ApprovalForm
from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import render

pages = Routes(tag="studio", pages=True)

View = Annotated[str, Query(max_length=30)]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Back = Annotated[str, Form(max_length=100, pattern=r"^/(sessions|specifications|projects)/[\w-]+$")]


@pages.get("/specifications/{spec_id}", action=Action.PROJECT_VIEW)
async def show_specification(  # noqa: PLR0917 - what is shown of a version
    request: Request,
    runtime: AppRuntime,
    who: Who,
    spec_id: PathText,
    view: View = "",
    before: Before = None,
) -> Response:
    """A version as a document, with what changed and its approval."""
    context = await code_contexts.specification(runtime, who, spec_id, view, before)
    return await render(request, "studio/specification.html", context)


@pages.post("/specifications/{spec_id}/approve", action=Action.PROJECT_LEAD)
async def approve(request: Request, runtime: AppRuntime, who: Who, spec_id: PathText) -> Response:
    """Agree to a version."""
    form = await read_form(request, ApprovalForm)
    return await posting.approve(request, runtime, who, spec_id, form)


@pages.post("/specifications/{spec_id}/generate", action=Action.PROJECT_WORK)
async def generate(request: Request, runtime: AppRuntime, who: Who, spec_id: PathText) -> Response:
    """Have code made of a version."""
    return await posting.generate(request, runtime, who, spec_id)


@pages.post("/conflicts/{conflict_id}/resolve", action=Action.PROJECT_WORK)
async def resolve(
    request: Request, runtime: AppRuntime, who: Who, conflict_id: PathText, back: Back
) -> Response:
    """Resolve or waive a conflict."""
    return await posting.resolve(request, runtime, who, conflict_id, back)


@pages.get("/codebases/{codebase_id}", action=Action.PROJECT_VIEW)
async def show_codebase(
    request: Request, runtime: AppRuntime, who: Who, codebase_id: PathText, view: View = ""
) -> Response:
    """Generated code: how far it is, its files, its tests, its trace."""
    context = await code_contexts.codebase(runtime, who, codebase_id, view)
    return await render(request, "studio/codebase.html", context)


@pages.get("/codebases/{codebase_id}/files/{file_id}", action=Action.PROJECT_VIEW)
async def show_file(
    request: Request, runtime: AppRuntime, who: Who, codebase_id: PathText, file_id: PathText
) -> Response:
    """One file with its colours."""
    context = await code_contexts.file(runtime, who, codebase_id, file_id)
    return await render(request, "studio/file.html", context)


@pages.get("/codebases/{codebase_id}/download", action=Action.PROJECT_VIEW)
async def download(runtime: AppRuntime, who: Who, codebase_id: PathText) -> Response:
    """All files as a zip file."""
    return await exporting.download(runtime, who, codebase_id)


@pages.post("/codebases/{codebase_id}/test", action=Action.PROJECT_WORK)
async def test_again(
    request: Request, runtime: AppRuntime, who: Who, codebase_id: PathText
) -> Response:
    """Run the tests and gates again."""
    return await posting.test_again(request, runtime, who, codebase_id)
