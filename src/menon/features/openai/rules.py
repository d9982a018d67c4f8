"""What callers of `/v1` may name and send, as the engine wants it. Pure."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from menon.core.errors import InvalidInput
from menon.engine.agents.brought import Brought, ClientTool, Form
from menon.engine.agents.compact import compact
from menon.engine.agents.turn import Call, Message, Turn

AGENT = "agent:"
"""What the models that are agents begin with."""

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)")
_ADDRESS = re.compile(r"https?://\S{1,2000}")
_UNREADABLE = "INVALID_JSON"
"""Where pydantic-ai keeps arguments that are no JSON object."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked, by whatever operation: everything but the model and who asks."""

    history: tuple[Message, ...]
    tools: tuple[ClientTool, ...] = ()
    form: Form | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    temperature: float | None = None
    answer_tokens: int | None = None
    truncates: bool = False
    """Whether the past may be folded where it does not fit the model."""

    @property
    def title(self) -> str:
        """The last thing that a person said."""
        said = (m.content for m in reversed(self.history) if m.role == "user" and m.content.strip())
        return next(said, "")

    @property
    def images(self) -> bool:
        """Whether there is a picture to look at."""
        return any(message.images for message in self.history)

    def adjust(self, turn: Turn) -> Turn:
        """The turn as the caller wants it; of two limits the smaller one holds."""
        settings, most = dict(self.settings), self.answer_tokens
        if self.temperature is not None:
            settings["temperature"] = self.temperature
        if most is not None:
            settings["max_tokens"] = most = min(most, turn.limits.answer_tokens or most)
        room, history = turn.model.card.context, turn.history
        if self.truncates and room is not None:
            history = compact(history, room - (most or 0)).messages
        brought = Brought(tools=self.tools, form=self.form, settings=settings)
        return replace(turn, history=history, brought=brought)


def wrong(at: str, what: str) -> InvalidInput:
    """A part of the request that cannot be taken, by its pointer below the body."""
    return InvalidInput(what, errors=[{"pointer": f"/body/{at}", "detail": what}])


def agent_named(model: str) -> tuple[str, int | None] | None:
    """The agent and the version that a model's name means; None for a plain model."""
    if not model.startswith(AGENT):
        return None
    name = model.removeprefix(AGENT)
    agent, at, version = name.rpartition("@")
    if at and version.isascii() and version.isdigit() and len(version) < 10:
        return agent, int(version)
    return name, None


def settings(wishes: Mapping[str, Any], *, stop: str | Sequence[str] | None) -> dict[str, Any]:
    """pydantic-ai's settings from those of the wire that were given."""
    given = {name: value for name, value in wishes.items() if value is not None}
    if stop:
        given["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    return given


def picture(address: str, at: str) -> str:
    """An address of a picture that models can be given.

    Raises:
        InvalidInput: it is neither an address on the web nor a picture in base64.
    """
    if _ADDRESS.fullmatch(address):
        return address
    if inside := _PICTURE.fullmatch(address):
        try:
            base64.b64decode(inside[1], validate=False)
        except binascii.Error as error:
            raise wrong(at, "The picture is no base64.") from error
        return address
    raise wrong(
        at, "Send a picture as https://... or as data:image/png;base64,... (jpeg, gif, webp)."
    )


def arguments(text: str) -> dict[str, Any]:
    """The arguments of a call; those that are no JSON object are kept as they are."""
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {_UNREADABLE: text}


def argument_text(args: Mapping[str, Any]) -> str:
    """The arguments of a call as JSON text, also those that are none."""
    if list(args) == [_UNREADABLE]:
        return str(args[_UNREADABLE])
    return msgspec.json.encode(args).decode()


def checked(history: Sequence[Message], field_name: str) -> tuple[Message, ...]:
    """The conversation, in which each call has its result, with the tool's name, behind it.

    Raises:
        InvalidInput: a call was not answered, or a result answers no call.
    """
    waiting: dict[str, Call] = {}
    messages: list[Message] = []
    for message in history:
        if message.role == "tool":
            call = waiting.pop(message.call_id, None)
            if call is None:
                raise wrong(
                    field_name,
                    f"The result {message.call_id!r} answers no call that stands before it.",
                )
            messages.append(msgspec.structs.replace(message, name=call.name))
            continue
        if waiting and message.role != "assistant":
            break
        waiting |= {call.call_id: call for call in message.calls}
        messages.append(message)
    if waiting:
        named = ", ".join(map(repr, waiting))
        raise wrong(field_name, f"The call {named} has no result; send one before going on.")
    return tuple(messages)


def known(names: Sequence[str], *chosen: str) -> None:
    """Refuse a choice of tools that the request does not bring.

    Raises:
        InvalidInput: naming the first of them.
    """
    for name in chosen:
        if name not in names:
            raise wrong("tool_choice", f"There is no tool {name!r} in `tools`.")


def clash(tools: Sequence[ClientTool], own: Sequence[str]) -> str:
    """Why the caller's tools cannot stand beside the agent's own; empty where they can."""
    names = [tool.name for tool in tools]
    twice = sorted({name for name in names if names.count(name) > 1 or name in own})
    if not twice:
        return ""
    return f"There is more than one tool {', '.join(map(repr, twice))}; rename yours."
