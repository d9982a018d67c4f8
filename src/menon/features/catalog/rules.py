"""What is decided about models: what they are for, and how they do. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from menon.engine.llm.choose import OFFLINE
from menon.engine.llm.provider import ModelCard


@dataclass(frozen=True, kw_only=True)
class Measured:
    """An ended run in figures."""

    model: str
    ok: bool
    ended_at: datetime
    seconds: float
    output_tokens: int


@dataclass(frozen=True, kw_only=True)
class Performance:
    """How a model did over a number of runs; times of the completed ones."""

    model: str
    runs: int
    success_rate: float
    mean_seconds: float | None
    p95_seconds: float | None
    tokens_per_second: float | None
    last_at: datetime


REMEDY = "Set OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL to connect a model."


def performance(runs: Iterable[Measured]) -> list[Performance]:
    """How each model did, in the order of their names."""
    by_model: dict[str, list[Measured]] = {}
    for run in runs:
        by_model.setdefault(run.model, []).append(run)
    return [_performance(model, by_model[model]) for model in sorted(by_model)]


@dataclass(frozen=True, kw_only=True)
class Capability:
    """Something that models are for."""

    name: str
    description: str
    offline: bool
    does: Callable[[ModelCard], bool]
    """Whether a model does it."""


CAPABILITIES = (
    Capability(
        name="search",
        description="Find passages in your documents by words and by meaning.",
        offline=True,
        does=lambda _card: False,
    ),
    Capability(
        name="answer",
        description="Answer questions from your documents, with citations.",
        offline=True,
        does=lambda card: card.chat and card.tools,
    ),
    Capability(
        name="embed",
        description="Turn texts into vectors.",
        offline=True,
        does=lambda card: card.embeddings,
    ),
    Capability(
        name="generate",
        description="Converse freely; write, summarise, translate, plan.",
        offline=False,
        does=lambda card: card.chat and card.provider != OFFLINE,
    ),
    Capability(
        name="reason_with_tools",
        description="Decide by itself which tools to call, and go on with what they say.",
        offline=False,
        does=lambda card: card.chat and card.tools and card.provider != OFFLINE,
    ),
    Capability(
        name="vision",
        description="Read images.",
        offline=False,
        does=lambda card: card.vision,
    ),
)

_NAMED = 10


@dataclass(frozen=True, kw_only=True)
class Ability:
    """A capability, and what does it here now."""

    name: str
    description: str
    offline: bool
    needs_model: bool
    available: bool
    models: list[str]
    remedy: str | None


def capabilities(usable: Iterable[ModelCard]) -> list[Ability]:
    """What works without a model, what needs one, and which of the usable ones do it."""
    cards = list(usable)
    return [_ability(each, [c.qualified for c in cards if each.does(c)]) for each in CAPABILITIES]


def _ability(wanted: Capability, doing: Sequence[str]) -> Ability:
    available = wanted.offline or bool(doing)
    return Ability(
        name=wanted.name,
        description=wanted.description,
        offline=wanted.offline,
        needs_model=not wanted.offline,
        available=available,
        models=sorted(doing)[:_NAMED],
        remedy=None if available else REMEDY,
    )


def _performance(model: str, runs: Sequence[Measured]) -> Performance:
    good = [run for run in runs if run.ok]
    times = sorted(run.seconds for run in good)
    total = sum(times)
    tokens = sum(run.output_tokens for run in good)
    return Performance(
        model=model,
        runs=len(runs),
        success_rate=len(good) / len(runs),
        mean_seconds=mean(total, len(good)),
        p95_seconds=percentile(times, 0.95),
        tokens_per_second=tokens / total if total > 0 else None,
        last_at=max(run.ended_at for run in runs),
    )


def percentile(ordered: Sequence[float], part: float) -> float | None:
    """The smallest value that at least this part does not exceed (nearest rank)."""
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else None


def mean(total: float, count: int) -> float | None:
    """The mean, where there is something to take it of."""
    return total / count if count else None


def seconds(start: datetime | None, end: datetime | None) -> float:
    """From one time to the other; 0 where one is missing or the clock went back."""
    return max(0.0, (end - start).total_seconds()) if start and end else 0.0
