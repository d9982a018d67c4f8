from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from menon.engine.agents.history import converted
from menon.engine.agents.turn import Call, Message

CALLS = (
    Call(call_id="1", name="search", args={"q": "a"}),
    Call(call_id="2", name="search", args={"q": "b"}),
)


def shape(history: list[Message]) -> list[tuple[str, list[object]]]:
    """Each message as its kind and what its parts say."""
    told: list[tuple[str, list[object]]] = []
    for message in converted(history):
        kind = "request" if isinstance(message, ModelRequest) else "response"
        parts: list[object] = []
        for part in message.parts:
            match part:
                case TextPart(content=said) | SystemPromptPart(content=said):
                    parts.append(said)
                case UserPromptPart(content=said):
                    parts.append(said)
                case ToolCallPart(tool_call_id=call) | ToolReturnPart(tool_call_id=call):
                    parts.append(f"#{call}")
                case _:
                    parts.append(part)
        told.append((kind, parts))
    return told


def test_a_conversation_keeps_its_order() -> None:
    history = [
        Message(role="system", content="so far"),
        Message(role="user", content="one"),
        Message(role="assistant", content="let me see", calls=CALLS),
        Message(role="tool", content="A", call_id="1", name="search"),
        Message(role="tool", content="B", call_id="2", name="search"),
        Message(role="assistant", content="two"),
    ]
    assert shape(history) == [
        ("request", ["so far", "one"]),
        ("response", ["let me see", "#1", "#2"]),
        ("request", ["#1", "#2"]),
        ("response", ["two"]),
    ]


def test_a_call_without_an_answer_is_left_out() -> None:
    history = [
        Message(role="assistant", content="", calls=CALLS),
        Message(role="tool", content="A", call_id="1", name="search"),
    ]
    assert shape(history) == [("response", ["#1"]), ("request", ["#1"])]


def test_an_answer_without_a_call_too() -> None:
    history = [
        Message(role="tool", content="A", call_id="1", name="search"),
        Message(role="user", content="x"),
    ]
    assert shape(history) == [("request", ["x"])]


def test_an_assistant_that_said_nothing_leaves_no_message() -> None:
    interrupted = Message(role="assistant", content="", calls=CALLS)
    assert shape([Message(role="user", content="x"), interrupted]) == [("request", ["x"])]
    assert all(not isinstance(message, ModelResponse) for message in converted([interrupted]))
