"""The OpenAI-compatible wire: pydantic-ai's message mapping above, a stream of our own below.

One class serves OpenAI, Ollama's `/v1`, vLLM, llama.cpp and whoever else imitates it. The SDK takes
57 us for each chunk and 120 us for each message of a request: it is not used.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any, cast

import msgspec
from openai import AsyncOpenAI
from pydantic_ai.messages import FinishReason, ModelMessage, ModelResponse, ModelResponseStreamEvent
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.providers import Provider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext
from pydantic_ai.usage import RequestUsage

from menon.core.errors import MenonError
from menon.engine.llm import faults
from menon.engine.llm.chunks import (
    CallDelta,
    Chunk,
    Delta,
    Piece,
    TokenCount,
    decode,
    merged,
)
from menon.engine.llm.http1 import BadHttp
from menon.engine.llm.pace import Pace
from menon.engine.llm.post import Answer, Post
from menon.engine.llm.provider import Endpoint
from menon.engine.llm.sse import EventLines, LineTooLong
from menon.engine.llm.thinking import ThinkTags

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English; only where the server does not count."""
_ERROR_BYTES = 64 * 1024
_BULK = 16 * 1024
"""After as many bytes at once more are waiting, and there is nothing to wait for."""
_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "content_filter": "content_filter",
}

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
            async with self._post(self._url, headers=self._headers, body=body) as answer:
                await _admit(name, answer)
                stream = WireStream(
                    parameters, answer, name, self.model_name, self.system, self._url
                )
                stream.expect(len(body))
                yield stream
        except (BadHttp, OSError) as error:
            raise faults.unreachable(name, error) from error

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


@dataclass
class WireStream(StreamedResponse):
    """One answer on its way in."""

    _answer: Answer
    _name: str
    _model_name: str
    _system: str
    _url: str
    _timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    _tags: ThinkTags = field(default_factory=ThinkTags)
    _done: bool = False
    _calling: bool = False
    _counted: bool = False
    _characters: int = 0

    def expect(self, request_bytes: int) -> None:
        """Estimate the input, until the server counts it."""
        self._usage.input_tokens = ceil(request_bytes / CHARACTERS_PER_TOKEN)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        lines, pace = EventLines(), Pace()
        while not self._done and (data := await self._read()):
            deltas, fault = self._deltas(lines, data)
            for event in self._events(merged(deltas, self._tags)):
                yield event
            if fault:
                raise fault
            if not (self._done or self._calling) and len(data) < _BULK:
                await pace.rest()
        if not (self._done or self.finish_reason):
            raise faults.cut(self._name)
        for event in self._events(self._tags.end()):
            yield event

    async def _read(self) -> bytes:
        try:
            return await self._answer.read()
        except (BadHttp, OSError) as error:
            raise faults.cut(self._name) from error

    def _deltas(self, lines: EventLines, data: bytes) -> tuple[list[Delta], MenonError | None]:
        """What the bytes add to the message, and the fault after which nothing more is believed."""
        deltas: list[Delta] = []
        try:
            for datum in lines.feed(data):
                if datum == b"[DONE]":
                    self._done = True
                    break
                deltas += self._noted(decode(datum))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return deltas, faults.nonsense(self._name, f"broken JSON ({error})")
        except LineTooLong as error:
            return deltas, faults.nonsense(self._name, str(error))
        except MenonError as error:
            return deltas, error
        return deltas, None

    def _noted(self, chunk: Chunk) -> list[Delta]:
        """What the chunk adds to the message, after everything else that it says was noted."""
        if chunk.error:
            raise faults.of_error(self._name, chunk.error)
        self.provider_response_id = chunk.id or self.provider_response_id
        if chunk.usage:
            self._usage, self._counted = _usage(chunk.usage), True
        for choice in (chunk.choices or [])[:1]:
            if choice.finish_reason:
                self.finish_reason = _FINISH.get(choice.finish_reason, "stop")
            return [choice.delta] if choice.delta else []
        return []

    def _events(self, pieces: Iterable[Piece]) -> Iterator[ModelResponseStreamEvent]:
        manager = self._parts_manager
        for piece in pieces:
            self._estimate(piece)
            match piece:
                case CallDelta(index=index, id=call_id, function=function):
                    self._calling = True
                    yield from manager.handle_tool_call_delta_events(
                        vendor_part_id=("call", index),
                        tool_name=function.name if function else None,
                        args=function.arguments if function else None,
                        tool_call_id=call_id,
                    )
                case ("thinking", text):
                    yield from manager.handle_thinking_delta(vendor_part_id="think", content=text)
                case (_, text):
                    yield from manager.handle_text_delta(vendor_part_id="text", content=text)

    def _estimate(self, piece: Piece) -> None:
        """Count for servers that do not, and for answers that are cut before the count comes."""
        if self._counted:
            return
        said = piece[1] if isinstance(piece, tuple) else piece.function and piece.function.arguments
        self._characters += len(said or "")
        self._usage.output_tokens = ceil(self._characters / CHARACTERS_PER_TOKEN)

    async def close_stream(self) -> None:
        """Nothing to do: leaving `request_stream` closes the connection."""

    @property
    def model_name(self) -> str:
        return self._model_name

    @property
    def provider_name(self) -> str:
        return self._system

    @property
    def provider_url(self) -> str:
        return self._url

    @property
    def timestamp(self) -> datetime:
        return self._timestamp


def _usage(count: TokenCount) -> RequestUsage:
    cached = count.prompt_tokens_details.cached_tokens if count.prompt_tokens_details else None
    return RequestUsage(
        input_tokens=count.prompt_tokens or 0,
        output_tokens=count.completion_tokens or 0,
        cache_read_tokens=cached or 0,
    )
