"""What a run came to, and a run on its way there."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, cast

from typing_extensions import TypeVar

from menon.core.runs.events import Citation, Complete, Content, Event, Metadata, ToolCall, Usage
from menon.engine.agents.turn import Message
from menon.engine.framework.errors import AgentExecutionError, raised

T = TypeVar("T", default=str)


@dataclass(frozen=True, kw_only=True)
class Result(Generic[T]):
    """The answer of an agent, and how it came about."""

    output: T
    """The answer as the agent's `output_type`; its text where there is none."""
    text: str
    citations: tuple[Citation, ...]
    """The passages that the text names as `[1]`."""
    events: tuple[Event, ...]
    usage: Usage
    """Of all models together, those of agents that were asked on the way too."""
    model: str
    """Who answered last, qualified: `offline:extractive`, `openai:NAME`."""
    agent: str
    """Which agent answered last: another one where the conversation was handed over."""
    messages: tuple[Message, ...]
    """The question and all that followed: the `history` of the next run, behind its own."""


class Stream(Generic[T]):
    """A run: read its events, then ask for its `result`.

    Leaving `async with` ends the run; so does closing it.
    """

    def __init__(
        self, events: AsyncGenerator[Event], settle: "Callable[[Sequence[Event]], Settled]"
    ) -> None:
        self._source = events
        self._settle = settle
        self._events: list[Event] = []

    async def _all(self) -> AsyncGenerator[Event]:
        async for event in self._source:
            self._events.append(event)
            yield event

    def __aiter__(self) -> AsyncIterator[Event]:
        return self._all()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the run, unless it has ended."""
        await self._source.aclose()

    async def result(self) -> Result[T]:
        """Read to the end, and answer what the run came to.

        Raises:
            AgentError: the run did not end well.
        """
        async for _ in self:
            pass
        settled = self._settle(self._events)
        result = cast("Result[T]", _result(self._events, settled))
        if settled.error is not None:
            raise AgentExecutionError(str(settled.error), result=result) from settled.error
        if error := raised(self._events[-1], result, settled.wanting):
            raise error
        return result


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What is known of an ended run besides its events."""

    messages: tuple[Message, ...] = ()
    read: Callable[[Any], Any] | None = None
    """Makes the output of its JSON, where the run has one."""
    wanting: tuple[ToolCall, ...] = ()
    """Calls for which nobody could be asked."""
    error: Exception | None = None


def _result(events: Sequence[Event], settled: Settled) -> Result[Any]:
    text = "".join(event.text for event in events if isinstance(event, Content))
    said = [event for event in events if isinstance(event, Metadata)]
    used = [event for event in events if isinstance(event, Usage)]
    output: Any = text
    if isinstance(events[-1], Complete) and settled.read is not None:
        output = settled.read(events[-1].output["output"])
    return Result(
        output=output,
        text=text,
        citations=tuple(event for event in events if isinstance(event, Citation)),
        events=tuple(events),
        usage=used[-1] if used else Usage(),
        model=said[-1].model if said else "",
        agent=said[-1].agent if said else "",
        messages=settled.messages,
    )
