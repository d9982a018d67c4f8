"""Routes of tasks."""

from typing import Annotated

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.core.runs.models import RunState
from menon.features.workflows.tasks import service as task_service
from menon.features.workflows.tasks.queries import TaskFilter
from menon.features.workflows.tasks.schemas import TaskIn, TaskOut, TaskType

routes = Routes(tag="tasks")


@routes.get("/tasks", action=Action.READ)
async def list_tasks(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    state: RunState | None = None,
    task_type: Annotated[TaskType | None, Query(alias="type")] = None,
    agent: Annotated[str | None, Query(max_length=80)] = None,
) -> Listing[TaskOut]:
    """List your tasks, newest first; administrators see everybody's."""
    wanted = TaskFilter(state=state, type=task_type, agent=agent)
    return await task_service.listing(runtime, who, wanted, page)


@routes.post("/tasks/run", action=Action.RUN, status_code=202)
async def run_task(runtime: AppRuntime, who: Who, body: TaskIn) -> TaskOut:
    """Have an agent generate, chat, summarise or analyse, as a durable run."""
    return await task_service.run(runtime, who, body)


@routes.get("/tasks/{task_id}/status", action=Action.READ)
async def task_status(runtime: AppRuntime, who: Who, task_id: PathText) -> TaskOut:
    """Read a task with its state, progress and output."""
    return await task_service.status(runtime, who, task_id)


@routes.delete("/tasks/{task_id}", action=Action.RUN)
async def cancel_task(runtime: AppRuntime, who: Who, task_id: PathText) -> TaskOut:
    """Cancel a task; one that has ended stays as it is."""
    return await task_service.cancel(runtime, who, task_id)
