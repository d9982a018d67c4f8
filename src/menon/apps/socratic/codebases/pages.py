"""Pages of generated code."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from menon.apps.socratic.codebases import contexts, posting
from menon.apps.socratic.projects import exporting
from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.render import render

pages = Routes(tag="studio", pages=True)

View = Annotated[str, Query(max_length=30)]


@pages.post("/specifications/{spec_id}/generate", action=Action.PROJECT_WORK)
async def generate(request: Request, runtime: AppRuntime, who: Who, spec_id: PathText) -> Response:
    """Have code made of a version."""
    return await posting.generate(request, runtime, who, spec_id)


@pages.get("/codebases/{codebase_id}", action=Action.PROJECT_VIEW)
async def show_codebase(
    request: Request, runtime: AppRuntime, who: Who, codebase_id: PathText, view: View = ""
) -> Response:
    """Generated code: how far it is, its files, its tests, its trace."""
    context = await contexts.codebase(runtime, who, codebase_id, view)
    return await render(request, "studio/codebase.html", context)


@pages.get("/codebases/{codebase_id}/files/{file_id}", action=Action.PROJECT_VIEW)
async def show_file(
    request: Request, runtime: AppRuntime, who: Who, codebase_id: PathText, file_id: PathText
) -> Response:
    """One file with its colours."""
    context = await contexts.file(runtime, who, codebase_id, file_id)
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
