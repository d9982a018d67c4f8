from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart

from menon.engine.agents.call_ids import apart


def calling(*ids: str) -> ModelResponse:
    calls = [ToolCallPart(tool_name="t", args={}, tool_call_id=each) for each in ids]
    return ModelResponse(parts=[TextPart(content="I look."), *calls])


def test_ids_of_their_own_stay() -> None:
    assert [call.tool_call_id for call in apart(calling("a", "b"), []).tool_calls] == ["a", "b"]


def test_repeated_ids_are_told_apart_also_from_those_before() -> None:
    before: list[ModelMessage] = [calling("a")]
    response = apart(calling("a", "a", "b"), before)
    assert [call.tool_call_id for call in response.tool_calls] == ["a_2", "a_3", "b"]
    assert response.text == "I look."


def test_a_response_without_calls_stays_the_same() -> None:
    said = ModelResponse(parts=[TextPart(content="Hello.")])
    assert apart(said, [calling("a")]) is said


def test_ids_that_could_not_be_kept_are_replaced() -> None:
    response = apart(calling("x" * 500, "a\x00b", "", "ok"), [])
    assert [call.tool_call_id for call in response.tool_calls] == [
        "call",
        "call_2",
        "call_3",
        "ok",
    ]
