"""The agent that says how the server is."""

from typing import Any, cast

from menon.core.auth import Action, Principal, authorize
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool
from menon.features.monitor import service


@tool
async def check_health(context: ToolContext) -> dict[str, Any]:
    """Say whether everything that the server needs is there."""
    return await service.condition(cast("Runtime", context.runtime))


@tool
async def get_system_status(context: ToolContext) -> dict[str, Any]:
    """Say how the server is, and count its runs; for administrators."""
    authorize(cast("Principal", context.who), Action.ADMIN)
    return await service.status(cast("Runtime", context.runtime))


agent = AgentSpec(
    id="system_monitor",
    name="System monitor",
    description="Says how the server is.",
    actions=(check_health, get_system_status),
)
