"""What the pages of importing and reviewing an agent do and show."""

from typing import Any

from fastapi import Request, UploadFile
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import MenonError, NotFound, TooLarge
from menon.core.runtime import Runtime
from menon.core.web.render import redirect, render
from menon.features.agents import service
from menon.features.agents.contexts import keeps_secrets
from menon.features.agents.files import importing
from menon.features.agents.schemas import AgentOut
from menon.features.agents.versions.contexts import settings_of
from menon.features.agents.versions.rules import changes
from menon.kit.difference import difference, side_by_side

_LARGEST = 1_000_000


async def take(
    request: Request, runtime: Runtime, who: Principal, *, file: UploadFile | None, text: str
) -> Response:
    """Take in an agent, or show the form again with what is wrong."""
    try:
        body = text.encode()
        if file is not None and file.filename:
            body = await file.read(_LARGEST + 1)
            if len(body) > _LARGEST:
                raise TooLarge(f"An agent's file has at most {_LARGEST} bytes.")
        made = await importing.bring_in(runtime, who, body)
    except MenonError as error:
        if error.status >= 500:
            raise
        shown = {"text": text, "error": error.detail}
        return await render(request, "agents/import.html", shown, status=error.status)
    return redirect(request, f"/agents/{made.agent.id}/review")


async def review(runtime: Runtime, who: Principal, name: str) -> dict[str, Any]:
    """What came in, what of it was left out, and how it differs from one's own."""
    agent = await service.get(runtime, who, name)
    own = await _resembled(runtime, who, agent)
    was, now = dict(own.configuration if own else {}), dict(agent.configuration)
    old, new = str(was.pop("instructions", "")), str(now.pop("instructions", ""))
    differs = {change.pointer for change in changes(was, now)}
    return {
        "agent": agent.model_dump(),
        "warnings": agent.review.warnings if agent.review else [],
        "pending": bool(agent.review and agent.review.state == "pending"),
        "own": {"id": own.id, "name": own.name, "slug": own.slug} if own else None,
        "settings": [
            {**one, "differs": pointer in differs} for pointer, one in settings_of(was, now)
        ],
        "instructions": new,
        "lines": side_by_side(difference(old.splitlines(), new.splitlines())) if own else [],
        "has_secrets": keeps_secrets(who, agent),
    }


async def _resembled(runtime: Runtime, who: Principal, agent: AgentOut) -> AgentOut | None:
    """One's own agent of the same short name, while it is there."""
    if agent.review is None or agent.review.resembles is None:
        return None
    try:
        return await service.get(runtime, who, agent.review.resembles)
    except NotFound:
        return None
