"""The page after signing in, and what the command palette finds."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import JSONResponse, Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.render import render
from menon.features.dashboard import contexts, palette

pages = Routes(tag="dashboard", pages=True)


@pages.get("/", action=Action.READ)
async def dashboard(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Ask, first steps, what happened lately."""
    return await render(request, "dashboard/dashboard.html", await contexts.page(runtime, who))


@pages.get("/palette", action=Action.READ)
async def find(
    runtime: AppRuntime, who: Who, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Things with these words in their names, as the palette lists them."""
    return JSONResponse(await palette.find(runtime, who, q))
