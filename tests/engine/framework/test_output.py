"""Answers that are values: asked for, checked, asked for again, and an error in the end."""

from dataclasses import dataclass
from typing import Any, TypedDict

import pytest
from pydantic import BaseModel
from pydantic_ai.profiles import ModelProfile, merge_profile

from menon import Agent, tool
from menon.engine.agents.turn import ResolvedModel
from menon.engine.llm.provider import ModelCard
from menon.errors import (
    ModelConnectionError,
)
from menon.events import Complete, Content
from menon.testing import Call, ScriptedModel


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"Rain in {city}."


@tool(effect="write")
def erase(path: str) -> str:
    """Erase a file."""
    return f"{path} is gone."


class Booking(BaseModel):
    room: str
    hours: int


@dataclass
class Point:
    x: int


class Mark(TypedDict):
    note: str


class TestOutput:
    @pytest.mark.parametrize(
        ("kind", "line", "expected"),
        [
            (Booking, {"room": "blue", "hours": "2"}, Booking(room="blue", hours=2)),
            (Point, Point(x=3), Point(x=3)),
            (Mark, {"note": "n"}, {"note": "n"}),
            (list[int], [1, 2], [1, 2]),
            (int, 7, 7),
            (bool, "true", True),
        ],
    )
    async def test_it_is_what_was_asked_for(self, kind: Any, line: Any, expected: Any) -> None:
        model = ScriptedModel(line)
        result = await Agent("A", model=model, output_type=kind).run("go")
        assert result.output == expected
        assert isinstance(result.events[-1], Complete)
        assert result.text
        assert model.requests[0].output
        assert model.requests[0].output["type"] == "object"
        assert [message.role for message in result.messages] == ["user", "assistant"]

    async def test_it_is_asked_for_again_with_what_was_wrong(self) -> None:
        model = ScriptedModel({"room": "blue"}, "I would say two", {"room": "blue", "hours": 2})
        result = await Agent("A", model=model, output_type=Booking).run("go")
        assert result.output == Booking(room="blue", hours=2)
        assert "hours: Field required" in model.requests[1].messages[-1].content
        assert "it is no JSON" in model.requests[2].messages[-1].content
        assert [e.text for e in result.events if isinstance(e, Content)] == [
            '{"room":"blue","hours":2}'
        ]

    async def test_after_three_attempts_it_is_an_error(self) -> None:
        model = ScriptedModel(*[{"room": "blue"}] * 3)
        with pytest.raises(ModelConnectionError, match=r"in 3 attempts: hours") as caught:
            await Agent("A", model=model, output_type=Booking).run("go")
        assert caught.value.code == "MODEL_003"
        assert model.over

    async def test_tools_come_first_and_a_call_beside_the_answer_is_not_made(self) -> None:
        model = ScriptedModel(
            Call("weather", city="Oslo"),
            [Call("answer", room="blue"), Call("weather", city="Rome")],
            {"room": "blue", "hours": 1},
        )
        agent = Agent("A", model=model, tools=[weather], output_type=Booking)
        assert (await agent.run("go")).output.hours == 1
        assert model.requests[2].messages[-1].content == "Not called: an answer was given."


class TestWithoutTools:
    """A model that calls none is told the schema, or held to it by its server."""

    @pytest.mark.parametrize("native", [False, True])
    async def test_the_answer_is_read_out_of_its_text(self, native: bool) -> None:
        fenced = '```json\n{"room": "blue", "hours": 2}\n```'
        model = ScriptedModel("none", '{"room": "blue"}', fenced)
        card = ModelCard(provider="test", name="mute", tools=False)
        model.profile = merge_profile(
            model.profile, ModelProfile(supports_json_schema_output=native)
        )
        agent = Agent(
            "A", model=ResolvedModel(card=card, model=model), tools=[weather], output_type=Booking
        )
        result = await agent.run("go")
        assert result.output == Booking(room="blue", hours=2)
        assert result.messages[-1].content == '{"room":"blue","hours":2}'
        assert model.requests[0].tools == ()
        assert model.requests[0].output
        assert model.requests[0].output["required"] == ["room", "hours"]
