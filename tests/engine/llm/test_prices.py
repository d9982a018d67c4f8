import pytest

from menon.engine.llm.prices import cost, listed, priced
from menon.engine.llm.provider import ModelCard


def test_a_known_model_has_its_price_and_window() -> None:
    card = priced(ModelCard(provider="openai", name="gpt-4o"))
    assert (card.input_price, card.output_price) == (pytest.approx(2.5), pytest.approx(10.0))
    assert card.context == 128_000


def test_what_the_server_tells_of_its_window_stands() -> None:
    assert priced(ModelCard(provider="openai", name="gpt-4o", context=5)).context == 5


@pytest.mark.parametrize(
    ("provider", "name"), [("openai", "fake"), ("ollama", "llama3"), ("nobody", "gpt-4o")]
)
def test_an_unknown_model_has_no_price(provider: str, name: str) -> None:
    assert listed(provider, name) is None
    card = ModelCard(provider=provider, name=name)
    assert priced(card) == card
    assert cost(card, input_tokens=10**6, output_tokens=10**6) == 0.0


def test_the_cost_is_counted_by_the_million() -> None:
    card = ModelCard(provider="x", name="y", input_price=2.0, output_price=8.0)
    assert cost(card, input_tokens=500_000, output_tokens=250_000) == pytest.approx(3.0)
