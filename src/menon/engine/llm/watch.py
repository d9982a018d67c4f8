"""Watches over every model alike: time and size, asking again, and leaving a dead server alone.

A request is asked again only before anything of its answer is visible; after that, what was seen
stands, and a failure ends the answer.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from time import monotonic

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
from menon.engine.llm.silence import silence

Ask = Callable[[], AbstractAsyncContextManager[StreamedResponse]]
"""Makes one request to a model."""
Events = AsyncIterator[ModelResponseStreamEvent]


@dataclass(frozen=True)
class Answering:
    """An answer that has begun: read `events`, not the stream; ask the stream what it came to."""

    stream: StreamedResponse
    events: Events


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The patience that a run has with a model."""

    name: str
    breaker: Breaker
    patience: Patience
    report: Callable[[Retrying], None]

    @asynccontextmanager
    async def over(self, ask: Ask) -> AsyncGenerator[Answering]:
        """The answer to a request, from its first visible event on.

        Raises:
            ModelError: or one of its kinds, also while the events are read.
        """
        async with AsyncExitStack() as stack:
            yield await self._insist(stack, ask)

    async def _insist(self, stack: AsyncExitStack, ask: Ask) -> Answering:
        began, attempt = monotonic(), 1
        while True:
            self.breaker.admit(monotonic())
            try:
                return await self._begin(stack, ask)
            except MenonError as error:
                spent = monotonic() - began
                wait = delay(attempt, error, spent_s=spent, patience=self.patience)
                if wait is None:
                    raise
                self.report(Retrying(attempt=attempt, after_s=wait, cause=error.detail))
            await asyncio.sleep(wait)
            attempt += 1

    async def _begin(self, stack: AsyncExitStack, ask: Ask) -> Answering:
        """One attempt, up to its first visible event; `stack` gets it when it succeeds."""
        async with AsyncExitStack() as attempt:
            with self._judged(self.patience.first_s):
                async with asyncio.timeout(self.patience.first_s):
                    stream = await attempt.enter_async_context(ask())
                    events = aiter(stream)
                    early = await _until_visible(events)
                if early is None:
                    raise faults.empty(self.name)
            self.breaker.succeeded()
            stack.push_async_exit(attempt.pop_all())
            return Answering(stream, self._watched(early, events))

    async def _watched(self, early: list[ModelResponseStreamEvent], events: Events) -> Events:
        size = 0
        for event in early:
            size += _size(event)
            yield event
        between = self.patience.between_s
        with self._judged(between), silence(between) as waits:
            while True:
                with waits:
                    event = await anext(events, None)
                if event is None:
                    return
                size += _size(event)
                if size > self.patience.answer_bytes:
                    raise faults.huge(self.name, self.patience.answer_bytes)
                yield event

    @contextmanager
    def _judged(self, seconds: float) -> Generator[None]:
        """Errors as ours; the breaker hears of servers that fail."""
        try:
            yield
        except TimeoutError as error:
            self.breaker.failed(monotonic())
            raise faults.silent(self.name, seconds) from error
        except FOREIGN as error:
            ours = translated(self.name, error)
            self._tell(ours)
            raise ours from error
        except MenonError as error:
            self._tell(error)
            raise
        except BaseException:
            self.breaker.released()
            raise

    def _tell(self, error: MenonError) -> None:
        if isinstance(error, ModelUnavailable):
            self.breaker.failed(monotonic())
        else:
            self.breaker.released()


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
