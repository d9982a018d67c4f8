"""Routes of an agent's versions and labels."""

from typing import Annotated

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.agents.schemas import AgentOut, DiffOut, LabelIn, VersionOut
from menon.features.agents.versions import service as versions

routes = Routes(tag="agents")

Version = Annotated[str, Query(max_length=40, description="A number or a label.")]


@routes.get("/agents/{agent_id}/versions", action=Action.READ)
async def list_versions(
    runtime: AppRuntime, who: Who, agent_id: PathText, page: PageQuery
) -> Listing[VersionOut]:
    """List an agent's versions with their labels, newest first."""
    return await versions.listing(runtime, who, agent_id, page)


@routes.get("/agents/{agent_id}/versions/{version}", action=Action.READ)
async def get_version(
    runtime: AppRuntime, who: Who, agent_id: PathText, version: PathText
) -> VersionOut:
    """Read one version of an agent, by number or label."""
    return await versions.get(runtime, who, agent_id, version)


@routes.post("/agents/{agent_id}/versions/{version}/current", action=Action.AUTHOR)
async def set_current_version(
    runtime: AppRuntime, who: Who, agent_id: PathText, version: PathText
) -> AgentOut:
    """Have another version of an agent answer from now on; nothing is written anew."""
    return await versions.set_current(runtime, who, agent_id, version)


@routes.get("/agents/{agent_id}/diff", action=Action.READ)
async def diff_versions(
    runtime: AppRuntime, who: Who, agent_id: PathText, before: Version, after: Version = "current"
) -> DiffOut:
    """Compare two versions of an agent."""
    return await versions.diff(runtime, who, agent_id, before=before, after=after)


@routes.put("/agents/{agent_id}/labels/{label}", action=Action.AUTHOR)
async def set_label(
    runtime: AppRuntime, who: Who, agent_id: PathText, label: PathText, body: LabelIn
) -> AgentOut:
    """Put a label on a version of an agent; it leaves the version that had it."""
    return await versions.label(runtime, who, agent_id, label, body.version)


@routes.delete("/agents/{agent_id}/labels/{label}", action=Action.AUTHOR, status_code=204)
async def remove_label(runtime: AppRuntime, who: Who, agent_id: PathText, label: PathText) -> None:
    """Take a label off an agent."""
    await versions.unlabel(runtime, who, agent_id, label)
