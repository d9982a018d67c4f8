"""What can be seen of the models: lists, health, what works with which, performance."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import ModelUnavailable, NotConfigured, NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.llm.choose import Content, Wish, choose
from menon.engine.llm.provider import ModelCard, Provider
from menon.engine.llm.sources import Source
from menon.features.catalog import queries, rules
from menon.features.catalog.schemas import (
    AvailableOut,
    CapabilityOut,
    Grouping,
    ModelOut,
    OllamaHealthOut,
    PerformanceOut,
    ProviderOut,
    SelectIn,
    SelectOut,
    StatsOut,
    UsageOut,
)
from menon.features.catalog.service.resolve import Models
from menon.features.catalog.service.usage import shown_usage
from menon.kit.pages import encode_cursor

_DAYS = 30
_FALLBACKS = 5


async def everything(runtime: Runtime, *, anew: bool = True) -> AvailableOut:
    """Every model at once, for operators; of servers that were just asked, or lately."""
    if anew:
        await runtime[Models].refresh()
    return await available(runtime, Page(limit=10_000))


async def available(runtime: Runtime, page: Page) -> AvailableOut:
    """The models by name, every provider, and what works offline and what needs a model."""
    models = runtime[Models]
    await models.current()
    well = {source.provider.name for source in models.sources if source.usable}
    items, cursor = _sliced([_shown(card, well) for card in models.cards], page)
    usable = [card for card in models.cards if card.provider in well]
    return AvailableOut(
        items=items,
        next_cursor=cursor,
        default=models.default,
        providers=[_provider(models, provider) for provider in models.providers.values()],
        capabilities=[CapabilityOut.model_validate(found) for found in rules.capabilities(usable)],
    )


async def refresh(runtime: Runtime, page: Page) -> AvailableOut:
    """Ask every server anew, and show what they say."""
    await runtime[Models].refresh()
    return await available(runtime, page)


async def performance(runtime: Runtime, page: Page) -> Listing[PerformanceOut]:
    """How each model did in the latest runs, by name."""
    runs = await runtime.db.read(queries.recent_runs)
    shown = [PerformanceOut.model_validate(found) for found in rules.performance(runs)]
    after = page.after(1)
    shown = [one for one in shown if after is None or one.model > str(after[0])]
    more = len(shown) > page.limit
    items = shown[: page.limit]
    return Listing(items=items, next_cursor=encode_cursor(items[-1].model) if more else None)


async def stats(runtime: Runtime, who: Principal, name: str) -> StatsOut:
    """One model: what it is, what one's own runs (all, for administrators) took, how it did.

    Raises:
        NotFound: no server lists it, and no run that one may see used it.
    """
    models = runtime[Models]
    await models.current()
    well = {source.provider.name for source in models.sources if source.usable}
    card = next((card for card in models.cards if card.qualified == name), None)
    total, days = await runtime.db.read(_usage_of, who, name)
    if card is None and total is None:
        raise NotFound(f"There is no model {name!r}; GET /api/v1/models/available lists them.")
    measured = rules.performance(
        run for run in await runtime.db.read(queries.recent_runs) if run.model == name
    )
    return StatsOut(
        name=name,
        model=_shown(card, well) if card else None,
        usage=total,
        days=days,
        performance=PerformanceOut.model_validate(measured[0]) if measured else None,
    )


async def select(runtime: Runtime, body: SelectIn) -> SelectOut:
    """The model that fits a task best, of those whose server is well, and what else would do.

    Raises:
        ModelUnavailable: none can do it; says what is missing.
    """
    models = runtime[Models]
    await models.current()
    well = {source.provider.name for source in models.sources if source.usable}
    measured = rules.performance(await runtime.db.read(queries.recent_runs))
    only_local = body.requirements.local
    choice = choose(
        (c for c in models.cards if c.provider in well and (c.local or not only_local)),
        _wish(body, {m.model: m.tokens_per_second or 0.0 for m in measured}),
    )
    return SelectOut(
        selected_model=choice.card.qualified,
        model_info=_shown(choice.card, well),
        fallback_models=[card.qualified for card in choice.fallbacks[:_FALLBACKS]],
        selection_reason=choice.reason,
    )


async def ollama_health(runtime: Runtime) -> OllamaHealthOut:
    """How the Ollama server is, asked now.

    Raises:
        NotConfigured: there is none.
    """
    source = ollama(runtime)
    health = (await source.look(runtime.clock.now())).health
    return OllamaHealthOut(
        status="ok" if health.ok else "unavailable",
        detail=health.detail,
        version=health.version,
        latency_ms=health.latency_ms,
    )


async def ollama_models(runtime: Runtime, page: Page) -> Listing[ModelOut]:
    """The models that are installed on the Ollama server, asked now.

    Raises:
        NotConfigured: there is none.
        ModelUnavailable: it does not answer.
    """
    source = ollama(runtime)
    seen = await source.look(runtime.clock.now())
    if not seen.health.ok:
        raise ModelUnavailable(seen.health.detail)
    items, cursor = _sliced([_shown(card, {card.provider}) for card in seen.cards], page)
    return Listing(items=items, next_cursor=cursor)


async def ollama_names(runtime: Runtime, page: Page) -> Listing[str]:
    """The names of the models that are installed on the Ollama server."""
    found = await ollama_models(runtime, page)
    names = [model.name.partition(":")[2] for model in found.items]
    return Listing(items=names, next_cursor=found.next_cursor)


def ollama(runtime: Runtime) -> Source:
    """The Ollama server.

    Raises:
        NotConfigured: there is none.
    """
    try:
        return runtime[Models].source("ollama")
    except ModelUnavailable as error:
        raise NotConfigured(
            "Ollama is not configured; set OLLAMA_BASE_URL, such as http://127.0.0.1:11434."
        ) from error


def _wish(body: SelectIn, speeds: Mapping[str, float]) -> Wish:
    needs = body.requirements
    return Wish(
        task=body.task_type,
        content=Content.IMAGE if needs.vision else body.content_type,
        priority=body.priority,
        tools=needs.tools,
        tokens=max(body.max_tokens, needs.context),
        speeds=speeds,
    )


def _sliced(models: list[ModelOut], page: Page) -> tuple[list[ModelOut], str | None]:
    after = page.after(1)
    ordered = sorted(models, key=lambda model: model.name)
    left = [model for model in ordered if after is None or model.name > str(after[0])]
    items = left[: page.limit]
    return items, encode_cursor(items[-1].name) if len(left) > page.limit else None


def _shown(card: ModelCard, well: set[str]) -> ModelOut:
    return ModelOut(
        name=card.qualified,
        provider=card.provider,
        available=card.provider in well,
        chat=card.chat,
        tools=card.tools,
        vision=card.vision,
        embeddings=card.embeddings,
        context=card.context,
        size=card.size,
        local=card.local,
        input_price=card.input_price,
        output_price=card.output_price,
    )


def _provider(models: Models, provider: Provider) -> ProviderOut:
    source = models.configured(provider.name)
    seen = source.seen if source else None
    if source is None:
        detail = f"Not configured; set {provider.setting}."
    else:
        detail = seen.health.detail if seen else "Not asked yet."
    return ProviderOut(
        name=provider.name,
        configured=source is not None,
        ok=source is not None and source.usable,
        detail=detail,
        local=provider.local,
        setting=provider.setting or None,
        version=seen.health.version if seen else None,
        latency_ms=seen.health.latency_ms if seen else None,
        models=len(seen.cards) if seen else 0,
        checked_at=seen.at if seen else None,
    )


def _usage_of(
    session: Session, who: Principal, model: str
) -> tuple[UsageOut | None, list[UsageOut]]:
    wanted = queries.UsageFilter(model=model)
    total = session.execute(queries.usage(who, wanted, Grouping.MODEL)).first()
    by_day = queries.usage(who, wanted, Grouping.DAY).order_by(None)
    days = session.execute(by_day.order_by(queries.group(Grouping.DAY).desc()).limit(_DAYS))
    return (shown_usage(total) if total else None), [shown_usage(row) for row in days]
