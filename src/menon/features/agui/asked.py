"""What an AG-UI client asks for, in our words; imported with the protocol's types. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from ag_ui.core import (
    AssistantMessage,
    DeveloperMessage,
    ResumeEntry,
    RunAgentInput,
    SystemMessage,
    TextPart,
    Tool,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from pydantic import BaseModel, Field, ValidationError

from menon.core.errors import InvalidInput
from menon.engine.agents.brought import ClientTool
from menon.engine.agents.turn import Call, Message
from menon.features.agents.rules import framed
from menon.features.runs.approval_schemas import DecisionIn

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAST = 200
"""Messages of the past that a run reads, the latest."""
_TOLD = "What the application says"
_STATE = "State of the application"

M = TypeVar("M", bound=BaseModel)


class Reply(BaseModel):
    """What the payload of a resume entry says."""

    decision: Literal["approve", "deny"]
    args_hash: str = Field(alias="argsHash", pattern=r"^[0-9a-f]{64}$")
    comment: str = Field(default="", max_length=2000)


def read(body: Mapping[str, Any]) -> RunAgentInput:
    """The request by the protocol's own types.

    Raises:
        InvalidInput: it does not fit them.
    """
    return _fitting(RunAgentInput, body, at="")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agent is asked."""

    title: str
    question: str
    """Empty where the past ends with the results of the application's tools."""
    history: tuple[Message, ...]
    context: Mapping[str, Any]
    tools: tuple[ClientTool, ...]


def wish(given: RunAgentInput) -> Wish:
    """The last message as the question, or the results of tools as what is to be gone on from.

    Raises:
        InvalidInput: the last message is neither, holds something else than text, or a tool's
            schema is none.
    """
    context, tools = _context(given), tuple(map(_tool, given.tools or ()))
    last = given.messages[-1] if given.messages else None
    if isinstance(last, UserMessage) and (text := _text(last.content).strip()):
        history = _past(given.messages[:-1])
        return Wish(
            title=text,
            question=framed(text, context),
            history=history,
            context=context,
            tools=tools,
        )
    history = _past(given.messages)
    if not history or history[-1].role != "tool":
        raise InvalidInput(
            "The last message must be of role 'user', or the result of a tool that was called."
        )
    asked = next((each.content for each in reversed(history) if each.role == "user"), "")
    known = (Message(role="user", content=framed("", context).strip()),) if context else ()
    return Wish(
        title=asked or "Results of tools",
        question="",
        history=(*known, *history),
        context=context,
        tools=tools,
    )


def decisions(entries: Sequence[ResumeEntry]) -> dict[str, DecisionIn | None]:
    """What was decided, by approval; None where somebody turned away from the question.

    Raises:
        InvalidInput: a payload does not say what its `responseSchema` asks for.
    """
    found: dict[str, DecisionIn | None] = {}
    for place, entry in enumerate(entries):
        if entry.status == "cancelled":
            found[entry.interrupt_id] = None
            continue
        reply = _fitting(Reply, entry.payload, at=f"/resume/{place}/payload")
        found[entry.interrupt_id] = DecisionIn(
            decision=reply.decision, args_hash=reply.args_hash, comment=reply.comment
        )
    return found


def _past(messages: Sequence[Any]) -> tuple[Message, ...]:
    """The past, the latest of it; results whose call is not there are left out."""
    said: list[Message] = []
    names: dict[str, str] = {}
    for message in messages[-_PAST:]:
        match message:
            case UserMessage():
                said.append(Message(role="user", content=_text(message.content)))
            case AssistantMessage():
                calls = tuple(map(_call, message.tool_calls or ()))
                names |= {call.call_id: call.name for call in calls}
                said.append(Message(role="assistant", content=message.content or "", calls=calls))
            case ToolMessage() if message.tool_call_id in names:
                said.append(_result(message, names[message.tool_call_id]))
            case _:
                pass
    return tuple(each for each in said if each.content or each.calls)


def _call(call: ToolCall) -> Call:
    try:
        args: Any = json.loads(call.function.arguments or "{}")
    except ValueError:
        args = None
    if not isinstance(args, dict):
        raise InvalidInput(f"The arguments of the call {call.id!r} are no JSON object.")
    return Call(call_id=call.id, name=call.function.name, args=cast("dict[str, Any]", args))


def _result(message: ToolMessage, name: str) -> Message:
    said = message.error or _text(message.content) or "(nothing)"
    return Message(role="tool", content=said, call_id=message.tool_call_id, name=name)


def _tool(tool: Tool) -> ClientTool:
    schema: Any = (
        {"type": "object", "properties": {}} if tool.parameters is None else tool.parameters
    )
    if not isinstance(schema, dict) or not _NAME.fullmatch(tool.name):
        raise InvalidInput(f"The tool {tool.name!r} needs a plain name, and an object as schema.")
    return ClientTool(
        name=tool.name, description=tool.description, schema=cast("dict[str, Any]", schema)
    )


def _context(given: RunAgentInput) -> dict[str, Any]:
    context: dict[str, Any] = {each.description: each.value for each in given.context or []}
    told = [
        _text(message.content)
        for message in given.messages
        if isinstance(message, SystemMessage | DeveloperMessage)
    ]
    if told:
        context[_TOLD] = "\n".join(told)
    if given.state:
        context[_STATE] = json.dumps(given.state, ensure_ascii=False)
    if len(context) > 50:
        raise InvalidInput("More than 50 entries of context; send fewer.")
    return context


def _text(content: str | Sequence[Any]) -> str:
    if isinstance(content, str):
        return content
    if not all(isinstance(part, TextPart) for part in content):
        raise InvalidInput("Only text is read here; leave out pictures, sound and files.")
    return "\n".join(part.text for part in content)


def _fitting(kind: type[M], value: Any, *, at: str) -> M:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        fields = [
            {"pointer": at + "/" + "/".join(map(str, each["loc"])), "detail": each["msg"]}
            for each in error.errors()[:20]
        ]
        what = "; ".join(f"{field['pointer']}: {field['detail']}" for field in fields[:3])
        raise InvalidInput(f"The request is no AG-UI input: {what}", errors=fields) from error
