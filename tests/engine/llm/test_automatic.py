from dataclasses import replace

import pytest

from menon.core.errors import ModelUnavailable
from menon.engine.llm.automatic import automatic, priced
from menon.engine.llm.provider import ModelCard

OFFLINE = ModelCard(provider="offline", name="extractive", tools=True, local=True)
SMALL = ModelCard(provider="openai", name="small", tools=True, input_price=0.1, output_price=0.4)
LARGE = ModelCard(provider="openai", name="large", tools=True, input_price=2.0, output_price=10.0)
DEAR = ModelCard(provider="openai", name="dear", tools=True, input_price=20.0, output_price=80.0)
CLAUDE = ModelCard(
    provider="anthropic", name="claude", tools=True, input_price=3.0, output_price=9.0
)
LLAMA = ModelCard(provider="ollama", name="llama3.2:3b", tools=True, input_price=0, output_price=0)
MUTE = replace(LLAMA, name="mute", tools=False)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({}, (2.0, 10.0)),
        ({"openai:large": (1.0, 4.0)}, (1.0, 4.0)),
        ({"openai:*": (5.0, 6.0)}, (5.0, 6.0)),
        ({"anthropic:*": (5.0, 6.0)}, (2.0, 10.0)),
    ],
)
def test_the_operators_prices_win(
    prices: dict[str, tuple[float, float]], expected: tuple[float, float]
) -> None:
    card = priced(LARGE, prices)
    assert (card.input_price, card.output_price) == expected


class TestAutomatic:
    @pytest.mark.parametrize(
        ("cards", "expected"),
        [
            ([OFFLINE], ["offline:extractive"]),
            ([OFFLINE, SMALL, LARGE], ["openai:large", "offline:extractive"]),
            ([OFFLINE, LARGE, DEAR], ["openai:large", "offline:extractive"]),
            ([OFFLINE, DEAR], ["offline:extractive"]),
            ([OFFLINE, MUTE], ["offline:extractive"]),
            (
                [OFFLINE, LLAMA, SMALL, CLAUDE],
                [
                    "anthropic:claude",
                    "openai:small",
                    "ollama:llama3.2:3b",
                    "offline:extractive",
                ],
            ),
        ],
    )
    def test_the_best_affordable_one_comes_first_then_one_of_each_other_server(
        self, cards: list[ModelCard], expected: list[str]
    ) -> None:
        choice = automatic(cards, default=None, needs_tools=True, dearest=15)
        assert [card.qualified for card in (choice.card, *choice.fallbacks)] == expected

    def test_without_tools_a_model_that_calls_none_will_do(self) -> None:
        choice = automatic([OFFLINE, MUTE], default=None, needs_tools=False, dearest=15)
        assert choice.card == MUTE

    @pytest.mark.parametrize("default", [OFFLINE, DEAR, LLAMA])
    def test_the_default_wins_whatever_it_is(self, default: ModelCard) -> None:
        cards = [OFFLINE, LARGE, DEAR, LLAMA]
        choice = automatic(cards, default=default, needs_tools=True, dearest=15)

        assert choice.card == default
        assert "default" in choice.reason
        assert default not in choice.fallbacks

    @pytest.mark.parametrize(
        ("cards", "word"),
        [([OFFLINE], "configured"), ([OFFLINE, MUTE], "by its name"), ([OFFLINE, DEAR], "15 doll")],
    )
    def test_the_reason_is_true(self, cards: list[ModelCard], word: str) -> None:
        choice = automatic(cards, default=None, needs_tools=True, dearest=15)
        assert word in choice.reason

    def test_nothing_installed_is_an_error_with_the_remedy(self) -> None:
        with pytest.raises(ModelUnavailable, match="OLLAMA_BASE_URL"):
            automatic([], default=None, needs_tools=True, dearest=15)
