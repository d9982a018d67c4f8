"""Routes of workers."""

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes
from menon.features.workflows.workers import service as worker_service
from menon.features.workflows.workers.schemas import WorkersOut

routes = Routes(tag="workers")


@routes.get("/workers", action=Action.ADMIN)
async def list_workers(runtime: AppRuntime) -> WorkersOut:
    """Show the processes that are alive, their pools, and the queues with what waits."""
    return await worker_service.overview(runtime)
