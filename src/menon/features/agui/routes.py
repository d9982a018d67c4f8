"""Routes of AG-UI: an agent's runs as its events, and what the agent can."""

from typing import Any

from fastapi.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.runs.wires import SSE
from menon.features.agui import service
from menon.features.agui.schemas import RunAgentIn

routes = Routes(tag="ag-ui")


@routes.post(
    "/agents/{agent_id}/ag-ui",
    action=Action.CHAT,
    stream=True,
    response_class=Response,
    responses={200: {"content": {SSE: {}}, "description": "AG-UI 1.0 events."}},
)
async def run_ag_ui(
    runtime: AppRuntime, who: Who, agent_id: PathText, body: RunAgentIn
) -> Response:
    """Run an agent by AG-UI 1.0; answers as its server-sent events."""
    return await service.run(runtime, who, agent_id, body)


@routes.get("/agents/{agent_id}/ag-ui", action=Action.READ)
async def get_ag_ui_capabilities(
    runtime: AppRuntime, who: Who, agent_id: PathText
) -> dict[str, Any]:
    """Read what an agent can, as AG-UI's `AgentCapabilities`."""
    return await service.capabilities(runtime, who, agent_id)
