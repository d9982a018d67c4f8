"""An answer of the OpenAI-compatible wire on its way in: chunks read, merged and told as events."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil

import msgspec
from pydantic_ai.messages import FinishReason, ModelResponseStreamEvent
from pydantic_ai.models import StreamedResponse
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
from menon.engine.llm.post import Answer
from menon.engine.llm.restoring import Restoring
from menon.engine.llm.sse import EventLines, LineTooLong
from menon.engine.llm.thinking import ThinkTags

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English; only where the server does not count."""
_BULK = 16 * 1024
"""After as many bytes at once more are waiting, and there is nothing to wait for."""
_PIECES = 32
"""Pieces of text until they are joined; each takes 60 bytes more than its letters."""
_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "content_filter": "content_filter",
}


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
    _pieces: int = 0
    _left: bool = False
    kept: bool = False
    """Whether whoever reads it closes it."""

    def expect(self, request_bytes: int) -> None:
        """Estimate the input, until the server counts it."""
        self._usage.input_tokens = ceil(request_bytes / CHARACTERS_PER_TOKEN)

    def __aiter__(self) -> AsyncIterator[ModelResponseStreamEvent]:
        """The events, without the ends of parts and the notice of a final result.

        The five generators that make those take 3 KiB of each open answer, and nobody here reads
        them.
        """
        if self._event_iterator is None:
            self._event_iterator = self._get_event_iterator()
        return self._event_iterator

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        lines, pace = EventLines(), Pace()
        restorer = self._parts_manager.special_token_restorer
        restoring = None if restorer is None else Restoring(restorer)
        resting: Pace | None = None
        while not self._done and (data := await self._read(resting)):
            deltas, fault = self._deltas(lines, data)
            events = self._events(merged(deltas, self._tags))
            for event in events if restoring is None else restoring.passed(events):
                yield event
            if fault:
                raise fault
            resting = None if self._calling or len(data) >= _BULK else pace
        if not (self._done or self.finish_reason):
            raise faults.cut(self._name)
        events = self._events(self._tags.end())
        for event in events if restoring is None else restoring.passed(events):
            yield event
        for event in () if restoring is None else restoring.left():
            yield event
        self._finished = not self.cancelled

    async def _read(self, pace: Pace | None) -> bytes:
        try:
            return await self._answer.read(pace)
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
                    self._pieces += 1
                    if self._pieces % _PIECES == 0:
                        manager.get_parts()  # which joins them

    def _estimate(self, piece: Piece) -> None:
        """Count for servers that do not, and for answers that are cut before the count comes."""
        if self._counted:
            return
        said = piece[1] if isinstance(piece, tuple) else piece.function and piece.function.arguments
        self._characters += len(said or "")
        self._usage.output_tokens = ceil(self._characters / CHARACTERS_PER_TOKEN)

    async def close_stream(self) -> None:
        """Give the connection back, or close it where the answer goes on."""
        if not self._left:
            self._left = True
            await self._answer.leave(whole=self._done)

    def keep(self) -> None:
        """Leaving the request does not close it: `close_stream` does.

        The six contexts of a request take 5 KiB, and are there for its beginning.
        """
        self.kept = True

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
