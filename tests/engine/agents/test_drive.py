"""What is sent to a model."""

from dataclasses import replace

import pytest
from tests.fixtures.llm import Ask

from menon.engine.agents.run import run
from menon.engine.tools.tool import Effect, ToolContext, tool
from menon.testing.fake_llm import FakeLLM


@tool(effect=Effect.READ)
async def lookup(context: ToolContext, word: str) -> str:
    """Look a word up.

    Args:
        word: the word.
    """
    del context
    return word


@pytest.mark.parametrize("can", [True, False])
async def test_tools_are_offered_to_models_that_call_them(
    turn: Ask, fake: FakeLLM, *, can: bool
) -> None:
    asked = turn("openai:fake-n1", tools=(lookup,))
    model = replace(asked.model, card=replace(asked.model.card, tools=can))

    events = [event async for event in run(replace(asked, model=model))]

    assert events[-1].type == "complete"
    assert (b"lookup" in fake.requests[-1].body) is can
