"""What others use to test their agents, offline: a scripted model, the offline engine, a server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from menon import Agent, tool
from menon.client import RunFailed
from menon.errors import ModelConnectionError
from menon.testing import Call, Request, ScriptedModel, Served


@tool
def double(n: int) -> int:
    """Double a number."""
    return n * 2


def test_every_name_means_the_tests_model(menon_model: ScriptedModel) -> None:
    menon_model.then(Call("double", n=4), "8")
    agent = Agent("A", "Be exact.", model="openai:anything", tools=[double])
    assert agent.run_sync("twice four?").text == "8"
    [first, second] = menon_model.requests
    assert (first.question, first.instructions, first.tools) == (
        *("twice four?", "Be exact."),
        ("double",),
    )
    assert first.schemas["double"]["required"] == ["n"]
    assert second.messages[-1].content == "8"
    assert menon_model.over


def test_a_line_may_be_a_function_several_calls_or_a_value() -> None:
    async def think(request: Request) -> str:
        return request.messages[-1].content + "!"

    model = ScriptedModel([Call("double", n=1), Call("double", n=2)], think, {"plain": [1]})
    agent = Agent("A", tools=[double], model=model)
    assert agent.run_sync("go").text == "4!"
    assert agent.run_sync("json?").text == '{"plain":[1]}'
    assert repr(Call("double", n=1)) == "Call('double', **{'n': 1})"


def test_offline_nothing_is_reached(menon_offline: None) -> None:
    assert Agent("A", tools=["calculator"]).run_sync("2 + 3").text == "2 + 3 = 5."
    with pytest.raises(ModelConnectionError, match="reaches no 'openai:x'"):
        Agent("A", model="openai:x").run_sync("hi")


def test_agents_are_served_from_a_file_and_from_the_test(
    menon_served: Callable[..., Served], tmp_path: Path, menon_model: ScriptedModel
) -> None:
    file = tmp_path / "shop_agents.py"
    file.write_text(
        "from menon import Agent, tool\n\n\n"
        "@tool\ndef price(article: str) -> float:\n"
        '    """Tell a price."""\n    return 9.5\n\n\n'
        'clerk = Agent("Clerk", tools=[price], output_type=float)\n'
    )
    client = menon_served(file).client
    menon_model.then(Call("price", article="tea"), 9.5)
    answer = client.run("clerk", "What is tea?")
    assert (answer.output, answer.text) == (9.5, "9.5")
    assert "9.5" in menon_model.requests[1].messages[-1].content
    menon_model.then("no number", "nor here", "nor here")
    with pytest.raises(RunFailed, match="no answer that fits in 3 attempts"):
        client.run("clerk", "And coffee?")


def test_a_server_that_cannot_start_says_why(menon_served: Callable[..., Served]) -> None:
    with pytest.raises(Exception, match=r"There is no file 'missing\.py'"):
        menon_served("missing.py")
