"""Wire shapes of `/v1/responses`: Open Responses, version 2026-04-24."""

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from menon.core.http import Wire
from menon.features.openai.wire_types import (
    MOST_MESSAGES,
    Effort,
    FunctionName,
    Metadata,
    ModelName,
    Penalty,
    Schema,
    Strict,
    Temperature,
    Text,
    Tokens,
    TopP,
    string_or_list,
)

ResponseId = Annotated[str, Field(max_length=60)]


class PartIn(Wire):
    """A part of a message or of a function's output."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(max_length=40)]
    text: Text | None = None
    refusal: Text | None = None
    image_url: Text | None = None


def _parts(content: Any) -> Any:
    return [{"type": "input_text", "text": content}] if isinstance(content, str) else content


Content = Annotated[
    list[PartIn],
    Field(max_length=200),
    BeforeValidator(_parts),
    WithJsonSchema(string_or_list("A text, or parts such as `input_text` and `input_image`.")),
]


class ItemIn(Wire):
    """An item of the input; what an earlier response put out may be sent as it came."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(max_length=40)] = "message"
    id: Annotated[str | None, Field(max_length=200)] = None
    role: Literal["user", "assistant", "system", "developer"] | None = None
    content: Content | None = None
    call_id: Annotated[str | None, Field(max_length=200)] = None
    name: Annotated[str | None, Field(max_length=200)] = None
    arguments: Text | None = None
    output: Content | None = None
    approval_request_id: Annotated[str | None, Field(max_length=100)] = None
    approve: bool | None = None
    reason: Annotated[str | None, Field(max_length=2000)] = None


def _items(given: Any) -> Any:
    return (
        [{"type": "message", "role": "user", "content": given}] if isinstance(given, str) else given
    )


Input = Annotated[
    list[ItemIn],
    Field(max_length=MOST_MESSAGES),
    BeforeValidator(_items),
    WithJsonSchema(string_or_list("What a person says, or items of a conversation.")),
]


def _functions_only(tool: Any) -> Any:
    if isinstance(tool, dict) and cast("dict[str, Any]", tool).get("type") != "function":
        raise ValueError("only functions can be brought along; an agent has its own tools here")
    return cast("Any", tool)


class ToolIn(Wire):
    """A function that the caller runs; an agent's own tools run here and need no mention."""

    type: Literal["function"]
    name: FunctionName
    description: Annotated[str | None, Field(max_length=10_000)] = None
    parameters: Schema | None = None
    strict: bool | None = None


class NamedChoice(Wire):
    """The tool that has to be called."""

    type: Literal["function"]
    name: FunctionName


class AllowedChoice(Wire):
    """Some of the tools only."""

    type: Literal["allowed_tools"]
    mode: Literal["auto", "required", "none"] = "auto"
    tools: Annotated[list[NamedChoice], Field(min_length=1, max_length=128)]


class FormatIn(Wire):
    """What an answer has to look like."""

    type: Literal["text", "json_object", "json_schema"]
    name: FunctionName | None = None
    description: Annotated[str | None, Field(max_length=10_000)] = None
    schema_: Annotated[Schema | None, Field(alias="schema")] = None
    strict: bool | None = None


class TextIn(Wire):
    """How an answer is written."""

    format: FormatIn | None = None
    verbosity: Annotated[str | None, Field(max_length=20)] = None


class ReasoningIn(Wire):
    """How much a model thinks."""

    effort: Effort | None = None
    summary: Annotated[str | None, Field(max_length=20)] = None


class StreamOptions(Wire):
    """What a stream tells besides the answer."""

    include_obfuscation: bool | None = None


class ResponseIn(Strict):
    """What is to be answered.

    `user`, `include`, `service_tier` and what serves caching or safety at OpenAI is accepted and
    changes nothing.
    """

    model: ModelName | None = None
    input: Input = Field(default=[])
    instructions: Text | None = None
    previous_response_id: ResponseId | None = None
    store: bool | None = None
    background: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: (
        Annotated[list[Annotated[ToolIn, BeforeValidator(_functions_only)]], Field(max_length=128)]
        | None
    ) = None
    tool_choice: Literal["none", "auto", "required"] | NamedChoice | AllowedChoice | None = None
    parallel_tool_calls: bool | None = None
    text: TextIn | None = None
    reasoning: ReasoningIn | None = None
    temperature: Temperature = None
    top_p: TopP = None
    presence_penalty: Penalty = None
    frequency_penalty: Penalty = None
    max_output_tokens: Tokens = None
    truncation: Literal["auto", "disabled"] | None = None
    metadata: Metadata | None = None
    top_logprobs: Literal[0] | None = None
    include: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)] | None = (
        None
    )
    user: Annotated[str | None, Field(max_length=200)] = None
    safety_identifier: Annotated[str | None, Field(max_length=200)] = None
    prompt_cache_key: Annotated[str | None, Field(max_length=200)] = None
    prompt_cache_retention: Annotated[str | None, Field(max_length=20)] = None
    service_tier: Annotated[str | None, Field(max_length=40)] = None


class UsageOut(Wire):
    """Tokens of all requests to models together, an agent's rounds with its tools included."""

    input_tokens: int
    input_tokens_details: dict[str, int]
    output_tokens: int
    output_tokens_details: dict[str, int]
    total_tokens: int


class ResponseOut(Wire):
    """A response."""

    id: str
    object: Literal["response"]
    created_at: int
    completed_at: int | None
    status: Literal["in_progress", "completed", "incomplete", "failed", "cancelled"]
    incomplete_details: dict[str, str] | None
    model: str
    previous_response_id: str | None
    instructions: str | None
    output: list[dict[str, Any]]
    error: dict[str, str] | None
    tools: list[dict[str, Any]]
    tool_choice: str | dict[str, Any]
    truncation: Literal["auto", "disabled"]
    parallel_tool_calls: bool
    text: dict[str, Any]
    top_p: float
    presence_penalty: float
    frequency_penalty: float
    top_logprobs: int
    temperature: float
    reasoning: dict[str, Any] | None
    usage: UsageOut | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    store: bool
    background: bool
    service_tier: str
    metadata: dict[str, str]
    safety_identifier: str | None
    prompt_cache_key: str | None


class DeletedOut(Wire):
    """A response that is gone."""

    id: str
    object: Literal["response"] = "response"
    deleted: Literal[True] = True


class ItemsOut(Wire):
    """Items of the input."""

    object: Literal["list"] = "list"
    data: list[dict[str, Any]]
    first_id: str | None
    last_id: str | None
    has_more: bool
