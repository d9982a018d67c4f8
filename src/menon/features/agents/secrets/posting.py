"""What the forms of an agent's secrets do."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic import SecretStr
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.agents import service
from menon.features.agents.forms import SecretForm
from menon.features.agents.secrets import service as secrets
from menon.features.vault.schemas import SecretIn, SecretOut, SecretPatch


async def context(
    runtime: Runtime,
    who: Principal,
    name: str,
    *,
    form: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """What the page shows, with the form as it was typed where something was wrong with it."""
    agent = await service.get(runtime, who, name)
    kept = await secrets.listing(runtime, who, agent.id, Page(200))
    return {
        "agent": agent.model_dump(),
        "secrets": kept.items,
        "form": {"key": "", "description": "", **(form or {})},
        "errors": dict(errors or {}),
        "error": error,
        "has_secrets": True,
    }


async def store(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[SecretForm]
) -> Response:
    """Store a secret, or show the form again, without its value."""

    async def keep(body: SecretForm) -> SecretOut:
        given = SecretIn(key=body.key, value=body.secret, description=body.description)
        return await secrets.store(runtime, who, name, given)

    sent = await form.send(keep)
    if sent.result is not None:
        note = f"{sent.result.name} is stored."
        return redirect(request, f"/agents/{name}/secrets", flash=("success", note))
    shown = await context(
        runtime, who, name, form=form.values, errors=sent.errors, error=sent.error
    )
    return await render(request, "agents/secrets.html", shown, status=sent.status)


async def replace(  # noqa: PLR0917 - which secret, and its value
    request: Request, runtime: Runtime, who: Principal, name: str, secret_id: str, value: str
) -> Response:
    """Give a secret another value."""
    body = SecretPatch(value=SecretStr(value))
    made = await secrets.replace(runtime, who, name, secret_id, body)
    note = f"{made.name} has another value, version {made.version}."
    return redirect(request, f"/agents/{name}/secrets", flash=("success", note))
