"""Routes of one's own secrets, which one's workflows name as `{{ secrets.NAME }}`."""

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.vault import keeping
from menon.features.vault.schemas import SecretIn, SecretOut, SecretPatch

routes = Routes(tag="secrets")


@routes.get("/secrets", action=Action.INTEGRATE)
async def list_own_secrets(runtime: AppRuntime, who: Who, page: PageQuery) -> Listing[SecretOut]:
    """List your own secrets, masked; your workflows name them."""
    return await keeping.listing(runtime, who, keeping.own(who), page)


@routes.post("/secrets", action=Action.INTEGRATE, status_code=201)
async def store_own_secret(runtime: AppRuntime, who: Who, body: SecretIn) -> SecretOut:
    """Store a secret of your own, encrypted."""
    return await keeping.store(runtime, who, keeping.own(who), body, owner=who.user_id)


@routes.put("/secrets/{secret_id}", action=Action.INTEGRATE)
async def rotate_own_secret(
    runtime: AppRuntime, who: Who, secret_id: PathText, body: SecretPatch
) -> SecretOut:
    """Give a secret of your own another value; the one before is gone."""
    return await keeping.replace(runtime, who, keeping.own(who), secret_id, body)


@routes.delete("/secrets/{secret_id}", action=Action.INTEGRATE, status_code=204)
async def delete_own_secret(runtime: AppRuntime, who: Who, secret_id: PathText) -> None:
    """Take a secret of your own out of use."""
    await keeping.remove(runtime, who, keeping.own(who), secret_id)
