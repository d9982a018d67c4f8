"""Tools of the client in chat completions, beside those of an agent."""

import json
from typing import Any

import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import WEATHER, Agent, sent, streamed

from menon.testing.fake_llm import FakeLLM

QUESTION: list[Any] = [{"role": "user", "content": "What is 15 * 23?"}]
TOOLS: list[Any] = [{"type": "function", "function": WEATHER}]


async def test_the_client_runs_its_own_tools(dora: AsyncOpenAI, fake: FakeLLM):
    messages = [*QUESTION]
    first = await dora.chat.completions.create(
        model="openai:fake-n3-t1-p2", messages=messages, tools=TOOLS
    )
    choice = first.choices[0]
    calls: list[Any] = choice.message.tool_calls or []
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": "x"}] * 2
    messages.append(choice.message.model_dump(exclude_none=True))
    messages += [
        {"role": "tool", "tool_call_id": call.id, "content": f"snow {n}"}
        for n, call in enumerate(calls)
    ]
    second = await dora.chat.completions.create(
        model="openai:fake-n3-t1-p2", messages=messages, tools=TOOLS
    )
    assert second.choices[0].finish_reason == "stop"
    assert (second.choices[0].message.content or "").count("~") == 3
    told = sent(fake)["messages"]
    assert [m["role"] for m in told] == ["user", "assistant", "tool", "tool"]
    assert [m["content"] for m in told[2:]] == ["snow 0", "snow 1"]


async def test_calls_arestreamed(dora: AsyncOpenAI):
    chunks = await streamed(dora, model="openai:fake-t1-p2", messages=QUESTION, tools=TOOLS)
    calls = [c for chunk in chunks for c in chunk.choices[0].delta.tool_calls or []]
    assert [(call.index, call.type) for call in calls] == [(0, "function"), (1, "function")]
    assert all(call.id and call.function and call.function.name == "weather" for call in calls)
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


async def test_an_agents_tools_run_beside_those_of_the_client(
    dora: AsyncOpenAI, agent: Agent, fake: FakeLLM
):
    name = await agent(model="openai:fake-t2")  # it calls the first tool, then the second
    answer = await dora.chat.completions.create(model=name, messages=QUESTION, tools=TOOLS)
    assert [tool["function"]["name"] for tool in sent(fake)["tools"]] == [
        "calculator",
        "weather",
    ]
    (call,) = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "weather"
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == 20, "the round with the calculator counts"


@pytest.mark.parametrize(
    ("choice", "reaches"),
    [
        ("none", "none"),
        ("auto", "auto"),
        ("required", "required"),
        (
            {"type": "function", "function": {"name": "weather"}},
            {"type": "function", "function": {"name": "weather"}},
        ),
        (
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [{"type": "function", "function": {"name": "weather"}}],
                },
            },
            "required",
        ),
    ],
)
async def test_the_choice_reaches_the_model(
    dora: AsyncOpenAI, fake: FakeLLM, choice: Any, reaches: Any
):
    tools: list[Any] = [*TOOLS, {"type": "function", "function": WEATHER | {"name": "tides"}}]
    await dora.chat.completions.create(
        model="openai:fake-n1",
        messages=QUESTION,
        tools=tools,
        tool_choice=choice,
        parallel_tool_calls=False,
    )
    asked = sent(fake)
    assert asked["tool_choice"] == reaches
    assert asked["parallel_tool_calls"] is False
    allowed = isinstance(choice, dict) and "allowed_tools" in choice
    assert len(asked["tools"]) == (1 if allowed else 2)


async def test_what_a_model_garbles_comes_back_as_it_was(dora: AsyncOpenAI):
    answer = await dora.chat.completions.create(
        model="openai:fake-t1-badargs", messages=QUESTION, tools=TOOLS
    )
    (call,) = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.arguments == '{"half": '
