"""What the agents pages' forms do."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.core.web.forms import Form, Sent, read_form
from menon.core.web.render import redirect, render
from menon.features.agents import contexts, drafts, service
from menon.features.agents.forms import AgentForm, DraftForm
from menon.features.agents.schemas import AgentOut


async def create(
    request: Request, runtime: Runtime, who: Principal, form: Form[AgentForm]
) -> Response:
    """Make an agent, or show the form again."""

    async def make(body: AgentForm) -> AgentOut:
        return await service.create(runtime, who, body.new())

    return await _answered(request, runtime, who, form, await form.send(make), None)


async def change(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[AgentForm]
) -> Response:
    """Change an agent, or make a copy of a built-in one."""
    agent = await service.get(runtime, who, name)

    async def save(body: AgentForm) -> AgentOut:
        if agent.is_builtin:
            return await service.create(runtime, who, body.new())
        return await service.update(runtime, who, agent.id, body.patch(agent))

    return await _answered(request, runtime, who, form, await form.send(save), agent)


async def try_draft(
    request: Request, runtime: Runtime, who: Principal, name: str | None
) -> Response:
    """Ask an agent as its form stands, and show its answer as it comes."""
    form = await read_form(request, DraftForm)

    async def ask(body: DraftForm) -> tuple[str, DraftForm]:
        return await drafts.ask(runtime, who, name, body), body

    sent = await form.send(ask)
    if sent.result is None:
        faults = [f"{field}: {text}" for field, text in sent.errors.items()]
        context = {"fault": sent.error or "; ".join(faults)}
        return await render(request, "agents/_draft_fault.html", context, status=422)
    run_id, body = sent.result
    context = contexts.turn(runtime, body.name, run_id, body.message)
    return await render(request, "agents/_turn.html", context)


async def _answered(  # noqa: PLR0917 - what a page knows of its form
    request: Request,
    runtime: Runtime,
    who: Principal,
    form: Form[AgentForm],
    sent: Sent[AgentOut],
    agent: AgentOut | None,
) -> Response:
    if sent.result is not None:
        note = f"{sent.result.name} is saved as version {sent.result.version}."
        return redirect(request, f"/agents/{sent.result.id}", flash=("success", note))
    context = await contexts.edit(
        runtime, who, agent, form=form.values, errors=sent.errors, error=sent.error
    )
    return await render(request, "agents/edit.html", context, status=sent.status)
