"""What a request for a response asks for, and what the response says of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from pydantic import BaseModel

from menon.engine.agents.brought import ClientTool, Form
from menon.engine.agents.turn import Call, Message
from menon.features.openai.response_items import REQUEST
from menon.features.openai.response_schemas import (
    AllowedChoice,
    ItemIn,
    NamedChoice,
    PartIn,
    ResponseIn,
    ToolIn,
)
from menon.features.openai.rules import (
    Wish,
    arguments,
    checked,
    known,
    picture,
    settings,
    wrong,
)
from menon.kit.ids import is_id

_TEXTS = {"input_text", "output_text", "text", "summary_text", "reasoning_text"}
_TOLD = {"reasoning", "mcp_call", "mcp_list_tools", "mcp_approval_request"}
"""What responses put out for people: it comes back as it was sent and is not read."""
_ANSWER = "mcp_approval_response"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a person says to a question of an earlier response."""

    approve: bool
    reason: str = ""


def wish(body: ResponseIn, past: Sequence[Message]) -> Wish:
    """Everything that is asked, behind what was said before.

    Raises:
        InvalidInput: something in it cannot be taken; says what and where.
    """
    told = [Message(role="system", content=body.instructions)] if body.instructions else []
    choice, tools = _choice(body)
    wishes = {
        "top_p": body.top_p,
        "presence_penalty": body.presence_penalty,
        "frequency_penalty": body.frequency_penalty,
        "openai_reasoning_effort": body.reasoning.effort if body.reasoning else None,
        "parallel_tool_calls": body.parallel_tool_calls,
        "tool_choice": choice,
    }
    history = checked(joined([*past, *messages(body.input)]), "input")
    if not any(message.role != "system" for message in history):
        raise wrong("input", "There is nothing to answer; send `input`.")
    return Wish(
        history=(*told, *history),
        tools=tuple(map(_tool, tools)),
        form=_form(body),
        settings=settings(wishes, stop=None),
        temperature=body.temperature,
        answer_tokens=body.max_output_tokens,
        truncates=body.truncation == "auto",
    )


def messages(items: Iterable[ItemIn]) -> list[Message]:
    """The messages of items, as they stand; what was told for people only is left out.

    Raises:
        InvalidInput: one cannot be read.
    """
    return [
        message
        for n, item in enumerate(items)
        if (message := _message(item, f"input/{n}")) is not None
    ]


def joined(read: Iterable[Message]) -> list[Message]:
    """The messages with what a model said and called in a row as one: servers want it so."""
    together: list[Message] = []
    for message in read:
        last = together[-1] if together else None
        if last is None or not (last.role == message.role == "assistant"):
            together.append(message)
            continue
        said = "\n\n".join(text for text in (last.content, message.content) if text)
        calls = (*last.calls, *message.calls)
        together[-1] = msgspec.structs.replace(last, content=said, calls=calls)
    return together


def replies(items: Sequence[ItemIn]) -> dict[str, Reply]:
    """What is said to questions of an earlier response, by the approval's id.

    Raises:
        InvalidInput: it names no question, or stands beside other input.
    """
    found: dict[str, Reply] = {}
    for n, item in enumerate(items):
        if item.type != _ANSWER:
            continue
        asked = (item.approval_request_id or "").removeprefix(REQUEST)
        if not is_id(asked) or item.approve is None:
            raise wrong(f"input/{n}", "Say `approval_request_id`, as it was asked, and `approve`.")
        found[asked] = Reply(approve=item.approve, reason=item.reason or "")
    others = [item for item in items if item.type not in {_ANSWER, *_TOLD}]
    if found and others:
        raise wrong("input", "Answer the questions alone; send what else there is afterwards.")
    return found


