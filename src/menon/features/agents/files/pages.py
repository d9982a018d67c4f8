"""Pages of importing an agent and of reading what came in."""

from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.render import redirect, render
from menon.features.agents.files import contexts as export_contexts
from menon.features.agents.files import importing

pages = Routes(tag="agents", pages=True)


@pages.get("/agents/import", action=Action.AUTHOR)
async def import_page(request: Request) -> Response:
    """Where an agent is taken in."""
    return await render(request, "agents/import.html", {"text": "", "error": ""})


@pages.post("/agents/import", action=Action.AUTHOR)
async def import_agent(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=1_000_000)] = "",
) -> Response:
    """Take in an agent from a file, or from its text."""
    return await export_contexts.take(request, runtime, who, file=file, text=text)


@pages.get("/agents/{agent_id}/review", action=Action.AUTHOR)
async def review_page(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText
) -> Response:
    """What came in, to be read before it answers."""
    context = await export_contexts.review(runtime, who, agent_id)
    return await render(request, "agents/review.html", context)


@pages.post("/agents/{agent_id}/review", action=Action.AUTHOR)
async def approve_agent(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText
) -> Response:
    """Let an imported agent answer from now on."""
    agent = await importing.review(runtime, who, agent_id)
    note = f"{agent.name} answers from now on."
    return redirect(request, f"/agents/{agent.id}", flash=("success", note))
