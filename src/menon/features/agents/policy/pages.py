"""The page of what an agent may do: its rules, and what one has allowed it for good."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import render
from menon.features.agents.forms import RuleForm
from menon.features.agents.policy import grants
from menon.features.agents.policy import posting as policy_posting

pages = Routes(tag="agents", pages=True)

Version = Annotated[int, Form(ge=1, le=2**31 - 1)]


@pages.get("/agents/{agent_id}/policy", action=Action.READ)
async def agent_policy(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText
) -> Response:
    """The rules of an agent, and what one has allowed it for good."""
    context = await policy_posting.context(runtime, who, agent_id)
    return await render(request, "agents/policy.html", context)


@pages.post("/agents/{agent_id}/policy", action=Action.AUTHOR)
async def add_rule(request: Request, runtime: AppRuntime, who: Who, agent_id: PathText) -> Response:
    """Add a rule, which makes a new version."""
    form = await read_form(request, RuleForm)
    return await policy_posting.add(request, runtime, who, agent_id, form)


@pages.post("/agents/{agent_id}/policy/{place}", action=Action.AUTHOR)
async def drop_rule(  # noqa: PLR0917 - which rule of which version
    request: Request,
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    place: int,
    version: Version,
) -> Response:
    """Take a rule away, which makes a new version."""
    return await policy_posting.drop(request, runtime, who, agent_id, place, version)


@pages.delete("/agents/{agent_id}/grants/{grant_id}", action=Action.CHAT)
async def revoke_grant(
    runtime: AppRuntime, who: Who, agent_id: PathText, grant_id: PathText
) -> Response:
    """Take back what one has allowed; the agent asks again."""
    await grants.revoke(runtime, who, agent_id, grant_id)
    return Response()
