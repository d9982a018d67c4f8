"""Pages of specifications and their contradictions."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from menon.apps.socratic.agreements import contexts, posting
from menon.apps.socratic.agreements.forms import ApprovalForm
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
    context = await contexts.specification(runtime, who, spec_id, view, before)
    return await render(request, "studio/specification.html", context)


@pages.post("/specifications/{spec_id}/approve", action=Action.PROJECT_LEAD)
async def approve(request: Request, runtime: AppRuntime, who: Who, spec_id: PathText) -> Response:
    """Agree to a version."""
    form = await read_form(request, ApprovalForm)
    return await posting.approve(request, runtime, who, spec_id, form)


@pages.post("/conflicts/{conflict_id}/resolve", action=Action.PROJECT_WORK)
async def resolve(
    request: Request, runtime: AppRuntime, who: Who, conflict_id: PathText, back: Back
) -> Response:
    """Resolve or waive a conflict."""
    return await posting.resolve(request, runtime, who, conflict_id, back)
