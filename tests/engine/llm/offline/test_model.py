from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from menon.engine.llm.offline.model import ExtractiveModel, situation
from menon.engine.llm.offline.moves import Result, Situation

MODEL = ExtractiveModel("extractive", "offline")
CALCULATOR = ModelRequestParameters(function_tools=[ToolDefinition(name="calculator")])


def user(text: str) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(content=text)])


def test_it_sees_the_question_those_before_and_the_results_after() -> None:
    messages: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart(content="be kind"), UserPromptPart(content="one")]),
        ModelResponse(parts=[ToolCallPart(tool_name="t", tool_call_id="1")]),
        ModelRequest(parts=[ToolReturnPart(tool_name="t", content="old", tool_call_id="1")]),
        ModelResponse(parts=[TextPart(content="first")]),
        ModelRequest(parts=[UserPromptPart(content=["two", "three"])]),
        ModelResponse(parts=[ToolCallPart(tool_name="t", tool_call_id="2")]),
        ModelRequest(
            parts=[ToolReturnPart(tool_name="t", content="new", tool_call_id="2", outcome="failed")]
        ),
    ]
    assert situation(messages, frozenset({"t"})) == Situation(
        question="two three",
        earlier=("one",),
        results=(Result(tool="t", ok=False, content="new"),),
        tools=frozenset({"t"}),
    )


async def test_it_calls_a_tool_with_an_id_of_its_own_each_time() -> None:
    first = await MODEL.request([user("15 * 23")], None, CALCULATOR)
    (call,) = first.tool_calls
    assert (call.tool_name, call.args_as_dict()) == ("calculator", {"expression": "15 * 23"})
    again = await MODEL.request([user("15 * 23"), first, user("2 * 3")], None, CALCULATOR)
    assert again.tool_calls[0].tool_call_id != call.tool_call_id


async def test_it_streams_in_pieces_and_says_the_same_each_time() -> None:
    async with MODEL.request_stream([user("Hello!")], None, ModelRequestParameters()) as stream:
        events = [event async for event in stream]
    assert len(events) > 5
    whole = await MODEL.request([user("Hello!")], None, ModelRequestParameters())
    assert stream.get().text == whole.text


async def test_an_empty_conversation_is_no_crash() -> None:
    answer = await MODEL.request([], None, ModelRequestParameters())
    assert answer.text
