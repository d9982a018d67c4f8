from typing import Any

import pytest

from menon.core.errors import ModelUnavailable
from menon.engine.llm.choose import Content, Priority, Task, Wish, choose, lacking
from menon.engine.llm.provider import ModelCard


def card(name: str, **known: Any) -> ModelCard:
    provider, _, model = name.partition(":")
    return ModelCard(provider=provider, name=model, **{"tools": True, **known})


OFFLINE = card("offline:extractive", local=True, input_price=0.0, output_price=0.0)
BIG = card("openai:big", vision=True, context=400_000, input_price=10.0, output_price=30.0)
SMALL = card("openai:small", context=100_000, input_price=0.1, output_price=0.4)
UNPRICED = card("openai:own", context=8_000)
LLAMA = card("ollama:llama", local=True, size=5_000, context=8_000, input_price=0, output_price=0)
TINY = card(
    "ollama:tiny", local=True, size=900, tools=False, context=4_000, input_price=0, output_price=0
)
EMBED = card("ollama:embed", local=True, chat=False, embeddings=True, input_price=0, output_price=0)
ALL = (OFFLINE, BIG, SMALL, UNPRICED, LLAMA, TINY, EMBED)


@pytest.mark.parametrize(
    ("wish", "chosen"),
    [
        (Wish(), "openai:big"),
        (Wish(priority=Priority.COST), "ollama:llama"),
        (Wish(priority=Priority.COST, tokens=50_000), "openai:small"),
        (Wish(priority=Priority.SPEED), "ollama:tiny"),
        (Wish(priority=Priority.SPEED, tools=True), "ollama:llama"),
        (Wish(priority=Priority.SPEED, speeds={"openai:small": 90.0}), "openai:small"),
        (Wish(priority=Priority.PRIVACY), "ollama:llama"),
        (Wish(priority=Priority.PRIVACY, tools=True), "ollama:llama"),
        (Wish(content=Content.IMAGE, priority=Priority.COST), "openai:big"),
        (Wish(task=Task.EMBED), "ollama:embed"),
        (Wish(tokens=200_000), "openai:big"),
        (Wish(preferred="openai:small"), "openai:small"),
        (Wish(preferred="ollama:tiny", tools=True), "openai:big"),
        (Wish(preferred="openai:gone"), "openai:big"),
    ],
)
def test_the_model_fits_the_wish(wish: Wish, chosen: str) -> None:
    choice = choose(ALL, wish)
    assert choice.card.qualified == chosen
    assert all(not lacking(other, wish) for other in choice.fallbacks)
    assert choice.reason.endswith(".")


def test_the_offline_engine_stands_in_last() -> None:
    choice = choose(ALL, Wish())
    assert choice.fallbacks[-1] == OFFLINE


def test_without_a_language_model_the_offline_engine_answers_and_says_so() -> None:
    choice = choose([OFFLINE], Wish(tools=True))
    assert choice.card == OFFLINE
    assert "No language model is configured" in choice.reason


@pytest.mark.parametrize(
    ("cards", "wish", "message"),
    [
        ([], Wish(), "OPENAI_API_KEY"),
        ([OFFLINE], Wish(content=Content.IMAGE), "None of the 1 models that are well sees images"),
        ([BIG, SMALL], Wish(priority=Priority.PRIVACY), "runs with the operator"),
        ([TINY], Wish(tools=True), "calls tools"),
        ([BIG], Wish(tokens=10**6), "holds 1000000 tokens"),
        ([BIG, EMBED], Wish(content=Content.IMAGE, tokens=10**6), "or"),
    ],
)
def test_what_is_missing_is_named(cards: list[ModelCard], wish: Wish, message: str) -> None:
    with pytest.raises(ModelUnavailable, match=message):
        choose(cards, wish)


def test_the_choice_does_not_depend_on_the_order_of_the_models() -> None:
    assert choose(ALL, Wish()) == choose(reversed(ALL), Wish())
