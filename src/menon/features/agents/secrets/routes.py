"""Routes of an agent's secrets."""

from fastapi import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.agents.secrets import service as secrets
from menon.features.vault.schemas import SecretIn, SecretOut, SecretPatch, SecretValue

routes = Routes(tag="secrets")


@routes.get("/agents/{agent_id}/secrets", action=Action.INTEGRATE)
async def list_secrets(
    runtime: AppRuntime, who: Who, agent_id: PathText, page: PageQuery
) -> Listing[SecretOut]:
    """List the secrets of an agent, masked."""
    return await secrets.listing(runtime, who, agent_id, page)


@routes.post("/agents/{agent_id}/secrets", action=Action.INTEGRATE, status_code=201)
async def store_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, body: SecretIn
) -> SecretOut:
    """Store a secret for an agent, encrypted."""
    return await secrets.store(runtime, who, agent_id, body)


@routes.get("/agents/{agent_id}/secrets/{secret_id}", action=Action.INTEGRATE)
async def get_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, secret_id: PathText
) -> SecretOut:
    """Read what is known of a secret, but its value."""
    return await secrets.get(runtime, who, agent_id, secret_id)


@routes.put("/agents/{agent_id}/secrets/{secret_id}", action=Action.INTEGRATE)
async def rotate_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, secret_id: PathText, body: SecretPatch
) -> SecretOut:
    """Give a secret another value; the one before is gone."""
    return await secrets.replace(runtime, who, agent_id, secret_id, body)


@routes.delete("/agents/{agent_id}/secrets/{secret_id}", action=Action.INTEGRATE, status_code=204)
async def delete_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, secret_id: PathText
) -> None:
    """Take a secret out of use."""
    await secrets.remove(runtime, who, agent_id, secret_id)


@routes.get("/agents/{agent_id}/secrets/{secret_key}/value", action=Action.INTEGRATE)
async def read_secret(
    runtime: AppRuntime, who: Who, agent_id: PathText, secret_key: PathText, response: Response
) -> SecretValue:
    """Read a secret in clear, by its key; the reading is recorded."""
    response.headers["Cache-Control"] = "no-store"
    return await secrets.value(runtime, who, agent_id, secret_key)
