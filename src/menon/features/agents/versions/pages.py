"""Pages of an agent's versions and labels."""

from typing import Annotated

from fastapi import Form, Path, Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.render import redirect, render
from menon.features.agents.versions import contexts as version_contexts
from menon.features.agents.versions import service as versions
from menon.features.agents.versions.rules import MOST

pages = Routes(tag="agents", pages=True)


@pages.get("/agents/{agent_id}/versions", action=Action.READ)
async def agent_versions(  # noqa: PLR0917 - which two are compared
    request: Request,
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    old: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    new: Annotated[str | None, Query(alias="to", max_length=40)] = None,
) -> Response:
    """The versions of an agent, two of them compared."""
    context = await version_contexts.page(runtime, who, agent_id, old=old, new=new)
    return await render(request, "agents/versions.html", context)


@pages.post("/agents/{agent_id}/versions/{version}/current", action=Action.AUTHOR)
async def set_current(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText, version: PathText
) -> Response:
    """Have another version answer."""
    agent = await versions.set_current(runtime, who, agent_id, version)
    note = f"Version {agent.version} of {agent.name} answers from now on."
    return redirect(request, f"/agents/{agent.id}/versions", flash=("success", note))


@pages.post("/agents/{agent_id}/versions/{version}/labels", action=Action.AUTHOR)
async def set_label(  # noqa: PLR0917 - the form's field
    request: Request,
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    version: Annotated[int, Path(ge=1, le=MOST)],
    label: Annotated[str, Form(min_length=1, max_length=40)],
) -> Response:
    """Put a label on a version."""
    agent = await versions.label(runtime, who, agent_id, label, version)
    note = f"“{label}” names version {version} of {agent.name} now."
    return redirect(request, f"/agents/{agent.id}/versions", flash=("success", note))


@pages.delete("/agents/{agent_id}/labels/{label}", action=Action.AUTHOR)
async def remove_label(
    runtime: AppRuntime, who: Who, agent_id: PathText, label: PathText
) -> Response:
    """Take a label away."""
    await versions.unlabel(runtime, who, agent_id, label)
    return Response()
