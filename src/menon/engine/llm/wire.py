"""The OpenAI-compatible wire: pydantic-ai's message mapping above, a stream of our own below.

One class serves OpenAI, Ollama's `/v1`, vLLM, llama.cpp and whoever else imitates it. The SDK takes
57 us for each chunk and 120 us for each message of a request: it is not used.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import msgspec
from openai import AsyncOpenAI
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.providers import Provider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext, ToolDefinition

from menon.engine.llm import faults
from menon.engine.llm.chunks import (
    decode,
)
from menon.engine.llm.http1 import BadHttp
from menon.engine.llm.post import Answer, Post
from menon.engine.llm.provider import Endpoint
from menon.engine.llm.wire_stream import WireStream

_ERROR_BYTES = 64 * 1024
_TOOLS = 512
"""Tools that a model remembers the wire's form of."""
_WISHES = {"stop_sequences": "stop", "openai_reasoning_effort": "reasoning_effort"}
"""pydantic-ai's names of settings, and those of the wire."""
_PLAIN = ("seed", "logit_bias")
_SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty")


class WireModel(OpenAIChatModel):
    """A chat model behind an OpenAI-compatible address."""

    def __init__(
        self,
        name: str,
        *,
        provider: Provider[AsyncOpenAI],
        post: Post,
        endpoint: Endpoint,
        limit_field: str = "max_tokens",
    ) -> None:
        """`limit_field` is what the server calls the most tokens of an answer."""
        super().__init__(name, provider=provider)
        self._post = post
        self._limit_field = limit_field
        self._url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
        self._headers = {
            "content-type": "application/json",
            "accept": "text/event-stream",
            "accept-encoding": "identity",
            "user-agent": "menon",
        }
        if endpoint.api_key:
            self._headers["authorization"] = f"Bearer {endpoint.api_key}"
        self._tools: dict[bytes, ToolDefinition] = {}
        """As the wire wants them, by what they were."""

    def customize_request_parameters(
        self, model_request_parameters: ModelRequestParameters
    ) -> ModelRequestParameters:
        """The schemas in the dialect of the wire, each rewritten once: it takes 60 us."""
        tools = [self._customized(tool) for tool in model_request_parameters.function_tools]
        rest = replace(model_request_parameters, function_tools=[])
        return replace(super().customize_request_parameters(rest), function_tools=tools)

    def _customized(self, tool: ToolDefinition) -> ToolDefinition:
        key = msgspec.json.encode(tool)
        if (known := self._tools.get(key)) is None:
            if len(self._tools) >= _TOOLS:
                self._tools.clear()
            alone = ModelRequestParameters(function_tools=[tool])
            made = super().customize_request_parameters(alone)
            known = self._tools[key] = made.function_tools[0]
        return known

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The whole answer, read as a stream."""
        async with self.request_stream(
            messages, model_settings, model_request_parameters
        ) as stream:
            async for _ in stream:
                pass
            return stream.get()

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Ask, and hand over the answer as it arrives."""
        del run_context
        prepared, parameters = self.prepare_request(model_settings, model_request_parameters)
        settings = cast("OpenAIChatModelSettings", prepared or {})
        body = msgspec.json.encode(await self._body(messages, settings, parameters))
        name = f"{self.system}:{self.model_name}"
        try:
            answer = await self._admitted(name, body)
        except (BadHttp, OSError) as error:
            raise faults.unreachable(name, error) from error
        # A copy: what asking has cached in the parameters takes a KiB.
        kept = replace(parameters)
        stream = WireStream(kept, answer, name, self.model_name, self.system, self._url)
        stream.expect(len(body))
        del body  # it holds all of a conversation, and an answer may take minutes
        try:
            yield stream
        finally:
            if not stream.kept:
                await stream.close_stream()

    async def _admitted(self, name: str, body: bytes) -> Answer:
        """The answer to a request, if it is one."""
        answer = await self._post(self._url, headers=self._headers, body=body)
        try:
            await _admit(name, answer)
        except BaseException:
            await answer.leave(whole=False)
            raise
        return answer

    async def _body(
        self,
        messages: list[ModelMessage],
        settings: OpenAIChatModelSettings,
        parameters: ModelRequestParameters,
    ) -> dict[str, Any]:
        tools, choice = self._get_tool_choice(settings, parameters)
        body: dict[str, Any] = {
            "model": self.model_name,
            "messages": await self._map_messages(messages, parameters, model_settings=settings),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if tools:
            body |= {"tools": tools, "tool_choice": choice}
            if (parallel := settings.get("parallel_tool_calls")) is not None:
                body["parallel_tool_calls"] = parallel
        if parameters.output_mode == "native" and parameters.output_object:
            body["response_format"] = self._map_json_schema(parameters.output_object)
        elif parameters.output_mode == "prompted":
            body["response_format"] = {"type": "json_object"}
        wishes = cast("dict[str, Any]", settings)
        if (most := wishes.get("max_tokens")) is not None:
            body[self._limit_field] = most
        body |= {theirs: wishes[ours] for ours, theirs in _WISHES.items() if ours in wishes}
        body |= {key: wishes[key] for key in _PLAIN if key in wishes}
        if not self._request_thinks(settings, parameters):  # reasoning refuses sampling
            body |= {key: wishes[key] for key in _SAMPLING if key in wishes}
        return body


async def _admit(name: str, answer: Answer) -> None:
    """Raise what a failed answer means, also one that fails under a status of 200."""
    kind = answer.headers.get("content-type", "")
    if answer.status < 300 and "json" not in kind:
        return
    body = b""
    while len(body) < _ERROR_BYTES and (piece := await answer.read()):
        body += piece
    if answer.status >= 300:
        raise faults.of_status(name, answer.status, body, answer.headers)
    try:
        chunk = decode(body)
    except msgspec.DecodeError as error:
        raise faults.nonsense(name, "neither a stream nor JSON; is its address right?") from error
    if chunk.error:
        raise faults.of_error(name, chunk.error)
    raise faults.nonsense(name, "a whole answer where a stream was asked for")
