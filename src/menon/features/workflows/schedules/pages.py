"""Pages of schedules."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.workflows import posting
from menon.features.workflows.forms import ScheduleForm
from menon.features.workflows.schedules import contexts as schedule_contexts
from menon.features.workflows.schedules import service as schedule_service
from menon.features.workflows.schedules.models import ScheduleState
from menon.features.workflows.schedules.schemas import SchedulePatch

pages = Routes(tag="schedules", pages=True)

Cursor = Annotated[str | None, Query(max_length=500)]
Words = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed of a trigger so far."""

    trigger_type: Words = "cron"
    cron_expression: Words = ""
    every: Words = ""
    unit: Words = "hours"
    timezone: Words = "UTC"


@pages.get("/workflows/schedules", action=Action.INTEGRATE)
async def list_schedules(
    request: Request, runtime: AppRuntime, who: Who, cursor: Cursor = None
) -> Response:
    """The schedules that one may use."""
    context = await schedule_contexts.listing(runtime, who, cursor)
    return await render(request, posting.part(request, "schedules", "_schedules"), context)


@pages.get("/workflows/schedules/new", action=Action.INTEGRATE)
async def new_schedule(
    request: Request, runtime: AppRuntime, who: Who, workflow: Words = ""
) -> Response:
    """The form of a new schedule."""
    context = await schedule_contexts.form(runtime, who, values={"workflow_id": workflow})
    return await render(request, "workflows/schedule_new.html", context)


@pages.get("/workflows/schedules/next", action=Action.INTEGRATE)
async def next_times(
    request: Request, runtime: AppRuntime, typed: Annotated[Typed, Depends()]
) -> Response:
    """When a schedule like this would fire."""
    coming = schedule_contexts.coming(asdict(typed), runtime.clock.now())
    return await render(request, "workflows/_coming.html", {"coming": coming})


@pages.post("/workflows/schedules", action=Action.INTEGRATE)
async def create_schedule(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Have a workflow start by itself."""
    return await posting.schedule(request, runtime, who, await read_form(request, ScheduleForm))


@pages.get("/workflows/schedules/{schedule_id}", action=Action.INTEGRATE)
async def show_schedule(
    request: Request, runtime: AppRuntime, who: Who, schedule_id: PathText, cursor: Cursor = None
) -> Response:
    """A schedule with what it started."""
    context = await schedule_contexts.page(runtime, who, schedule_id, cursor)
    return await render(request, posting.part(request, "schedule", "_fires"), context)


@pages.post("/workflows/schedules/{schedule_id}/pause", action=Action.INTEGRATE)
async def pause(request: Request, runtime: AppRuntime, who: Who, schedule_id: PathText) -> Response:
    """Let a schedule rest."""
    patch = SchedulePatch(state=ScheduleState.PAUSED)
    await schedule_service.change(runtime, who, schedule_id, patch)
    return _back(request, schedule_id, "The schedule is paused.")


@pages.post("/workflows/schedules/{schedule_id}/resume", action=Action.INTEGRATE)
async def resume(
    request: Request, runtime: AppRuntime, who: Who, schedule_id: PathText
) -> Response:
    """Let a schedule fire again."""
    patch = SchedulePatch(state=ScheduleState.ACTIVE)
    await schedule_service.change(runtime, who, schedule_id, patch)
    return _back(request, schedule_id, "The schedule is active again.")


@pages.post("/workflows/schedules/{schedule_id}/trigger", action=Action.INTEGRATE)
async def trigger(
    request: Request, runtime: AppRuntime, who: Who, schedule_id: PathText
) -> Response:
    """Start now what a schedule starts, and follow it."""
    started = await schedule_service.trigger(runtime, who, schedule_id)
    return redirect(request, f"/workflows/executions/{started.execution_id}")


@pages.post("/workflows/schedules/{schedule_id}/delete", action=Action.INTEGRATE)
async def delete(
    request: Request, runtime: AppRuntime, who: Who, schedule_id: PathText
) -> Response:
    """Delete a schedule; what it started stays."""
    await schedule_service.delete(runtime, who, schedule_id)
    return redirect(request, "/workflows/schedules", flash=("success", "The schedule is deleted."))


def _back(request: Request, schedule_id: str, note: str) -> Response:
    return redirect(request, f"/workflows/schedules/{schedule_id}", flash=("success", note))
