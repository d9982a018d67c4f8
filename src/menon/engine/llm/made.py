"""Models that answer here, without a server: what they say streams like anybody's."""

import asyncio
import re
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, ModelResponseStreamEvent
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext

CHARACTERS_PER_TOKEN = 4
"""The rule of thumb that serves where nobody counts."""
_PIECE = re.compile(r"(?:\S+\s*){1,6}|\s+")
"""As much as one event of a streamed answer carries."""


@dataclass(frozen=True, kw_only=True)
class MadeCall:
    """A tool call in an answer."""

    call_id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Made:
    """An answer: text, tool calls, or both."""

    text: str = ""
    calls: tuple[MadeCall, ...] = ()
    read: int = 0
    """Characters that were read for it."""


class MadeModel(Model[None]):
    """A model whose answers are made by a function."""

    def __init__(self, name: str, system: str) -> None:
        # Neither through `Model` nor without a window of its own: both look into the list of
        # prices, which takes 0.3 s to load, and nothing is charged here.
        self._settings = None
        self._profile = ModelProfile(context_window=None)
        self._name = name
        self._system = system

    @property
    def model_name(self) -> str:
        return self._name

    @property
    def system(self) -> str:
        return self._system

    @abstractmethod
    async def make(self, messages: list[ModelMessage], parameters: ModelRequestParameters) -> Made:
        """The answer to a conversation."""

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The whole answer."""
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
        """The answer in pieces of a few words."""
        del run_context
        _, parameters = self.prepare_request(model_settings, model_request_parameters)
        yield MadeStream(parameters, await self.make(messages, parameters), self)


@dataclass
class MadeStream(StreamedResponse):
    """One answer, already made, handed out bit by bit."""

    _made: Made
    _model: MadeModel
    _timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self._usage.input_tokens = ceil(self._made.read / CHARACTERS_PER_TOKEN)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        self._usage.output_tokens = ceil(len(self._made.text) / CHARACTERS_PER_TOKEN)
        for piece in _PIECE.findall(self._made.text):
            for event in self._parts_manager.handle_text_delta(
                vendor_part_id="text", content=piece
            ):
                yield event
            await asyncio.sleep(0)  # others may speak between two pieces
        for call in self._made.calls:
            yield self._parts_manager.handle_tool_call_part(
                vendor_part_id=None,
                tool_name=call.name,
                args=dict(call.args),
                tool_call_id=call.call_id,
            )
        self.finish_reason = "tool_call" if self._made.calls else "stop"

    async def close_stream(self) -> None:
        """Nothing is open."""

    @property
    def model_name(self) -> str:
        return self._model.model_name

    @property
    def provider_name(self) -> str:
        return self._model.system

    @property
    def provider_url(self) -> None:
        return None

    @property
    def timestamp(self) -> datetime:
        return self._timestamp
