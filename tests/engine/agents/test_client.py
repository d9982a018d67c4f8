"""What the caller brings to a turn: tools of their own, a form, pictures, the results of calls."""

import json
from typing import Any

import pytest
from tests.fixtures.llm import Ask

from menon.core.runs.events import Complete, Event, ToolCall
from menon.engine.agents.brought import Brought, ClientTool, Form
from menon.engine.agents.run import run
from menon.engine.agents.state import State
from menon.engine.agents.turn import Call, Message, lacking
from menon.engine.tools.tool import Effect, ToolContext, tool
from menon.testing.fake_llm import FakeLLM

WEATHER = ClientTool(
    name="weather",
    description="Tell the weather.",
    schema={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
MINE = Brought(tools=(WEATHER,))
PIXEL = "data:image/png;base64,iVBORw0KGgo="


@tool(effect=Effect.READ)
async def lookup(context: ToolContext, word: str) -> str:
    """Look a word up."""
    del context
    return word


async def _events(turn: Any) -> list[Event]:
    return [event async for event in run(turn)]


def _sent(fake: FakeLLM) -> dict[str, Any]:
    return json.loads(fake.requests[-1].body)


async def test_a_call_of_the_callers_tool_ends_the_run(turn: Ask, fake: FakeLLM) -> None:
    events = await _events(turn("openai:fake-t1", brought=MINE))

    call = next(event for event in events if isinstance(event, ToolCall))
    assert (call.name, call.args, call.effect) == ("weather", {"city": "x"}, "client")
    end = events[-1]
    assert isinstance(end, Complete)
    assert end.output["finish"] == "tool_call"
    assert len(fake.requests) == 1


async def test_its_result_comes_with_the_next_run(turn: Ask, fake: FakeLLM) -> None:
    history = (
        Message(role="user", content="Weather in Graz?"),
        Message(
            role="assistant",
            content="",
            calls=(Call(call_id="c1", name="weather", args={"city": "Graz"}),),
        ),
        Message(role="tool", content="snow", call_id="c1", name="weather"),
    )
    asked = turn(
        "openai:fake-n1-t1",
        question="",
        instructions="Be brief.",
        history=history,
        brought=MINE,
    )
    events = await _events(asked)

    assert events[-1].type == "complete"
    assert [message["role"] for message in _sent(fake)["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]


async def test_where_tools_of_both_sides_are_called_those_of_the_agent_wait(
    turn: Ask, fake: FakeLLM
) -> None:
    asked = turn("openai:fake-t1-p2", brought=MINE, tools=(lookup,))
    events = await _events(asked)

    names = [event.name for event in events if isinstance(event, ToolCall)]
    assert names == ["weather"]
    assert not [event for event in events if event.type == "tool_result"]
    assert len(fake.requests) == 1


async def test_calls_that_nobody_offered_are_the_callers_to_judge(turn: Ask, fake: FakeLLM) -> None:
    events = await _events(turn("openai:fake-t1-unknowntool", brought=MINE))

    call = next(event for event in events if isinstance(event, ToolCall))
    assert (call.name != "weather", call.effect) == (True, "client")
    assert events[-1].type == "complete"


async def test_what_was_brought_holds_after_a_hand_over(turn: Ask) -> None:
    state = State(turn=turn("openai:fake", brought=MINE))
    state.turn = turn("openai:fake")
    assert state.brought == MINE


async def test_a_forced_choice_counts_for_the_first_request_only(turn: Ask, fake: FakeLLM) -> None:
    asked = turn(
        "openai:fake-n1-t1",
        tools=(lookup,),
        brought=Brought(settings={"tool_choice": "required", "seed": 7}),
    )
    await _events(asked)

    choices = [json.loads(request.body)["tool_choice"] for request in fake.requests]
    assert choices == ["required", "auto"]
    assert _sent(fake)["seed"] == 7


async def test_settings_and_the_form_reach_the_server(turn: Ask, fake: FakeLLM) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    settings = {
        "stop_sequences": ["END"],
        "presence_penalty": 0.5,
        "parallel_tool_calls": False,
        "top_k": 3,
    }
    asked = turn(
        "openai:fake-n1",
        brought=Brought(form=Form(schema=schema, name="n"), settings=settings),
    )
    await _events(asked)

    sent = _sent(fake)
    assert schema.items() <= sent["response_format"]["json_schema"]["schema"].items()
    assert (sent["stop"], sent["presence_penalty"]) == (["END"], 0.5)
    assert not {"parallel_tool_calls", "top_k"} & sent.keys(), "no tools; not on this wire"

    await _events(
        turn(
            "openai:fake-n1",
            brought=Brought(
                form=Form(),
                settings=settings | {"openai_reasoning_effort": "low"},
                tools=(WEATHER,),
            ),
        )
    )
    assert _sent(fake)["reasoning_effort"] == "low"
    assert "presence_penalty" not in _sent(fake), "reasoning refuses sampling"
    assert _sent(fake)["response_format"] == {"type": "json_object"}
    assert _sent(fake)["parallel_tool_calls"] is False


async def test_pictures_are_handed_on(turn: Ask, fake: FakeLLM) -> None:
    history = (Message(role="user", content="What?", images=(PIXEL, "https://example.org/a.png")),)
    await _events(turn("openai:fake-n1", question="", history=history))

    (message,) = _sent(fake)["messages"]
    shown = [part["image_url"]["url"] for part in message["content"] if "image_url" in part]
    assert shown == [PIXEL, "https://example.org/a.png"]


async def test_a_past_that_ends_with_an_answer_is_gone_on_with(turn: Ask, fake: FakeLLM) -> None:
    history = (Message(role="user", content="Go"), Message(role="assistant", content="One,"))
    await _events(turn("openai:fake-n1", question="", instructions="Count.", history=history))

    roles = [message["role"] for message in _sent(fake)["messages"]]
    assert roles == ["system", "user", "assistant"]


@pytest.mark.parametrize(
    ("model", "wish", "missing"),
    [
        ("openai:fake", {}, ""),
        ("openai:fake", {"tools": True, "form": Form(schema={})}, ""),
        ("openai:fake", {"images": True}, "see images"),
        ("offline:extractive", {"form": Form()}, "answer in a form"),
        ("offline:extractive", {"form": Form(schema={})}, "answer in a form"),
    ],
)
def test_what_a_model_lacks_is_said(
    turn: Ask, model: str, wish: dict[str, Any], missing: str
) -> None:
    given: dict[str, Any] = {"tools": False, "images": False, "form": None}
    said = lacking(turn(model).model, **(given | wish))
    assert missing in said
    assert bool(said) == bool(missing)
