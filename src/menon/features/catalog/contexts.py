"""What the pages of the catalog show, in the shapes that their templates declare."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.runtime import Runtime
from menon.core.web.frame import Engine, FramePart
from menon.engine.llm.choose import OFFLINE, Choice
from menon.features.catalog.schemas import AvailableOut, ModelOut, ProviderOut, UsageOut
from menon.features.catalog.service import DaysOfUsage, Models
from menon.features.catalog.service.keys import KeyShown

_TITLES: Final = {"offline": "Offline", "ollama": "Ollama", "openai": "OpenAI compatible"}
_EXAMPLES: Final = {"OLLAMA_BASE_URL": "http://127.0.0.1:11434"}
_ABILITIES: Final = ("chat", "tools", "vision", "embeddings", "local")
_FIGURES: Final = ("requests", "input_tokens", "output_tokens", "cost")
_NOTHING: Final[dict[str, Any]] = dict.fromkeys(_FIGURES, 0)


async def frame(runtime: Runtime, who: Principal) -> FramePart:
    """The engine badge: what `auto` means, from what is known already."""
    models = runtime[Models]
    models.glance()
    choice = await models.automatic()
    offline = choice.card.provider == OFFLINE
    return FramePart(
        engine=Engine(
            model=choice.card.qualified,
            state="warn" if offline else "good",
            detail=choice.reason,
            href="/admin/models" if who.is_admin else "/",
        )
    )


def policy(choice: Choice) -> dict[str, Any]:
    """What “automatic” is now, and why."""
    return {"automatic": choice.card.qualified, "why": choice.reason}


def health(
    found: AvailableOut, choice: Choice, who: Principal, *, keys: Mapping[str, KeyShown]
) -> dict[str, Any]:
    """Every provider with its models, and where its key comes from."""
    return {
        "providers": [
            {
                **_provider(provider, found.items, choice.card.qualified),
                "key": keys.get(provider.name),
            }
            for provider in found.providers
        ],
        "may_write": reach(who, Action.MODELS_MANAGE) is Reach.ANY,
    }


def usage(found: DaysOfUsage) -> dict[str, Any]:
    """The usage of the latest days, in all and in groups; a day without usage is a zero."""
    by_day = {one.key: _figures(one) for one in found.by_day}
    days = [found.today - timedelta(days=n) for n in reversed(range(found.days))]
    return {
        "days": found.days,
        "totals": {name: sum(day[name] for day in by_day.values()) for name in _FIGURES},
        "by_day": [{"day": day, **by_day.get(day.isoformat(), _NOTHING)} for day in days],
        "by_model": [
            {"model": one.key, "seconds": one.mean_seconds, **_figures(one)}
            for one in found.by_model
        ],
        "by_user": [
            {
                "user": found.names.get(one.key, "somebody who is gone"),
                "requests": one.requests,
                "tokens": one.input_tokens + one.output_tokens,
                "cost": one.cost,
            }
            for one in found.by_user
        ],
    }


def _figures(one: UsageOut) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _FIGURES}


def _provider(provider: ProviderOut, models: Sequence[ModelOut], automatic: str) -> dict[str, Any]:
    example = _EXAMPLES.get(provider.setting or "", "…")
    return {
        "name": provider.name,
        "title": _TITLES.get(provider.name, provider.name.capitalize()),
        "state": _state(provider),
        "detail": provider.detail if provider.configured else "Not configured.",
        "setting": f"{provider.setting}={example}" if not provider.configured else None,
        "latency": provider.latency_ms / 1000 if provider.latency_ms is not None else None,
        "pull": provider.name == "ollama" and provider.ok,
        "models": [_model(one, automatic) for one in models if one.provider == provider.name],
    }


def _state(provider: ProviderOut) -> str:
    if not provider.configured:
        return "off"
    return "good" if provider.ok else "bad"


def _model(model: ModelOut, automatic: str) -> dict[str, Any]:
    return {
        "name": model.name.partition(":")[2],
        "qualified": model.name,
        "size": f"{model.size / 1e9:.1f} GB" if model.size else "",
        "context": model.context,
        "abilities": [ability for ability in _ABILITIES if getattr(model, ability)],
        "default": model.name == automatic,
        "price_in": model.input_price,
        "price_out": model.output_price,
    }