def base(body: ResponseIn, *, ident: str, at: datetime, model: str) -> dict[str, Any]:
    """What a response says of its request; kept as it is when the response is stored."""
    tools = [_echo(tool) | {"strict": tool.strict} for tool in body.tools or ()]
    text: dict[str, Any] = _echo(body.text) if body.text else {}
    return {
        "id": f"resp_{ident.replace('-', '')}",
        "object": "response",
        "created_at": int(at.timestamp()),
        "model": model,
        "previous_response_id": body.previous_response_id,
        "instructions": body.instructions,
        "tools": tools,
        "tool_choice": _echo(body.tool_choice) if body.tool_choice else "auto",
        "truncation": body.truncation or "disabled",
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "text": {"format": {"type": "text"}} | text,
        "top_p": 1.0 if body.top_p is None else body.top_p,
        "presence_penalty": body.presence_penalty or 0.0,
        "frequency_penalty": body.frequency_penalty or 0.0,
        "top_logprobs": 0,
        "temperature": 1.0 if body.temperature is None else body.temperature,
        "reasoning": _echo(body.reasoning) if body.reasoning else None,
        "max_output_tokens": body.max_output_tokens,
        "max_tool_calls": None,
        "store": body.store is not False,
        "background": bool(body.background),
        "service_tier": "default",
        "metadata": body.metadata or {},
        "safety_identifier": body.safety_identifier,
        "prompt_cache_key": body.prompt_cache_key,
    }


def kept_items(items: Sequence[ItemIn], ident: str) -> list[dict[str, Any]]:
    """The items of an input as they are listed later, each with an id."""
    name = ident.replace("-", "")
    return [
        {"id": item.id or f"in_{name}{n:04d}", "type": item.type} | _echo(item)
        for n, item in enumerate(items)
    ]


def read_items(kept: Iterable[Mapping[str, Any]]) -> list[Message]:
    """The messages of items that were kept or put out by us."""
    return messages(ItemIn.model_validate(item) for item in kept)


def _echo(given: Any) -> Any:
    """What the caller sent, as they sent it."""
    if isinstance(given, BaseModel):
        return given.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return given


def _message(item: ItemIn, at: str) -> Message | None:
    match item:
        case ItemIn(type="message", role=role) if role is not None:
            return _said(item, "system" if role == "developer" else role, at)
        case ItemIn(type="function_call", call_id=str(call_id), name=str(name)):
            call = Call(call_id=call_id, name=name, args=arguments(item.arguments or ""))
            return Message(role="assistant", content="", calls=(call,))
        case ItemIn(type="function_call_output", call_id=str(call_id)):
            return Message(role="tool", content=_text(item.output, f"{at}/output"), call_id=call_id)
        case ItemIn(type=kind) if kind in _TOLD or kind == _ANSWER:
            return None
        case _:
            raise wrong(at, f"An item of the type {item.type!r} is not understood like this.")


def _said(item: ItemIn, role: Any, at: str) -> Message:
    images = tuple(
        picture(part.image_url or "", f"{at}/content/{n}")
        for n, part in enumerate(item.content or ())
        if part.type == "input_image"
    )
    if images and role != "user":
        raise wrong(at, "Pictures stand in messages of the user only.")
    return Message(role=role, content=_text(item.content, f"{at}/content"), images=images)


def _text(parts: Sequence[PartIn] | None, at: str) -> str:
    read = [_piece(part, f"{at}/{n}") for n, part in enumerate(parts or ())]
    return "\n".join(piece for piece in read if piece)


def _piece(part: PartIn, at: str) -> str:
    if part.type in _TEXTS and part.text is not None:
        return part.text
    if part.type == "refusal" and part.refusal is not None:
        return part.refusal
    if part.type == "input_image":
        return ""
    raise wrong(at, f"A part of the type {part.type!r} cannot be read; send text or pictures.")


def _tool(tool: ToolIn) -> ClientTool:
    return ClientTool(
        name=tool.name,
        description=tool.description or "",
        schema=tool.parameters or {"type": "object", "properties": {}},
        strict=tool.strict,
    )


def _choice(body: ResponseIn) -> tuple[str | list[str] | None, list[ToolIn]]:
    """pydantic-ai's words for the choice, and the tools that may be called."""
    tools = body.tools or []
    names = [tool.name for tool in tools]
    match body.tool_choice:
        case NamedChoice(name=name):
            known(names, name)
            return [name], tools
        case AllowedChoice(tools=allowed, mode=mode):
            chosen = [choice.name for choice in allowed]
            known(names, *chosen)
            return mode, [tool for tool in tools if tool.name in chosen]
        case mode:
            return mode, tools


def _form(body: ResponseIn) -> Form | None:
    wanted = body.text.format if body.text else None
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return Form()
    return Form(
        schema=wanted.schema_ or {"type": "object"},
        name=wanted.name or "answer",
        description=wanted.description,
        strict=wanted.strict,
    )
