"""Routes of the monitor, at the root for machines and under `/api/v1` for people."""

from fastapi.responses import PlainTextResponse, Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.telemetry.metrics import MEDIA_TYPE
from menon.features.monitor import service
from menon.features.monitor.schemas import HealthOut, ReadyOut
from menon.features.monitor.service import Readiness

root = Routes(prefix="", tag="monitor")
api = Routes(tag="monitor")


@root.get("/health", action=Action.PUBLIC, cost=0)
@api.get("/health", action=Action.PUBLIC, cost=0)
async def health(runtime: AppRuntime) -> HealthOut:
    """Say that the process answers."""
    return service.health(runtime)


@root.get("/ready", action=Action.PUBLIC, cost=0)
@api.get("/ready", action=Action.PUBLIC, cost=0)
async def ready(runtime: AppRuntime) -> ReadyOut:
    """Say whether everything that the server needs is there."""
    return await runtime[Readiness].report()


@root.get("/metrics", action=Action.PUBLIC, response_class=PlainTextResponse)
@api.get("/metrics", action=Action.PUBLIC, response_class=PlainTextResponse)
async def metrics(runtime: AppRuntime, who: Who) -> Response:
    """All figures in Prometheus' text format."""
    return Response(await service.metrics(runtime, who), media_type=MEDIA_TYPE)
