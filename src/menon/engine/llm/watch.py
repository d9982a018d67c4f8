"""Watches over every model alike: time and size, asking again, and leaving a dead server alone.

A request is asked again only before anything of its answer is visible; after that, what was seen
stands, and a failure ends the answer.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)
from pydantic_ai.models import StreamedResponse

from menon.core.errors import MenonError, ModelUnavailable
from menon.core.runs.events import Retrying
from menon.engine.llm import faults
from menon.engine.llm.foreign import FOREIGN, translated
from menon.engine.llm.patience import Breaker, Patience, delay
from menon.engine.llm.silence import Silence
from menon.engine.llm.wire_stream import WireStream

Ask = Callable[[], AbstractAsyncContextManager[StreamedResponse]]
"""Makes one request to a model."""
Events = AsyncIterator[ModelResponseStreamEvent]


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer that has begun: read `events`, not the stream; ask the stream what it came to."""

    stream: StreamedResponse
    events: AsyncGenerator[ModelResponseStreamEvent]
    request: AbstractAsyncContextManager[StreamedResponse] | None
    """Leaving it closes the connection; None where the stream itself does that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """The patience that a run has with a model."""

    name: str
    breaker: Breaker
    patience: Patience
    report: Callable[[Retrying], Awaitable[None]]

    def over(self, ask: Ask) -> "Over":
        """`async with` it for the answer to a request, from its first visible event on.

        Raises:
            ModelError: or one of its kinds, also while the events are read.
        """
        return Over(self, ask)

    async def insist(self, ask: Ask) -> Answering:
        """The answer to one attempt or another; who takes it leaves its request."""
        began, attempt = monotonic(), 1
        while True:
            self.breaker.admit(monotonic())
            try:
                return await self._begin(ask)
            except MenonError as error:
                spent = monotonic() - began
                wait = delay(attempt, error, spent_s=spent, patience=self.patience)
                if wait is None:
                    raise
                await self.report(Retrying(attempt=attempt, after_s=wait, cause=error.detail))
            await asyncio.sleep(wait)
            attempt += 1

    async def _begin(self, ask: Ask) -> Answering:
        """One attempt, up to its first visible event; it is left again where it fails."""
        with Judged(self, self.patience.first_s):
            request = ask()
            async with asyncio.timeout(self.patience.first_s):
                stream = await request.__aenter__()
                try:
                    events = aiter(stream)
                    early = await _until_visible(events)
                    if early is None:
                        raise faults.empty(self.name)
                except BaseException:
                    await request.__aexit__(*sys.exc_info())
                    raise
        self.breaker.succeeded()
        if not isinstance(stream, WireStream):
            return Answering(stream, self._watched(early, events), request)
        stream.keep()
        try:
            await request.__aexit__(None, None, None)
        except BaseException:
            await stream.close_stream()
            raise
        return Answering(stream, self._watched(early, events), None)

    async def _watched(
        self, early: list[ModelResponseStreamEvent], events: Events
    ) -> AsyncGenerator[ModelResponseStreamEvent]:
        size = 0
        for event in early:
            size += _size(event)
            yield event
        between = self.patience.between_s
        with Judged(self, between), Silence(between) as waits:
            while True:
                with waits:
                    event = await anext(events, None)
                if event is None:
                    return
                size += _size(event)
                if size > self.patience.answer_bytes:
                    raise faults.huge(self.name, self.patience.answer_bytes)
                yield event

    def judge(self, error: BaseException, seconds: float) -> MenonError | None:
        """The error as ours, where it was none; the breaker hears of servers that fail."""
        if isinstance(error, TimeoutError):
            self.breaker.failed(monotonic())
            return faults.silent(self.name, seconds)
        ours = translated(self.name, error) if isinstance(error, FOREIGN) else error
        if isinstance(ours, ModelUnavailable):
            self.breaker.failed(monotonic())
        else:
            self.breaker.released()
        return ours if ours is not error and isinstance(ours, MenonError) else None


# Classes, for they last as long as an answer: made by `contextlib`, each took a KiB of it.
class Over:
    """See `Watch.over`."""

    __slots__ = ("_answering", "_ask", "_watch")

    def __init__(self, watch: Watch, ask: Ask) -> None:
        self._watch = watch
        self._ask = ask

    async def __aenter__(self) -> Answering:
        self._answering = await self._watch.insist(self._ask)
        return self._answering

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._answering.events.aclose()
        if self._answering.request is None:
            await self._answering.stream.close_stream()
        else:
            await self._answering.request.__aexit__(kind, error, trace)


class Judged:
    """Errors of the block as `Watch.judge` sees them."""

    __slots__ = ("_seconds", "_watch")

    def __init__(self, watch: Watch, seconds: float) -> None:
        self._watch = watch
        self._seconds = seconds

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and (ours := self._watch.judge(error, self._seconds)):
            raise ours from error


async def _until_visible(events: Events) -> list[ModelResponseStreamEvent] | None:
    """All events up to the first that shows something; None when the answer is empty."""
    early: list[ModelResponseStreamEvent] = []
    async for event in events:
        early.append(event)
        if _size(event):
            return early
    return None


def _size(event: ModelResponseStreamEvent) -> int:
    """Characters that the event adds to the answer; a call counts at least as one."""
    match event:
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return len(text)
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=text)):
            return len(text or "")
        case PartDeltaEvent(delta=ToolCallPartDelta(args_delta=str(text))):
            return len(text)
        case PartStartEvent(part=TextPart() | ThinkingPart() as part):
            return len(part.content)
        case PartStartEvent(part=ToolCallPart() as part):
            return 1 + len(part.args_as_json_str())
        case _:
            return 0
