"""Pages of executions: followed live, paused, resumed, cancelled, retried, forked."""

from functools import partial
from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.render import render
from menon.features.workflows import execution_contexts, executions, posting, restarting

pages = Routes(tag="workflows", pages=True)

Step = Annotated[str, Form(max_length=80)]


@pages.get("/workflows/executions/{run_id}", action=Action.READ)
async def show_execution(
    request: Request, runtime: AppRuntime, who: Who, run_id: PathText
) -> Response:
    """An execution with its steps."""
    context = await execution_contexts.page(runtime, who, run_id)
    return await render(request, "workflows/execution.html", context)


@pages.get("/workflows/executions/{run_id}/live", action=Action.READ, cost=0)
async def show_live(request: Request, runtime: AppRuntime, who: Who, run_id: PathText) -> Response:
    """What has changed of an execution while it goes on."""
    context = await execution_contexts.page(runtime, who, run_id)
    return await render(request, "workflows/_execution.html", context)


@pages.post("/workflows/executions/{run_id}/pause", action=Action.RUN)
async def pause(request: Request, runtime: AppRuntime, who: Who, run_id: PathText) -> Response:
    """Let an execution rest."""
    note = "The execution is paused; the step at work runs again when it goes on."
    return await posting.act(request, runtime, who, run_id, executions.pause, note)


@pages.post("/workflows/executions/{run_id}/resume", action=Action.RUN)
async def resume(request: Request, runtime: AppRuntime, who: Who, run_id: PathText) -> Response:
    """Let a paused execution go on."""
    return await posting.act(request, runtime, who, run_id, executions.resume, "It goes on.")


@pages.post("/workflows/executions/{run_id}/cancel", action=Action.RUN)
async def cancel(request: Request, runtime: AppRuntime, who: Who, run_id: PathText) -> Response:
    """Stop an execution with the runs below it."""
    return await posting.act(
        request, runtime, who, run_id, executions.cancel, "The execution is being cancelled."
    )


@pages.post("/workflows/executions/{run_id}/retry", action=Action.RUN)
async def retry(
    request: Request, runtime: AppRuntime, who: Who, run_id: PathText, step: Step = ""
) -> Response:
    """Run what failed again, or a step with all that follows it."""
    action = partial(restarting.retry, step=step or None)
    return await posting.act(request, runtime, who, run_id, action, "It is tried again.")


@pages.get("/workflows/executions/{run_id}/fork", action=Action.RUN)
async def fork_page(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    run_id: PathText,
    step: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """The form that runs an execution anew from a step."""
    context = await execution_contexts.forking(runtime, who, run_id, step)
    return await render(request, "workflows/fork.html", context)


@pages.post("/workflows/executions/{run_id}/fork", action=Action.RUN)
async def fork(request: Request, runtime: AppRuntime, who: Who, run_id: PathText) -> Response:
    """Run an execution anew from a step."""
    return await posting.fork(request, runtime, who, run_id)
