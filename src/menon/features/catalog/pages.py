"""Pages of the catalog for administrators: models and their health, usage."""

from typing import Annotated, Literal

from fastapi import Form, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.render import render
from menon.features.catalog import contexts, service
from menon.features.catalog.schemas import AvailableOut
from menon.features.catalog.service import Models, keys
from menon.kit.text import clean

pages = Routes(tag="models", pages=True)

Provider = Annotated[str, AfterValidator(clean)]
Key = Annotated[str, Form(max_length=5000)]
RunId = Annotated[str, Query(max_length=36), AfterValidator(clean)]
ModelName = Annotated[str, Form(max_length=150)]


@pages.get("/admin/models", action=Action.ADMIN)
async def models(request: Request, runtime: AppRuntime) -> Response:
    """What “automatic” means; the health of the servers is loaded after the page."""
    context = {"policy": contexts.policy(await runtime[Models].automatic()), "may_write": True}
    return await render(request, "catalog/models.html", context)


@pages.get("/admin/models/health", action=Action.ADMIN)
async def health(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Every provider with its models."""
    found = await service.everything(runtime, anew=False)
    return await _health(request, who, runtime, found)


@pages.post("/admin/models/refresh", action=Action.MODELS_MANAGE)
async def refresh(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """The same, of servers that were just asked."""
    return await _health(request, who, runtime, await service.everything(runtime))


@pages.post("/admin/models/keys/{provider}", action=Action.MODELS_MANAGE)
async def store_key(
    request: Request, who: Who, runtime: AppRuntime, *, provider: Provider, secret: Key
) -> Response:
    """Store a provider's key, and look whether it is taken."""
    await keys.store_key(runtime, who, provider, secret)
    found = await service.everything(runtime, anew=False)
    return await _health(request, who, runtime, found, done="The key is stored.")


@pages.delete("/admin/models/keys/{provider}", action=Action.MODELS_MANAGE)
async def delete_key(
    request: Request, who: Who, runtime: AppRuntime, provider: Provider
) -> Response:
    """Delete the key of a provider."""
    await keys.delete_key(runtime, who, provider)
    found = await service.everything(runtime, anew=False)
    return await _health(request, who, runtime, found, done="The key is deleted.")


@pages.post("/admin/models/pull", action=Action.MODELS_MANAGE)
async def pull(request: Request, who: Who, runtime: AppRuntime, model: ModelName) -> Response:
    """Begin to download a model."""
    begun = await service.pull(runtime, who, model)
    context = {"model": begun.model, "run_id": begun.run_id}
    return await render(request, "catalog/_pull.html", context)


@pages.get("/admin/models/pulled", action=Action.MODELS_MANAGE)
async def pulled(request: Request, who: Who, runtime: AppRuntime, run: RunId) -> Response:
    """How a download ended."""
    model, error = await service.pulled(runtime, who, run)
    return await render(request, "catalog/_pulled.html", {"model": model, "error": error})


@pages.get("/admin/usage", action=Action.ADMIN)
async def usage(
    request: Request, who: Who, runtime: AppRuntime, days: Literal["7", "30", "90"] = "30"
) -> Response:
    """Requests, tokens and cost of the latest days."""
    found = await service.usage_of_days(runtime, who, int(days))
    return await render(request, "catalog/usage.html", contexts.usage(found))


async def _health(
    request: Request, who: Who, runtime: AppRuntime, found: AvailableOut, *, done: str = ""
) -> Response:
    shown = await keys.provider_keys(runtime, who)
    context = contexts.health(found, await runtime[Models].automatic(), who, keys=shown)
    toast = ("success", done) if done else None
    return await render(request, "catalog/_health.html", context, toast=toast)
