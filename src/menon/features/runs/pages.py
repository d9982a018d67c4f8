"""Pages of runs."""

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.runs.models import RunKind, RunState
from menon.core.web.render import render
from menon.features.runs import contexts, service

pages = Routes(tag="runs", pages=True)

Cursor = Annotated[str | None, Query(max_length=500)]


@pages.get("/runs", action=Action.READ)
async def list_runs(  # noqa: PLR0917 - filters
    request: Request,
    runtime: AppRuntime,
    who: Who,
    kind: RunKind | Literal[""] = "",
    state: RunState | Literal[""] = "",
    days: Literal["", "1", "7", "30"] = "",
    cursor: Cursor = None,
) -> Response:
    """The runs that one may see."""
    query = {"kind": kind, "state": state, "days": days}
    found = await contexts.listing(runtime, who, query, cursor)
    part = "runs/_runs.html" if "hx-request" in request.headers else "runs/index.html"
    return await render(request, part, found)


@pages.get("/runs/{run_id}", action=Action.READ)
async def show_run(request: Request, runtime: AppRuntime, who: Who, run_id: str) -> Response:
    """One run, and what happened in it; an execution has a page of its own."""
    if (await service.get(runtime, who, run_id)).kind == RunKind.WORKFLOW:
        return RedirectResponse(f"/workflows/executions/{run_id}", status_code=303)
    return await render(request, "runs/run.html", await contexts.page(runtime, who, run_id))


@pages.get("/runs/{run_id}/row", action=Action.READ)
async def show_row(request: Request, runtime: AppRuntime, who: Who, run_id: str) -> Response:
    """The run's line in the list as it is now."""
    run = await service.get(runtime, who, run_id)
    found = contexts.row(run, await contexts.owners(runtime, who, [run]))
    return await render(request, "runs/_run_row.html", {"run": found})


@pages.get("/runs/{run_id}/approvals", action=Action.READ)
async def show_asked(request: Request, runtime: AppRuntime, who: Who, run_id: str) -> Response:
    """What the run asked, and what was said to it."""
    found = await contexts.asked(runtime, who, run_id)
    return await render(request, "runs/_approvals.html", found)


@pages.post("/runs/{run_id}/cancel", action=Action.CHAT)
async def cancel_run(runtime: AppRuntime, who: Who, run_id: str) -> Response:
    """Stop a run."""
    await service.cancel(runtime, who, run_id)
    return Response(status_code=204)
