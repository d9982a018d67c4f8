"""Routes of asking agents for actions, and of what they did."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who
from menon.features.agents.dispatch import activities, capable
from menon.features.agents.dispatch import service as dispatch
from menon.features.agents.dispatch.activities import ActivityFilter
from menon.features.agents.dispatch.schemas import (
    ActivityOut,
    CapabilitiesOut,
    RouteIn,
    RouteOut,
)

routes = Routes(tag="agents")

Words = Annotated[str | None, Query(max_length=100)]


@routes.get("/agents/activities", action=Action.READ)
async def list_activities(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    agent_id: Words = None,
    action: Words = None,
    project_id: Words = None,
    user_id: Words = None,
    success: bool | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Listing[ActivityOut]:
    """List what agents did for you, newest first; administrators see everybody's."""
    wanted = ActivityFilter(
        agent_id=agent_id,
        action=action,
        project_id=project_id,
        user_id=user_id,
        success=success,
        since=since,
        until=until,
    )
    return await activities.listing(runtime, who, wanted, page)


@routes.get("/agents/capabilities", action=Action.READ)
async def list_capabilities(runtime: AppRuntime, who: Who) -> CapabilitiesOut:
    """Read what can be asked for, and of which agents."""
    return await capable.by_capability(runtime, who)


@routes.post("/agents/route", action=Action.CHAT)
async def route_request(runtime: AppRuntime, who: Who, body: RouteIn) -> RouteOut:
    """Have an agent do something, by its id or by what it can do."""
    return await dispatch.route(runtime, who, body)
