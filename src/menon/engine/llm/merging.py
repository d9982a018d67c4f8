"""Merges the text of models that are not ours, below pydantic-ai: there an event costs 35 us."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    TextPartDelta,
)
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import RunContext

from menon.engine.llm import faults
from menon.engine.llm.batches import Batches, drained
from menon.engine.llm.pace import Pace


class MergingAnthropicModel(AnthropicModel):
    """Claude, with fewer and longer pieces of text."""

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """The answer as it arrives."""
        async with super().request_stream(
            messages, model_settings, model_request_parameters, run_context
        ) as stream:
            events = paced(_whole(stream, aiter(stream), f"{self.system}:{self.model_name}"))
            # pydantic-ai's own FallbackModel hands events over in the same way.
            stream._event_iterator = events  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            yield stream


async def paced(
    source: AsyncGenerator[ModelResponseStreamEvent],
) -> AsyncGenerator[ModelResponseStreamEvent]:
    """The events with neighbouring pieces of one text joined, the first at once."""
    pace = Pace()
    async with Batches(drained(source)) as batches:
        while batch := await batches.read():
            for event in joined(batch):
                yield event
            if not batches.ended:
                await pace.rest()


def joined(batch: Iterable[ModelResponseStreamEvent]) -> Iterator[ModelResponseStreamEvent]:
    """Plain pieces of one text in a row as one piece."""
    run: PartDeltaEvent | None = None
    for event in batch:
        text = _plain(event)
        if text is None or not isinstance(event, PartDeltaEvent):
            if run:
                yield run
            run = None
            yield event
        elif run and run.index == event.index:
            run = _longer(run, text)
        else:
            if run:
                yield run
            run = event
    if run:
        yield run


def _plain(event: ModelResponseStreamEvent) -> str | None:
    """The text of an event that carries nothing else."""
    match event:
        case PartDeltaEvent(
            delta=TextPartDelta(content_delta=text, provider_details=None, citations_delta=None)
        ):
            return text
        case _:
            return None


def _longer(event: PartDeltaEvent, text: str) -> PartDeltaEvent:
    before = _plain(event) or ""
    return replace(event, delta=TextPartDelta(content_delta=before + text))


async def _whole(
    stream: StreamedResponse, events: AsyncIterator[ModelResponseStreamEvent], name: str
) -> AsyncGenerator[ModelResponseStreamEvent]:
    """The stream's events; a stream that stops without saying why was cut."""
    async for event in events:
        yield event
    if stream.finish_reason is None:
        raise faults.cut(name)
