"""The page of an agent's secrets."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import render
from menon.features.agents.forms import SecretForm
from menon.features.agents.secrets import posting as secret_posting
from menon.features.agents.secrets import service as secrets

pages = Routes(tag="secrets", pages=True)

Value = Annotated[str, Form(min_length=1, max_length=100_000)]


@pages.get("/agents/{agent_id}/secrets", action=Action.INTEGRATE)
async def agent_secrets(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText
) -> Response:
    """The secrets of an agent, masked."""
    context = await secret_posting.context(runtime, who, agent_id)
    return await render(request, "agents/secrets.html", context)


@pages.post("/agents/{agent_id}/secrets", action=Action.INTEGRATE)
async def store_secret(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText
) -> Response:
    """Store a secret."""
    form = await read_form(request, SecretForm)
    return await secret_posting.store(request, runtime, who, agent_id, form)


@pages.post("/agents/{agent_id}/secrets/{secret_id}", action=Action.INTEGRATE)
async def rotate_secret(  # noqa: PLR0917 - the form's field
    request: Request,
    runtime: AppRuntime,
    who: Who,
    agent_id: PathText,
    secret_id: PathText,
    secret: Value,
) -> Response:
    """Give a secret another value."""
    return await secret_posting.replace(request, runtime, who, agent_id, secret_id, secret)


@pages.post("/agents/{agent_id}/secrets/{secret_key}/value", action=Action.INTEGRATE)
async def reveal_secret(
    request: Request, runtime: AppRuntime, who: Who, agent_id: PathText, secret_key: PathText
) -> Response:
    """Show a secret once; the reading is recorded."""
    found = await secrets.value(runtime, who, agent_id, secret_key)
    shown = await render(request, "agents/_revealed.html", {"secret": found.value})
    shown.headers["Cache-Control"] = "no-store"
    return shown


@pages.delete("/agents/{agent_id}/secrets/{secret_id}", action=Action.INTEGRATE)
async def delete_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, secret_id: PathText
) -> Response:
    """Take a secret out of use."""
    await secrets.remove(runtime, who, agent_id, secret_id)
    return Response()
