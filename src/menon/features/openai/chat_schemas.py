"""Wire shapes of `/v1/chat/completions`."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from menon.core.http import Wire
from menon.features.openai.wire_types import (
    MOST_MESSAGES,
    CallId,
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


class ImageUrl(Wire):
    """A picture: an address, or the picture itself as `data:image/png;base64,...`."""

    url: Text
    detail: Annotated[str | None, Field(max_length=20)] = None


class PartIn(Wire):
    """A part of a message."""

    type: Annotated[str, Field(max_length=40)]
    text: Text | None = None
    refusal: Text | None = None
    image_url: ImageUrl | None = None


def _parts(content: Any) -> Any:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


Content = Annotated[
    list[PartIn],
    Field(max_length=200),
    BeforeValidator(_parts),
    WithJsonSchema(string_or_list("A text, or parts of the type `text` or `image_url`.")),
]


class FunctionCallIn(Wire):
    """What an earlier answer wanted to be called."""

    name: FunctionName
    arguments: Text


class CallIn(Wire):
    """A tool call of an earlier answer."""

    id: CallId
    type: Literal["function"] = "function"
    function: FunctionCallIn


class MessageIn(Wire):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    refusal: Text | None = None
    tool_calls: Annotated[list[CallIn], Field(max_length=128)] | None = None
    tool_call_id: CallId | None = None


class FunctionIn(Wire):
    """A function that the caller runs."""

    name: FunctionName
    description: Annotated[str | None, Field(max_length=10_000)] = None
    parameters: Schema | None = None
    strict: bool | None = None


class ToolIn(Wire):
    """A tool that the caller runs; an agent's own tools run here and need no mention."""

    type: Literal["function"]
    function: FunctionIn


class NamedFunction(Wire):
    """A function by name."""

    name: FunctionName


class NamedChoice(Wire):
    """The tool that has to be called."""

    type: Literal["function"]
    function: NamedFunction


class AllowedIn(Wire):
    """The tools that may be called."""

    mode: Literal["auto", "required"]
    tools: Annotated[list[NamedChoice], Field(min_length=1, max_length=128)]


class AllowedChoice(Wire):
    """Some of the tools only."""

    type: Literal["allowed_tools"]
    allowed_tools: AllowedIn


class JsonSchemaIn(Wire):
    """The schema that an answer must have."""

    name: FunctionName
    description: Annotated[str | None, Field(max_length=10_000)] = None
    schema_: Annotated[Schema | None, Field(alias="schema")] = None
    strict: bool | None = None


class FormatIn(Wire):
    """What an answer has to look like."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchemaIn | None = None


class StreamOptions(Wire):
    """What a stream tells besides the answer."""

    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class CompletionIn(Strict):
    """A conversation that is to go on.

    `max_tokens` and `max_completion_tokens` are the same. `user`, `metadata`, `store`,
    `service_tier` and what serves caching or safety at OpenAI is accepted and changes nothing.
    """

    model: ModelName
    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Temperature = None
    top_p: TopP = None
    max_tokens: Tokens = None
    max_completion_tokens: Tokens = None
    stop: (
        Annotated[str, Field(max_length=200)]
        | Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=4)]
        | None
    ) = None
    n: Annotated[Literal[1] | None, Field(description="One answer is given.")] = None
    tools: Annotated[list[ToolIn], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedChoice | AllowedChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: FormatIn | None = None
    seed: Annotated[int | None, Field(ge=-(2**63), le=2**63 - 1)] = None
    presence_penalty: Penalty = None
    frequency_penalty: Penalty = None
    logit_bias: Annotated[dict[str, int] | None, Field(max_length=300)] = None
    reasoning_effort: Effort | None = None
    logprobs: Literal[False] | None = None
    modalities: Annotated[list[Literal["text"]], Field(max_length=1)] | None = None
    user: Annotated[str | None, Field(max_length=200)] = None
    metadata: Metadata | None = None
    store: bool | None = None
    service_tier: Annotated[str | None, Field(max_length=40)] = None
    safety_identifier: Annotated[str | None, Field(max_length=200)] = None
    prompt_cache_key: Annotated[str | None, Field(max_length=200)] = None
    prompt_cache_retention: Annotated[str | None, Field(max_length=20)] = None
    verbosity: Annotated[str | None, Field(max_length=20)] = None


class FunctionCallOut(Wire):
    """A function and its arguments as JSON text."""

    name: str
    arguments: str


class CallOut(Wire):
    """A call that the caller has to make."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionCallOut


class MessageOut(Wire):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str | None
    refusal: None = None
    annotations: list[dict[str, Any]]
    """`url_citation` of each passage on the web that the answer cites."""
    tool_calls: list[CallOut] | None = None
    reasoning_content: str | None = None
    """What the model showed of its thoughts; an extension that many clients know."""
    citations: list[dict[str, Any]] | None = None
    """The passages that the answer rests on; an extension of this server."""


class ChoiceOut(Wire):
    """The only choice."""

    index: Literal[0] = 0
    message: MessageOut
    logprobs: None = None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter"]


class CompletionUsage(Wire):
    """Tokens of all requests to models together, an agent's rounds with its tools included."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(Wire):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: CompletionUsage
