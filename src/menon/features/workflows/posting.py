"""What the forms of workflows and executions do."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.workflows import contexts, execution_contexts, executions, restarting, service
from menon.features.workflows.forms import ScheduleForm, WorkflowForm, given
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.rules.text import read_text
from menon.features.workflows.schedules import contexts as schedule_contexts
from menon.features.workflows.schedules import service as schedule_service
from menon.features.workflows.schemas import BodyIn, DefinitionOut, ExecuteIn, ForkIn

Act = Callable[[Runtime, Principal, str], Awaitable[object]]


def part(request: Request, page: str, fragment: str) -> str:
    """The template to answer with: a fragment for htmx, the page for everybody else."""
    name = fragment if "hx-request" in request.headers else page
    return f"workflows/{name}.html"


async def save(
    request: Request,
    runtime: Runtime,
    who: Principal,
    form: Form[WorkflowForm],
    workflow_id: str | None = None,
) -> Response:
    """Make or change a workflow, or show the editor again with what is wrong."""
    workflow = await service.get(runtime, who, workflow_id) if workflow_id else None
    errors = dict(form.errors)
    found = read_text(str(form.values.get("definition", "")), runtime[Kinds])
    if found.wrong:
        errors["definition"] = "It cannot run as it is written; see below."
    if form.body is None or found.body is None or errors:
        return await _editor(request, runtime, who, workflow, form, status=422, errors=errors)
    sent = await form.send(partial(_store, runtime, who, found.body, workflow))
    if sent.result is None:
        return await _editor(
            request, runtime, who, workflow, form, errors=sent.errors, error=sent.error, status=422
        )
    note = f"{sent.result.name} is saved as version {sent.result.version}."
    return redirect(request, f"/workflows/{sent.result.id}", flash=("success", note))


async def _store(
    runtime: Runtime,
    who: Principal,
    body: BodyIn,
    workflow: DefinitionOut | None,
    form: WorkflowForm,
) -> DefinitionOut:
    if workflow is None:
        return await service.create(runtime, who, form.new(body))
    return await service.update(runtime, who, workflow.id, form.patch(body))


async def _editor(
    request: Request,
    runtime: Runtime,
    who: Principal,
    workflow: DefinitionOut | None,
    form: Form[WorkflowForm],
    *,
    status: int,
    **said: Any,
) -> Response:
    context = await contexts.editor(runtime, who, workflow, values=form.values, **said)
    return await render(request, part(request, "edit", "_editor"), context, status=status)


async def check(request: Request, runtime: Runtime) -> Response:
    """Say what is wrong with a definition while it is written, and draw it."""
    text = (await request.form()).get("definition", "")
    checked = contexts.checked(read_text(str(text), runtime[Kinds]))
    return await render(request, "workflows/_checked.html", {"checked": checked})


async def execute(request: Request, runtime: Runtime, who: Principal, workflow_id: str) -> Response:
    """Run a workflow with what the form says, or show the form again."""
    fields = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
    workflow = await service.get(runtime, who, workflow_id)
    taken = given(workflow.inputs, fields)
    wrong = {fault.pointer.rpartition("/")[2]: fault.detail for fault in taken.faults}
    error = ""
    if not wrong:
        try:
            body = ExecuteIn(workflow_id=workflow_id, input=dict(taken.values))
            started = await executions.execute(runtime, who, body)
        except InvalidInput as refused:
            wrong = {str(e["pointer"]).rpartition("/")[2]: str(e["detail"]) for e in refused.errors}
            error = "" if wrong else refused.detail
        else:
            return redirect(request, f"/workflows/executions/{started.execution_id}")
    context = await contexts.running(
        runtime, who, workflow_id, values=fields, errors=wrong, error=error
    )
    return await render(request, part(request, "run", "_run"), context, status=422)


async def act(  # noqa: PLR0917 - a page's usual company
    request: Request, runtime: Runtime, who: Principal, run_id: str, action: Act, note: str
) -> Response:
    """Do something to an execution and show it."""
    await action(runtime, who, run_id)
    return redirect(request, f"/workflows/executions/{run_id}", flash=("success", note))


async def fork(request: Request, runtime: Runtime, who: Principal, run_id: str) -> Response:
    """Run an execution anew from a step, or show the form again."""
    sent = await request.form()
    step, text = str(sent.get("step", "")), str(sent.get("input", ""))
    taken = given({}, {"input": text})
    error = "; ".join(fault.detail for fault in taken.faults)
    if not error:
        try:
            wanted = ForkIn(step=step or "-", input=dict(taken.values))
            started = await restarting.fork(runtime, who, run_id, wanted)
        except InvalidInput as refused:
            error = refused.detail
        else:
            return redirect(request, f"/workflows/executions/{started.execution_id}")
    context = await execution_contexts.forking(runtime, who, run_id, step, text=text, error=error)
    return await render(request, part(request, "fork", "_fork"), context, status=422)


async def schedule(
    request: Request, runtime: Runtime, who: Principal, form: Form[ScheduleForm]
) -> Response:
    """Have a workflow start by itself, or show the form again."""
    sent = await form.send(lambda body: schedule_service.create(runtime, who, body.new()))
    if sent.result is not None:
        note = "The schedule is active."
        place = f"/workflows/schedules/{sent.result.id}"
        return redirect(request, place, flash=("success", note))
    context = await schedule_contexts.form(
        runtime, who, values=form.values, errors=sent.errors, error=sent.error
    )
    template = part(request, "schedule_new", "_schedule_form")
    return await render(request, template, context, status=422)


async def restore(
    request: Request, runtime: Runtime, who: Principal, workflow_id: str, number: int
) -> Response:
    """Make an older version the current one again."""
    old = await service.get(runtime, who, workflow_id, number)
    body = BodyIn.model_validate(old.model_dump(include=set(BodyIn.model_fields)))
    form = WorkflowForm.model_validate({**old.model_dump(), "version": None, "definition": "{}"})
    made = await service.update(runtime, who, workflow_id, form.patch(body))
    note = f"Version {number} is current again, as version {made.version}."
    return redirect(request, f"/workflows/{workflow_id}/versions", flash=("success", note))
