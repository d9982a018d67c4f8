"""What the caller brings to a turn. Plain JSON, since a run may wait for people with it."""

from collections.abc import Mapping
from typing import Any

import msgspec

CLIENT = "client"
"""The effect, in the events, of calls that the caller makes."""


class ClientTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that the caller runs: calling it ends the run, its result comes with the next one."""

    name: str
    description: str = ""
    schema: dict[str, Any] = msgspec.field(
        default_factory=lambda: {"type": "object", "properties": {}}
    )
    """JSON schema of the arguments, an object."""
    strict: bool | None = None
    """Whether the server is to hold the model to the schema, where it can."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer has to look like: JSON of a schema, or any JSON object without one."""

    schema: dict[str, Any] | None = None
    name: str = "answer"
    description: str | None = None
    strict: bool | None = None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """Tools of the caller's own, the form of the answer, and how the model is to speak."""

    tools: tuple[ClientTool, ...] = ()
    form: Form | None = None
    settings: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    """pydantic-ai's `ModelSettings`, before which the agent's own step back; a `tool_choice` counts
    for the first request only."""


NOTHING = Brought()
