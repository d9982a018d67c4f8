"""What `auto` means: the operator's choice, else the best that is not too dear. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from menon.engine.llm.choose import OFFLINE, Choice, Wish, choose
from menon.engine.llm.provider import ModelCard

AUTO = "auto"

_STANDINS = 2

Prices = Mapping[str, tuple[float, float]]
"""US dollars per million tokens in and out, by qualified name or pattern."""


def priced(card: ModelCard, prices: Prices) -> ModelCard:
    """The card with the operator's prices, where there are some: the first pattern that fits."""
    found = next((prices[name] for name in prices if fnmatchcase(card.qualified, name)), None)
    return replace(card, input_price=found[0], output_price=found[1]) if found else card


def automatic(
    cards: Iterable[ModelCard], *, default: ModelCard | None, needs_tools: bool, dearest: float
) -> Choice:
    """What `auto` means: the default, else the best that is not too dear.

    Each other server lends one stand-in, at most two; the offline engine is the last.

    Args:
        cards: those whose server is well.
        default: the operator's choice, where its server is well.
        needs_tools: whether models that call no tools are left out.
        dearest: US dollars per million output tokens that nobody has to confirm.

    Raises:
        ModelUnavailable: there is none.
    """
    known = list(cards)
    affordable = [card for card in known if (card.output_price or 0.0) <= dearest]
    choice = choose(affordable, Wish(tools=needs_tools))
    ranked = [choice.card, *choice.fallbacks]
    reason = choice.reason
    if default is not None:
        ranked.insert(0, default)
        reason = f"{default.qualified} is the default of this server."
    elif choice.card.provider == OFFLINE and any(c.chat and c.provider != OFFLINE for c in known):
        reason = (
            "The language models that are well call no tools, or cost more than"
            f" {dearest:g} dollars per million tokens, so the offline engine answers;"
            " choose one of them by its name."
        )
    return Choice(card=ranked[0], fallbacks=_standins(ranked), reason=reason)


def _standins(ranked: Sequence[ModelCard]) -> tuple[ModelCard, ...]:
    """One model of each server besides the first one's."""
    by_server = {card.provider: card for card in reversed(ranked)}
    others = [card for name, card in by_server.items() if name != ranked[0].provider]
    others.sort(key=ranked.index)
    away = [card for card in others if card.provider != OFFLINE][:_STANDINS]
    return (*away, *(card for card in others if card.provider == OFFLINE))
