"""Routes of schedules."""

from typing import Annotated

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.workflows.schedules import service as schedule_service
from menon.features.workflows.schedules.models import ScheduleState
from menon.features.workflows.schedules.queries import ScheduleFilter
from menon.features.workflows.schedules.schemas import (
    ScheduleIn,
    ScheduleOut,
    SchedulePatch,
    ScheduleRunOut,
    TriggeredOut,
)

routes = Routes(tag="schedules")


@routes.post("/workflows/schedule", action=Action.INTEGRATE, status_code=201)
async def create_schedule(runtime: AppRuntime, who: Who, body: ScheduleIn) -> ScheduleOut:
    """Have a workflow start by itself, by cron or by interval."""
    return await schedule_service.create(runtime, who, body)


@routes.get("/workflows/schedules", action=Action.INTEGRATE)
async def list_schedules(
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    workflow_id: Annotated[str | None, Query(max_length=36)] = None,
    state: ScheduleState | None = None,
) -> Listing[ScheduleOut]:
    """List your schedules, newest first; administrators see everybody's."""
    wanted = ScheduleFilter(workflow_id=workflow_id, state=state)
    return await schedule_service.listing(runtime, who, wanted, page)


@routes.put("/workflows/schedules/{schedule_id}", action=Action.INTEGRATE)
async def change_schedule(
    runtime: AppRuntime, who: Who, schedule_id: PathText, body: SchedulePatch
) -> ScheduleOut:
    """Pause, resume or change a schedule."""
    return await schedule_service.change(runtime, who, schedule_id, body)


@routes.delete("/workflows/schedules/{schedule_id}", action=Action.INTEGRATE, status_code=204)
async def delete_schedule(runtime: AppRuntime, who: Who, schedule_id: PathText) -> None:
    """Delete a schedule; what it started stays."""
    await schedule_service.delete(runtime, who, schedule_id)


@routes.post("/workflows/schedules/{schedule_id}/trigger", action=Action.INTEGRATE, status_code=202)
async def trigger_schedule(runtime: AppRuntime, who: Who, schedule_id: PathText) -> TriggeredOut:
    """Start what a schedule starts, now."""
    return await schedule_service.trigger(runtime, who, schedule_id)


@routes.get("/workflows/schedules/{schedule_id}/runs", action=Action.INTEGRATE)
async def list_schedule_runs(
    runtime: AppRuntime, who: Who, schedule_id: PathText, page: PageQuery
) -> Listing[ScheduleRunOut]:
    """List what a schedule started, newest first."""
    return await schedule_service.runs(runtime, who, schedule_id, page)
