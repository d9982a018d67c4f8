"""What a request for a chat completion asks for. Pure."""

from menon.engine.agents.brought import ClientTool, Form
from menon.engine.agents.turn import Call, Message
from menon.features.openai.chat_schemas import (
    AllowedChoice,
    CompletionIn,
    FormatIn,
    MessageIn,
    NamedChoice,
    PartIn,
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


def wish(body: CompletionIn) -> Wish:
    """Everything that is asked.

    Raises:
        InvalidInput: something in it cannot be taken; says what and where.
    """
    read = [_message(message, f"messages/{n}") for n, message in enumerate(body.messages)]
    limits = [n for n in (body.max_tokens, body.max_completion_tokens) if n is not None]
    wishes = {
        "top_p": body.top_p,
        "seed": body.seed,
        "presence_penalty": body.presence_penalty,
        "frequency_penalty": body.frequency_penalty,
        "logit_bias": body.logit_bias,
        "openai_reasoning_effort": body.reasoning_effort,
        "parallel_tool_calls": body.parallel_tool_calls,
        "tool_choice": _choice(body),
    }
    return Wish(
        history=checked(read, "messages"),
        tools=tuple(map(_tool, _offered(body))),
        form=_form(body.response_format),
        settings=settings(wishes, stop=body.stop),
        temperature=body.temperature,
        answer_tokens=min(limits, default=None),
    )


def _message(message: MessageIn, at: str) -> Message:
    content = [_text(part, f"{at}/content/{n}") for n, part in enumerate(message.content or ())]
    text = "\n".join(piece for piece in content if piece)
    images = tuple(
        picture(part.image_url.url, f"{at}/content/{n}/image_url")
        for n, part in enumerate(message.content or ())
        if part.image_url is not None
    )
    if images and message.role != "user":
        raise wrong(at, "Pictures stand in messages of the user only.")
    match message.role:
        case "tool":
            return Message(role="tool", content=text, call_id=_answered(message, at))
        case "assistant":
            return Message(
                role="assistant",
                content=text or message.refusal or "",
                calls=tuple(
                    Call(
                        call_id=call.id,
                        name=call.function.name,
                        args=arguments(call.function.arguments),
                    )
                    for call in message.tool_calls or ()
                ),
            )
        case "user":
            if not (text or images):
                raise wrong(f"{at}/content", "The message says nothing.")
            return Message(role="user", content=text, images=images)
        case "system" | "developer":
            return Message(role="system", content=text)


def _answered(message: MessageIn, at: str) -> str:
    if message.tool_call_id is None:
        raise wrong(f"{at}/tool_call_id", "A result names the call that it answers.")
    return message.tool_call_id


def _text(part: PartIn, at: str) -> str:
    match part:
        case PartIn(type="text", text=str(text)):
            return text
        case PartIn(type="refusal", refusal=str(text)):
            return text
        case PartIn(type="image_url", image_url=url) if url is not None:
            return ""
        case _:
            raise wrong(
                at, f"A part of the type {part.type!r} cannot be read; send `text` or `image_url`."
            )


def _tool(tool: ToolIn) -> ClientTool:
    function = tool.function
    schema = function.parameters or {"type": "object", "properties": {}}
    return ClientTool(
        name=function.name,
        description=function.description or "",
        schema=schema,
        strict=function.strict,
    )


def _offered(body: CompletionIn) -> list[ToolIn]:
    """The tools that may be called; forbidding some is the same as not mentioning them."""
    tools = body.tools or []
    if not isinstance(body.tool_choice, AllowedChoice):
        return tools
    allowed = [choice.function.name for choice in body.tool_choice.allowed_tools.tools]
    known([tool.function.name for tool in tools], *allowed)
    return [tool for tool in tools if tool.function.name in allowed]


def _choice(body: CompletionIn) -> str | list[str] | None:
    """pydantic-ai's words for the choice: a mode, or the name of the one that must be called."""
    match body.tool_choice:
        case NamedChoice(function=named):
            known([tool.function.name for tool in body.tools or ()], named.name)
            return [named.name]
        case AllowedChoice(allowed_tools=allowed):
            return allowed.mode
        case mode:
            return mode


def _form(wanted: FormatIn | None) -> Form | None:
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return Form()
    if wanted.json_schema is None:
        raise wrong("response_format/json_schema", "The schema is missing.")
    given = wanted.json_schema
    return Form(
        schema=given.schema_ or {"type": "object"},
        name=given.name,
        description=given.description,
        strict=given.strict,
    )
