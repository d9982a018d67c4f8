"""Shapes that several operations of `/v1` share."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from menon.core.http import Wire

MOST_MESSAGES = 2000
LONGEST_TEXT = 1_000_000

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
ModelName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="`agent:slug` (perhaps `@version`), `provider:name`, or `auto`.",
    ),
]
FunctionName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
CallId = Annotated[str, Field(min_length=1, max_length=200)]
Schema = Annotated[dict[str, Any], Field(max_length=200)]
Temperature = Annotated[float | None, Field(ge=0, le=2)]
TopP = Annotated[float | None, Field(ge=0, le=1)]
Penalty = Annotated[float | None, Field(ge=-2, le=2)]
Tokens = Annotated[int | None, Field(ge=1, le=10_000_000)]
Metadata = Annotated[
    dict[
        Annotated[str, Field(max_length=64)],
        Annotated[str, Field(max_length=512)],
    ],
    Field(max_length=16),
]
"""Sixteen pairs at most, as OpenAI allows."""
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


class Strict(Wire):
    """A request: an unknown field is refused, since nothing would be done about it."""

    model_config = ConfigDict(extra="forbid")


def string_or_list(of: str) -> dict[str, Any]:
    """The JSON schema of what may be a string, which stands for a list of one thing."""
    listed = {"type": "array", "items": {"type": "object"}}
    return {"anyOf": [{"type": "string"}, listed], "description": of}
