"""Runs a turn: a model and its tools in a task of their own, seen as the closed union of events.

Import it where it is needed, not before: pydantic-ai comes with it and takes a second to load.

    Batches ── the task; holds back a model that is faster than its reader
      drive ── model after model until one begins to answer; request, tools, request ...
        Watch ── time, size, asking again
          the provider's model ── its wire
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from typing import Any, Self

import msgspec

from menon.core.errors import Internal, Interrupted, LimitReached, MenonError
from menon.core.runs.events import Cancelled, Complete, Content, Error, Event
from menon.engine.agents.drive import drive
from menon.engine.agents.pipeline import perform
from menon.engine.agents.state import State
from menon.engine.agents.turn import Turn
from menon.engine.llm.batches import Batches

_BACKLOG = 64
"""Events that may wait for the reader before the model is held up."""

_log = logging.getLogger(__name__)


class Stop:
    """A switch that somebody else (a route, a shutdown) throws to end a run."""

    def __init__(self) -> None:
        self.by: str | None = None
        self._act: Callable[[], None] | None = None

    def request(self, by: str) -> None:
        """End the run; its last event will be `Cancelled(by)`. The first request counts."""
        if self.by is None:
            self.by = by
            if self._act:
                self._act()

    def on_request(self, act: Callable[[], None]) -> None:
        self._act = act
        if self.by is not None:
            act()


async def run(
    turn: Turn, *, stop: Stop | None = None, state: State | None = None
) -> AsyncGenerator[Event]:
    """Answer the turn's question: metadata first; usage, then one of the three ends last.

    A run that must wait for people has no end: after its usage, `turn.wait` takes where it stands.

    Closing the generator, or cancelling the task that reads it, closes the connection to the model.
    Who wants to know more of the run than its events gives it a `state`.
    """
    state = state or State(turn=turn)
    stop = stop or Stop()
    work = drive(state) if turn.pipeline is None else perform(state, turn.pipeline)
    async with Batches(work, bound=_BACKLOG) as feed:
        state.report = feed.put
        stop.on_request(feed.cancel)
        with _Deadline(_left(turn), feed.cancel) as deadline:
            try:
                while batch := await feed.read():
                    for event in merged(batch):
                        yield event
            except MenonError as error:
                end: Event = Error(code=error.code, detail=_kept(error.detail, state))
            except Exception:  # noqa: BLE001 - whatever it is, the reader learns that the run ended
                _log.exception("run %s failed", turn.run)
                end = Error(code=Internal.code, detail=_kept(Internal().detail, state))
            else:
                end = _end(state, stop, late=deadline.passed)
    state.settle()
    yield state.usage()
    if state.paused is not None and turn.wait is not None:
        turn.wait(state.paused)
        return
    yield end


def merged(batch: Sequence[Event]) -> Iterator[Event]:
    """The events with neighbouring pieces of the answer joined."""
    text = ""
    for event in batch:
        if isinstance(event, Content):
            text += event.text
            continue
        if text:
            yield Content(text=text)
            text = ""
        yield event
    if text:
        yield Content(text=text)


def _end(state: State, stop: Stop, *, late: bool) -> Event:
    if state.finish:
        output: dict[str, Any] = {
            "text": state.text,
            "finish": state.finish,
            "model": state.model,
        }
        if state.output is not None:
            output["output"] = msgspec.json.decode(state.output)
        return Complete(output=output)
    if stop.by is not None:
        return Cancelled(by=stop.by)
    if late:
        detail = f"The run took longer than {state.turn.limits.seconds:g} s."
        return Error(code=LimitReached.code, detail=_kept(detail, state))
    return Error(code=Interrupted.code, detail=_kept(Interrupted().detail, state))


def _left(turn: Turn) -> float | None:
    """Seconds that the run may still work; what it waited for people does not count."""
    seconds = turn.limits.seconds
    if seconds is None or turn.resumed is None:
        return seconds
    return max(0.0, seconds - turn.resumed.paused.seconds)


def _kept(detail: str, state: State) -> str:
    if not state.text:
        return detail
    return (
        f"{detail.removesuffix('.')}. The {len(state.text)} characters that had arrived are kept."
    )


class _Deadline:
    """Acts when the time is over, where there is an end to it."""

    __slots__ = ("_act", "_timer", "passed")

    def __init__(self, seconds: float | None, act: Callable[[], None]) -> None:
        self.passed = False
        self._act = act
        loop = asyncio.get_running_loop()
        self._timer = None if seconds is None else loop.call_later(seconds, self._strike)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _strike(self) -> None:
        self.passed = True
        self._act()
