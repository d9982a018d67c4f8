"""HTTP operations of the catalog; the fixed paths stand before those with a model's name."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.catalog import service
from menon.features.catalog.queries import UsageFilter
from menon.features.catalog.schemas import (
    AvailableOut,
    Grouping,
    ModelOut,
    OllamaHealthOut,
    PerformanceOut,
    PullOut,
    SelectIn,
    SelectOut,
    StatsOut,
    UsageOut,
)
from menon.kit.text import clean

models = Routes(tag="models")
ollama = Routes(tag="ollama")

QueryText = Annotated[str, Query(max_length=200), AfterValidator(clean)]


@models.get("/models/available", action=Action.MODELS_READ)
async def available(runtime: AppRuntime, page: PageQuery) -> AvailableOut:
    """List models and providers, and what works offline or needs a model."""
    return await service.available(runtime, page)


@models.get("/models/performance", action=Action.MODELS_READ)
async def performance(runtime: AppRuntime, page: PageQuery) -> Listing[PerformanceOut]:
    """Show how models did in the latest runs."""
    return await service.performance(runtime, page)


@models.get("/models/usage", action=Action.MODELS_READ)
async def usage(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    by: Grouping = Grouping.MODEL,
    since: Annotated[date | None, Query(description="The first day, UTC.")] = None,
    until: Annotated[date | None, Query(description="The last day, UTC.")] = None,
    model: QueryText = "",
    user: QueryText = "",
) -> Listing[UsageOut]:
    """Show requests, tokens and cost: yours, or everybody's for administrators."""
    wanted = UsageFilter(since=since, until=until, model=model or None, user_id=user or None)
    return await service.usage(runtime, who, wanted, page, by=by)


@models.post("/models/refresh", action=Action.MODELS_MANAGE)
async def refresh(runtime: AppRuntime, page: PageQuery) -> AvailableOut:
    """Ask every model server anew what it offers."""
    return await service.refresh(runtime, page)


@models.post("/models/select", action=Action.MODELS_READ)
async def select(runtime: AppRuntime, body: SelectIn) -> SelectOut:
    """Choose a model by task, content and priority, with fallbacks and the reason."""
    return await service.select(runtime, body)


@models.get("/models/{model_name:path}/stats", action=Action.MODELS_READ)
async def stats(runtime: AppRuntime, who: Who, model_name: PathText) -> StatsOut:
    """Show one model: what it can, what it took, how it did."""
    return await service.stats(runtime, who, model_name)


@ollama.get("/ollama/health", action=Action.MODELS_READ)
async def ollama_health(runtime: AppRuntime) -> OllamaHealthOut:
    """Say how the Ollama server is."""
    return await service.ollama_health(runtime)


@ollama.get("/ollama/models", action=Action.MODELS_READ)
async def ollama_models(runtime: AppRuntime, page: PageQuery) -> Listing[ModelOut]:
    """List the models on the Ollama server."""
    return await service.ollama_models(runtime, page)


@ollama.get("/ollama/models/names", action=Action.MODELS_READ)
async def ollama_names(runtime: AppRuntime, page: PageQuery) -> Listing[str]:
    """List the names of the models on the Ollama server."""
    return await service.ollama_names(runtime, page)


@ollama.post("/ollama/models/pull/{model_name:path}", action=Action.MODELS_MANAGE, status_code=202)
async def pull(runtime: AppRuntime, who: Who, model_name: PathText) -> PullOut:
    """Begin to download a model; follow the run for its progress."""
    return await service.pull(runtime, who, model_name)
