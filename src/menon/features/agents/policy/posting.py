"""What the page of an agent's policy shows, and what its forms do."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.agents import contexts, service
from menon.features.agents.forms import RuleForm
from menon.features.agents.policy import grants
from menon.features.agents.policy.schemas import PolicyRule
from menon.features.agents.schemas import AgentOut, AgentPatch, Configuration
from menon.features.agents.settings import AgentSettings

_BLANK = {"tool": "", "effect": "", "verdict": "once", "argument": "", "pattern": "", "reason": ""}


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
    mine = await grants.listing(runtime, who, agent.id, Page(200))
    made = Configuration(**agent.configuration)
    return {
        "agent": agent.model_dump(),
        "rules": made.policy,
        "operator": runtime.settings[AgentSettings].policy,
        "tools": made.tools,
        "grants": mine.items,
        "form": {**_BLANK, **(form or {})},
        "errors": dict(errors or {}),
        "error": error,
        "may_change": contexts.may_write(who) and agent.is_mine and not agent.is_builtin,
        "has_secrets": contexts.keeps_secrets(who, agent),
    }


async def add(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[RuleForm]
) -> Response:
    """Add a rule before the others, or after them, or show the form again."""

    async def save(body: RuleForm) -> AgentOut:
        agent = await service.get(runtime, who, name)
        kept = Configuration(**agent.configuration).policy
        rules = [body.rule(), *kept] if body.first else [*kept, body.rule()]
        return await _save(runtime, who, agent, rules, body.version)

    sent = await form.send(save)
    if sent.result is not None:
        note = f"The rule holds from version {sent.result.version} on."
        return redirect(request, f"/agents/{name}/policy", flash=("success", note))
    shown = await context(
        runtime, who, name, form=form.values, errors=sent.errors, error=sent.error
    )
    return await render(request, "agents/policy.html", shown, status=sent.status)


async def drop(  # noqa: PLR0917 - which rule of which version
    request: Request, runtime: Runtime, who: Principal, name: str, place: int, version: int
) -> Response:
    """Take a rule away.

    Raises:
        NotFound: there is none at this place.
        Conflict: the agent has changed since the page was read.
    """
    agent = await service.get(runtime, who, name)
    rules = list(Configuration(**agent.configuration).policy)
    if not 0 <= place < len(rules):
        raise NotFound("The agent has no such rule any more; load the page again.")
    del rules[place]
    made = await _save(runtime, who, agent, rules, version)
    note = f"The rule is gone from version {made.version} on."
    return redirect(request, f"/agents/{name}/policy", flash=("success", note))


async def _save(
    runtime: Runtime, who: Principal, agent: AgentOut, rules: Sequence[PolicyRule], version: int
) -> AgentOut:
    made = Configuration(**agent.configuration).model_copy(update={"policy": list(rules)})
    patch = AgentPatch(configuration=made, version=version, note="Policy changed")
    return await service.update(runtime, who, agent.id, patch)
