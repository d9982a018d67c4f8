"""Routes of agents."""

from typing import Annotated

from fastapi import Header, Query
from fastapi.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who
from menon.core.runs.log import RunLog
from menon.core.runs.wires import NDJSON, ndjson, pieces, streamed
from menon.features.agents import running, service, standing
from menon.features.agents.schemas import (
    AgentIn,
    AgentOut,
    AgentPatch,
    AnswerOut,
    BackendAgentIn,
    PastMessage,
    RunIn,
    StatusOut,
)

routes = Routes(tag="agents")


@routes.get("/agents", action=Action.READ)
async def list_agents(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    active_only: bool = False,
    agent_type: Annotated[str | None, Query(max_length=60)] = None,
    skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Listing[AgentOut]:
    """List the agents that you may use, newest first."""
    return await service.listing(runtime, who, page, active_only, agent_type, skip)


@routes.post("/agents", action=Action.AUTHOR, status_code=201)
async def create_agent(runtime: AppRuntime, who: Who, body: AgentIn) -> AgentOut:
    """Create an agent."""
    return await service.create(runtime, who, body)


@routes.post("/agents/create", action=Action.AUTHOR, status_code=201)
async def create_agent_from_config(runtime: AppRuntime, who: Who, body: BackendAgentIn) -> AgentOut:
    """Create an agent from a model name and a configuration."""
    return await service.create(runtime, who, body.as_agent())


@routes.get("/agents/{agent_id}", action=Action.READ)
async def get_agent(runtime: AppRuntime, who: Who, agent_id: str) -> AgentOut:
    """Read an agent by id or slug."""
    return await service.get(runtime, who, agent_id)


@routes.put("/agents/{agent_id}", action=Action.AUTHOR)
async def update_agent(runtime: AppRuntime, who: Who, agent_id: str, body: AgentPatch) -> AgentOut:
    """Change an agent; another configuration becomes a new version."""
    return await service.update(runtime, who, agent_id, body)


@routes.delete("/agents/{agent_id}", action=Action.AUTHOR, status_code=204)
async def delete_agent(runtime: AppRuntime, who: Who, agent_id: str) -> None:
    """Delete an agent with its versions."""
    await service.delete(runtime, who, agent_id)


@routes.post(
    "/agents/{agent_id}/run",
    action=Action.CHAT,
    stream=True,
    response_model=AnswerOut,
    responses={200: {"content": {NDJSON: {}}}},
)
async def run_agent(
    runtime: AppRuntime,
    who: Who,
    agent_id: str,
    body: RunIn,
    accept: Annotated[str, Header(max_length=500)] = "",
) -> AnswerOut | Response:
    """Ask an agent; answers as JSON, or as NDJSON events where `Accept` asks for them."""
    if NDJSON not in accept:
        return await running.ask(runtime, who, agent_id, body)
    run_id = await running.start(runtime, who, agent_id, body)
    events = runtime[RunLog].follow(run_id)
    return streamed(pieces(events, ndjson), NDJSON, {"X-Run-ID": run_id})


@routes.get("/agents/{agent_id}/status", action=Action.READ)
async def agent_status(runtime: AppRuntime, who: Who, agent_id: str) -> StatusOut:
    """Read whether an agent can answer now, and with which model."""
    return await standing.status(runtime, who, agent_id)


@routes.get("/agents/{agent_id}/history", action=Action.READ)
async def agent_history(
    runtime: AppRuntime,
    who: Who,
    agent_id: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Listing[PastMessage]:
    """Read your latest messages with an agent, oldest first."""
    return Listing(items=await service.history(runtime, who, agent_id, limit))


@routes.delete("/agents/{agent_id}/history", action=Action.CHAT, status_code=204)
async def clear_agent_history(runtime: AppRuntime, who: Who, agent_id: str) -> None:
    """Forget your messages with an agent."""
    await service.clear_history(runtime, who, agent_id)
