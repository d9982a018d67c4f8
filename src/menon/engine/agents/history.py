"""The past of a conversation, as pydantic-ai wants it."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic_ai.messages import (
    BinaryContent,
    ImageUrl,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

from menon.engine.agents.turn import Call, Message


def converted(history: Sequence[Message]) -> list[ModelMessage]:
    """The messages, with calls that were never answered and answers without a call left out.

    Model servers refuse both; they remain when a run was interrupted or its past was cut.
    """
    answered = {message.call_id for message in history if message.role == "tool"}
    called = {call.call_id for message in history for call in message.calls}
    messages: list[ModelMessage] = []
    for message in history:
        if message.role == "assistant":
            if parts := _response(message, answered):
                messages.append(ModelResponse(parts=parts))
        elif message.role != "tool" or message.call_id in called:
            _append(messages, _request(message))
    return messages


def recorded(messages: Iterable[ModelMessage]) -> list[Message]:
    """The messages of a run as the past of the next one."""
    return [ours for message in messages for ours in _recorded(message)]


def _recorded(message: ModelMessage) -> Iterator[Message]:
    if isinstance(message, ModelResponse):
        calls = tuple(
            Call(call_id=call.tool_call_id, name=call.tool_name, args=call.args_as_dict())
            for call in message.tool_calls
        )
        if message.text or calls:
            yield Message(role="assistant", content=message.text or "", calls=calls)
        return
    for part in message.parts:
        if isinstance(part, ToolReturnPart):
            yield Message(
                role="tool",
                content=_told(part),
                call_id=part.tool_call_id,
                name=part.tool_name,
            )
        elif isinstance(part, UserPromptPart | SystemPromptPart) and isinstance(part.content, str):
            role = "user" if isinstance(part, UserPromptPart) else "system"
            yield Message(role=role, content=part.content)


def _told(part: ToolReturnPart) -> str:
    return part.content if isinstance(part.content, str) else part.model_response_str()


def asked(history: Sequence[Message], question: str, instructions: str) -> list[ModelMessage]:
    """The past and the question, under the instructions; without a question the past is asked."""
    messages = converted(history)
    if question:
        messages.append(ModelRequest(parts=[UserPromptPart(content=question)]))
    elif not (messages and isinstance(messages[-1], ModelRequest)):
        messages.append(ModelRequest(parts=[]))
    last = messages[-1]
    if isinstance(last, ModelRequest):
        last.instructions = instructions or None
    return messages


def _append(messages: list[ModelMessage], part: ModelRequestPart) -> None:
    """Neighbouring requests are one: that is how several tools answer."""
    if messages and isinstance(last := messages[-1], ModelRequest):
        last.parts = [*last.parts, part]
    else:
        messages.append(ModelRequest(parts=[part]))


def _request(message: Message) -> ModelRequestPart:
    if message.role == "tool":
        return ToolReturnPart(
            tool_name=message.name, content=message.content, tool_call_id=message.call_id
        )
    if message.role == "system":
        return SystemPromptPart(content=message.content)
    if message.images:
        return UserPromptPart(content=[message.content, *map(_image, message.images)])
    return UserPromptPart(content=message.content)


def _image(address: str) -> UserContent:
    """A picture; one that came along goes on as bytes, since not every server takes `data:`."""
    if address.startswith("data:"):
        return BinaryContent.from_data_uri(address)
    return ImageUrl(url=address)


def _response(message: Message, answered: Iterable[str]) -> list[ModelResponsePart]:
    text: list[ModelResponsePart] = [TextPart(content=message.content)] if message.content else []
    calls = [
        ToolCallPart(tool_name=call.name, args=call.args, tool_call_id=call.call_id)
        for call in message.calls
        if call.call_id in answered
    ]
    return [*text, *calls]
