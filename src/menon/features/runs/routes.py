"""Routes of runs."""

from typing import Annotated

from fastapi import Header, Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who
from menon.core.runs.models import RunKind, RunState
from menon.core.runs.wires import SSE, kept_alive, pieces, sse, streamed
from menon.features.runs import service
from menon.features.runs.queries import Filter
from menon.features.runs.schemas import RunOut

routes = Routes(tag="runs")


@routes.get("/runs", action=Action.READ)
async def list_runs(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    kind: RunKind | None = None,
    state: RunState | None = None,
    owner: Annotated[str | None, Query(max_length=36)] = None,
    subject: Annotated[str | None, Query(max_length=80)] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Listing[RunOut]:
    """List your runs, newest first; administrators see everybody's."""
    wanted = Filter(kind=kind, state=state, owner=owner, subject=subject, since=since, until=until)
    return await service.listing(runtime, who, wanted, page)


@routes.get("/runs/{run_id}", action=Action.READ)
async def get_run(runtime: AppRuntime, who: Who, run_id: str) -> RunOut:
    """Read a run with its state, progress and output."""
    return await service.get(runtime, who, run_id)


@routes.get(
    "/runs/{run_id}/events",
    action=Action.READ,
    stream=True,
    response_class=Response,
    responses={200: {"content": {SSE: {}}}},
)
async def follow_run(
    runtime: AppRuntime,
    who: Who,
    run_id: str,
    after: Annotated[str | None, Query(max_length=30, description="An event id.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=30)] = None,
) -> Response:
    """Follow or replay a run's events; go on after `Last-Event-ID` or `after`."""
    events = await service.follow(runtime, who, run_id, last_event_id or after)
    return streamed(kept_alive(pieces(events, sse)), SSE)


@routes.delete("/runs/{run_id}", action=Action.CHAT)
async def cancel_run(runtime: AppRuntime, who: Who, run_id: str) -> RunOut:
    """Cancel a run; what it has made so far stays."""
    return await service.cancel(runtime, who, run_id)
