"""Chooses a model by what it has to do and what matters most: pure, over what models are known."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from menon.core.errors import ModelUnavailable
from menon.engine.llm.provider import ModelCard

OFFLINE = "offline"
"""The provider that always answers, and comes last."""


class Task(StrEnum):
    """What a model is wanted for."""

    CHAT = "chat"
    CODE = "code"
    REASON = "reason"
    SUMMARIZE = "summarize"
    ANALYZE = "analyze"
    EMBED = "embed"


class Content(StrEnum):
    """What it has to read."""

    TEXT = "text"
    IMAGE = "image"


class Priority(StrEnum):
    """What matters most."""

    QUALITY = "quality"
    SPEED = "speed"
    COST = "cost"
    PRIVACY = "privacy"
    """The text does not leave the operator's machines, whatever that costs."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked of a model."""

    task: Task = Task.CHAT
    content: Content = Content.TEXT
    priority: Priority = Priority.QUALITY
    tools: bool = False
    """Whether it must call tools."""
    tokens: int = 0
    """How much must fit into one request."""
    preferred: str = ""
    """A qualified name that wins where it can do the job."""
    speeds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Measured tokens per second by qualified name, where there are measurements."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The model that fits best, those to try after it, and why, in a sentence."""

    card: ModelCard
    fallbacks: tuple[ModelCard, ...]
    reason: str


def choose(cards: Iterable[ModelCard], wish: Wish) -> Choice:
    """The best of the models; `cards` are those whose server is well.

    Raises:
        ModelUnavailable: none can do it; says what is missing.
    """
    known = list(cards)
    able = [card for card in known if not lacking(card, wish)]
    if not able:
        raise ModelUnavailable(_missing(known, wish))
    key = _ORDERS[wish.priority]
    ranked = sorted(
        able,
        key=lambda card: (
            card.provider == OFFLINE,
            card.qualified != wish.preferred,
            key(card, wish),
            card.qualified,
        ),
    )
    return Choice(card=ranked[0], fallbacks=tuple(ranked[1:]), reason=_reason(ranked, wish))


def lacking(card: ModelCard, wish: Wish) -> str:
    """What the model lacks for this; empty when it can do it."""
    needs = (
        (wish.task is not Task.EMBED or card.embeddings, "makes embeddings"),
        (wish.task is Task.EMBED or card.chat, "chats"),
        (wish.content is not Content.IMAGE or card.vision, "sees images"),
        (not wish.tools or card.tools, "calls tools"),
        (card.context is None or card.context >= wish.tokens, f"holds {wish.tokens} tokens"),
        (wish.priority is not Priority.PRIVACY or card.local, "runs with the operator"),
    )
    return next((ability for met, ability in needs if not met), "")


def _missing(cards: Sequence[ModelCard], wish: Wish) -> str:
    lacks = dict.fromkeys(lacking(card, wish) for card in cards)
    if not lacks:
        return "There is no model; set OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL."
    abilities = " or ".join(lacks)
    return f"None of the {len(cards)} models that are well {abilities}; configure one that does."


def _reason(ranked: Sequence[ModelCard], wish: Wish) -> str:
    best = ranked[0]
    if best.provider == OFFLINE:
        return "No language model is configured and well, so the offline engine answers."
    if best.qualified == wish.preferred:
        return f"{best.qualified} is preferred and can do it."
    others = [card for card in ranked if card.provider != OFFLINE]
    if len(others) == 1:
        return f"{best.qualified} is the only language model that can do it."
    return f"{best.qualified} {_WHY[wish.priority]} of the {len(others)} models that can do it."


Rank = tuple[float, ...]


def _price(card: ModelCard) -> float | None:
    if card.input_price is None or card.output_price is None:
        return None
    return card.input_price + card.output_price


def _by_quality(card: ModelCard, wish: Wish) -> Rank:
    """Dear models are the better ones of their makers; without a price, large ones are."""
    del wish
    return (-(_price(card) or 0.0), -(card.size or 0), -(card.context or 0))


def _by_speed(card: ModelCard, wish: Wish) -> Rank:
    """What was measured; else small and cheap models are the fast ones."""
    measured = wish.speeds.get(card.qualified)
    price = _price(card)
    return (
        0.0 if measured else 1.0,
        -(measured or 0.0),
        price if price is not None else float("inf"),
        float(card.size or 0),
    )


def _by_cost(card: ModelCard, wish: Wish) -> Rank:
    """Free before known before unknown prices; of the free ones the largest."""
    del wish
    price = _price(card)
    return (price if price is not None else float("inf"), -(card.size or 0))


_ORDERS: dict[Priority, Callable[[ModelCard, Wish], Rank]] = {
    Priority.QUALITY: _by_quality,
    Priority.SPEED: _by_speed,
    Priority.COST: _by_cost,
    Priority.PRIVACY: _by_quality,
}
_WHY = {
    Priority.QUALITY: "is probably the most capable",
    Priority.SPEED: "is probably the fastest",
    Priority.COST: "is the cheapest",
    Priority.PRIVACY: "is the most capable that keeps the text here",
}
