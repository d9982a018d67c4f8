from typing import Any, Literal

import pytest

from menon.engine.tools.tool import Effect, Tool, ToolContext, ToolRetry, tool

CONTEXT = ToolContext(run="r", who="ada")


@tool
async def greet(
    context: ToolContext, name: str, times: int = 1, mood: Literal["a", "b"] = "a"
) -> str:
    """Greet somebody.

    Politely: as often as wanted.

    Args:
        context: who greets.
        name: whom
            to greet, such as: Bo.
        times (int): how often.

    Returns:
        nothing that a model should read.
    """
    return f"{context.who} to {name}: {'hello ' * times}{mood}".strip()


def test_the_schema_comes_from_signature_and_docstring() -> None:
    assert greet.name == "greet"
    assert greet.description == "Greet somebody.\n\nPolitely: as often as wanted."
    assert greet.schema == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "whom to greet, such as: Bo."},
            "times": {"type": "integer", "description": "how often.", "default": 1},
            "mood": {"type": "string", "enum": ["a", "b"], "default": "a"},
        },
        "required": ["name"],
        "additionalProperties": False,
    }


async def test_it_is_called_with_checked_arguments() -> None:
    assert await greet.call(CONTEXT, {"name": "Bo", "times": "2"}) == "ada to Bo: hello hello a"


@pytest.mark.parametrize(
    "args", [{}, {"name": 3.5}, {"name": "x", "times": "many"}, {"name": "x", "who": "eve"}]
)
async def test_wrong_arguments_are_told_to_the_model(args: dict[str, Any]) -> None:
    with pytest.raises(ToolRetry, match="'greet' do not fit"):
        await greet.call(CONTEXT, args)


def test_effect_and_limits_are_declared() -> None:
    @tool(effect=Effect.WRITE, timeout_s=2, name="erase_all")
    async def erase(context: ToolContext) -> None:
        """Erase."""

    assert isinstance(erase, Tool)
    assert (erase.name, erase.effect, erase.timeout_s) == ("erase_all", "write", 2)
    assert not erase.idempotent
    assert erase.schema == {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": False,
    }


def test_an_argument_without_a_type_is_refused_when_the_tool_is_made() -> None:
    def vague(context: ToolContext, rest: Any) -> None:
        """Do."""

    del vague.__annotations__["rest"]
    with pytest.raises(TypeError, match="needs a type for 'rest'"):
        tool(vague)
