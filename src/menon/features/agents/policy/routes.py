"""Routes of policy: what one has allowed for good, and the look before a call."""

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.agents.policy import grants, preflight
from menon.features.agents.policy.schemas import GrantOut, PreflightIn, PreflightOut

routes = Routes(tag="agents")
security = Routes(tag="security")


@routes.get("/agents/{agent_id}/grants", action=Action.READ)
async def list_grants(
    runtime: AppRuntime, who: Who, agent_id: PathText, page: PageQuery
) -> Listing[GrantOut]:
    """List what you have allowed an agent for good, newest first."""
    return await grants.listing(runtime, who, agent_id, page)


@routes.delete("/agents/{agent_id}/grants/{grant_id}", action=Action.CHAT, status_code=204)
async def revoke_grant(
    runtime: AppRuntime, who: Who, agent_id: PathText, grant_id: PathText
) -> None:
    """Take back what you have allowed an agent; it asks again."""
    await grants.revoke(runtime, who, agent_id, grant_id)


@security.post("/security/validate-tool-execution", action=Action.READ)
async def validate_tool_execution(runtime: AppRuntime, who: Who, body: PreflightIn) -> PreflightOut:
    """Say whether a tool call would run, be asked for or be denied, and why; nothing is called."""
    return await preflight.look(runtime, who, body)
