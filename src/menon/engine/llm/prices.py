"""What models cost and how much they hold, where the public price list knows them."""

from dataclasses import dataclass, replace

from menon.engine.llm.provider import ModelCard

_SAMPLE = 1000
"""Tokens to ask the price of: few, since some models cost more for long inputs."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """An entry of the price list; US dollars per million tokens."""

    input_price: float
    output_price: float
    context: int | None


def listed(provider: str, name: str) -> Listing | None:
    """What the list says; None for a model that it does not know. Loading the list takes 0.5 s."""
    from genai_prices import Usage, calc_price
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, model = get_snapshot().find_provider_model(name, None, provider, None)
        ask = calc_price(Usage(input_tokens=_SAMPLE), model_ref=name, provider_id=provider)
        answer = calc_price(Usage(output_tokens=_SAMPLE), model_ref=name, provider_id=provider)
    except LookupError:
        return None
    per_million = 1_000_000 / _SAMPLE
    return Listing(
        input_price=float(ask.total_price) * per_million,
        output_price=float(answer.total_price) * per_million,
        context=model.context_window,
    )


def priced(card: ModelCard) -> ModelCard:
    """The card with prices, and with the context window where the server did not tell it."""
    listing = listed(card.provider, card.name)
    if listing is None:
        return card
    return replace(
        card,
        context=card.context or listing.context,
        input_price=listing.input_price,
        output_price=listing.output_price,
    )


def cost(card: ModelCard, *, input_tokens: int, output_tokens: int) -> float:
    """US dollars; 0 where the price is unknown or nothing is charged."""
    dollars = input_tokens * (card.input_price or 0) + output_tokens * (card.output_price or 0)
    return dollars / 1_000_000
