"""Pages of agents."""

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.agents import contexts, posting, running, service
from menon.features.agents.forms import AgentForm
from menon.features.agents.schemas import RunIn

pages = Routes(tag="agents", pages=True)

Words = Annotated[str, Query(max_length=200)]
Message = Annotated[str, Form(min_length=1, max_length=100_000)]
Version = Annotated[int | None, Form(ge=1, le=2**31 - 1)]


@pages.get("/agents", action=Action.READ)
async def list_agents(request: Request, runtime: AppRuntime, who: Who, q: Words = "") -> Response:
    """The agents that one may use."""
    part = "agents/_agents.html" if "hx-request" in request.headers else "agents/index.html"
    return await render(request, part, await contexts.listing(runtime, who, q))


@pages.post("/agents", action=Action.AUTHOR)
async def create_agent(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Make an agent."""
    return await posting.create(request, runtime, who, await read_form(request, AgentForm))


@pages.get("/agents/new", action=Action.AUTHOR)
async def new_agent(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """The form of a new agent."""
    context = await contexts.edit(runtime, who, None)
    return await render(request, "agents/edit.html", context)


@pages.post("/agents/draft", action=Action.AUTHOR)
async def try_new_draft(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Ask an agent that is not saved yet."""
    return await posting.try_draft(request, runtime, who, None)


@pages.post("/agents/{agent_id}/draft", action=Action.AUTHOR)
async def try_draft(request: Request, runtime: AppRuntime, who: Who, agent_id: str) -> Response:
    """Ask an agent as its form stands."""
    return await posting.try_draft(request, runtime, who, agent_id)


@pages.get("/agents/{agent_id}", action=Action.READ)
async def show_agent(request: Request, runtime: AppRuntime, who: Who, agent_id: str) -> Response:
    """An agent's definition."""
    agent = await service.get(runtime, who, agent_id)
    context = await contexts.edit(runtime, who, agent)
    return await render(request, "agents/edit.html", context)


@pages.post("/agents/{agent_id}", action=Action.AUTHOR)
async def change_agent(request: Request, runtime: AppRuntime, who: Who, agent_id: str) -> Response:
    """Change an agent, or make a copy of a built-in one."""
    form = await read_form(request, AgentForm)
    return await posting.change(request, runtime, who, agent_id, form)


@pages.delete("/agents/{agent_id}", action=Action.AUTHOR)
async def delete_agent(
    request: Request, runtime: AppRuntime, who: Who, agent_id: str, back: bool = False
) -> Response:
    """Delete an agent; `back` leads to the list."""
    await service.delete(runtime, who, agent_id)
    return redirect(request, "/agents") if back else Response()


@pages.get("/agents/{agent_id}/try", action=Action.CHAT)
async def try_page(request: Request, runtime: AppRuntime, who: Who, agent_id: str) -> Response:
    """The page on which an agent is tried."""
    return await render(request, "agents/try.html", await contexts.trial(runtime, who, agent_id))


@pages.post("/agents/{agent_id}/try", action=Action.CHAT)
async def try_agent(  # noqa: PLR0917 - the form's fields
    request: Request,
    runtime: AppRuntime,
    who: Who,
    agent_id: str,
    message: Message,
    version: Version = None,
) -> Response:
    """Ask an agent, in one of its versions."""
    agent = await service.get(runtime, who, agent_id)
    body = RunIn(message=message)
    run_id = await running.start(runtime, who, agent.id, body, version=version)
    context = contexts.turn(runtime, agent.name, run_id, message)
    return await render(request, "agents/_turn.html", context)
