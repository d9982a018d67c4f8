"""Runs a turn: a model and its tools, told as the closed union of events.

Import it where it is needed, not before: pydantic-ai comes with it and takes a second to load.

    run ── for who reads events: a task of its own, held back where its reader is slow
      conduct ── for who is told them, in the task that asks: limits of time, and the end
        drive ── model after model until one begins to answer; request, tools, request ...
          Watch ── time, size, asking again
            the provider's model ── its wire

Everything below is told and not read: through six generators and a task of their own an event took
12 us more.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import msgspec

from menon.core.errors import Internal, Interrupted, LimitReached, MenonError
from menon.core.runs.events import Cancelled, Complete, Content, Error, Event
from menon.engine.agents.drive import drive
from menon.engine.agents.pipeline import perform
from menon.engine.agents.state import State, Tell, running
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

    async def fill(put: Tell) -> None:
        end = await conduct(turn, put, stop=stop, state=state)
        if end is not None:
            await put(end)

    async with Batches(fill, bound=_BACKLOG) as feed:
        while batch := await feed.read():
            for event in merged(batch):
                yield event


async def conduct(
    turn: Turn, tell: Tell, *, stop: Stop | None = None, state: State | None = None
) -> Event | None:
    """Answer the turn's question in this task, and tell each event as it comes, usage last.

    Returns:
        The end, which is not told; None of a run that waits for people.
    """
    state = state or State(turn=turn)
    stop = stop or Stop()
    state.tell = tell
    try:
        async with _Stoppable(stop, seconds=_left(turn)) as until:
            with running(state):
                await _work(state, stop)
    except MenonError as error:
        end: Event = Error(code=error.code, detail=_kept(error.detail, state))
    except Exception:  # noqa: BLE001 - whatever it is, the reader learns that the run ended
        _log.exception("run %s failed", turn.run)
        end = Error(code=Internal.code, detail=_kept(Internal().detail, state))
    else:
        end = _end(state, stop, late=until.late)
    state.settle()
    await tell(state.usage())
    if state.paused is not None and turn.wait is not None:
        turn.wait(state.paused)
        return None
    return end


async def _work(state: State, stop: Stop) -> None:
    if stop.by is not None:  # before its first step
        return
    if state.turn.pipeline is None:
        await drive(state)
    else:
        await perform(state, state.turn.pipeline)


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


class _Stoppable:
    """`async with` it for work of this task that ends early: at a stop, or when time is over.

    The block is left then as if it were done, as it is where something inside was cancelled that
    is not this task; a cancellation of the task from elsewhere goes on.
    """

    __slots__ = ("_before", "_struck", "_task", "_timer", "late")

    def __init__(self, stop: Stop, *, seconds: float | None) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be stopped")
        self.late = False
        """Whether the time was over."""
        self._task = task
        self._before = task.cancelling()
        self._struck: bool | None = False
        """None once the block is left."""
        loop = task.get_loop()
        self._timer = None if seconds is None else loop.call_later(seconds, self._expire)
        stop.on_request(self._strike)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        struck, self._struck = self._struck, None
        if self._timer is not None:
            self._timer.cancel()
        if struck:
            # Asked for in the block's last step, or overtaken by another, it has yet to come.
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
            self._task.uncancel()
        came = isinstance(error, asyncio.CancelledError)
        asked = self._task.cancelling() > self._before
        if asked and not came:  # something inside has swallowed it
            raise asyncio.CancelledError
        return came and not asked

    def _expire(self) -> None:
        self.late = True
        self._strike()

    def _strike(self) -> None:
        if self._struck is False:
            self._struck = True
            self._task.cancel()
