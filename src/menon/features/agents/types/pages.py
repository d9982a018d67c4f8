"""Pages of agent types."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.agents.forms import TypeForm
from menon.features.agents.types import contexts as type_contexts
from menon.features.agents.types import service as type_service

pages = Routes(tag="agent types", pages=True)


@pages.get("/agent-types", action=Action.READ)
async def list_types(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """The declared types."""
    context = await type_contexts.listing(runtime, who)
    return await render(request, "agent_types/index.html", context)


@pages.get("/agent-types/new", action=Action.AUTHOR)
async def new_type(request: Request) -> Response:
    """The text of a new type."""
    return await render(request, "agent_types/edit.html", type_contexts.fresh())


@pages.post("/agent-types", action=Action.AUTHOR)
async def declare_type(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Declare a type by its text."""
    form = await read_form(request, TypeForm, names={"schema": "text"})
    return await type_contexts.save(request, runtime, who, None, form)


@pages.get("/agent-types/{agent_type}", action=Action.READ)
async def show_type(
    request: Request, runtime: AppRuntime, who: Who, agent_type: PathText
) -> Response:
    """A type, documented."""
    context = await type_contexts.detail(runtime, who, agent_type)
    return await render(request, "agent_types/detail.html", context)


@pages.get("/agent-types/{agent_type}/edit", action=Action.AUTHOR)
async def edit_type(
    request: Request, runtime: AppRuntime, who: Who, agent_type: PathText
) -> Response:
    """The text of a type."""
    context = await type_contexts.known(runtime, who, agent_type)
    return await render(request, "agent_types/edit.html", context)


@pages.post("/agent-types/{agent_type}", action=Action.AUTHOR)
async def change_type(
    request: Request, runtime: AppRuntime, who: Who, agent_type: PathText
) -> Response:
    """Write the next version of a type."""
    form = await read_form(request, TypeForm, names={"schema": "text"})
    return await type_contexts.save(request, runtime, who, agent_type, form)


@pages.post("/agent-types/{agent_type}/remove", action=Action.AUTHOR)
async def remove_type(
    request: Request, runtime: AppRuntime, who: Who, agent_type: PathText
) -> Response:
    """Delete a type, or deprecate one that agents are of."""
    gone = await type_service.remove(runtime, who, agent_type)
    note = f"{gone.agent_type} is {gone.outcome}."
    return redirect(request, "/agent-types", flash=("success", note))
