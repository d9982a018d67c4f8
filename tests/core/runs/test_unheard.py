"""A flush that was committed and not heard of: nothing of it is lost, told twice or in the way."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from menon.core.errors import DatabaseError
from menon.core.runs import queries, store
from menon.core.runs.events import Complete, Content, Metadata, State, ToolCall
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind, RunState
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


@pytest.fixture
def unheard(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have the line break behind the next flush, when the database has committed it."""
    breaks, write = 0, runtime.db.write

    async def broken(unit: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal breaks
        result = await write(unit, *args, **kwargs)
        if unit is store.append and breaks:
            breaks -= 1
            raise DatabaseError
        return result

    monkeypatch.setattr(runtime.db, "write", broken)

    def once() -> None:
        nonlocal breaks
        breaks += 1

    return once


async def created(runtime: Runtime) -> str:
    run_id = new_id()
    new = store.NewRun(id=run_id, kind=RunKind.CHAT, owner_id="u1", title="t")
    await runtime.db.write(store.create, new, runtime.clock.now())
    return run_id


async def state_of(runtime: Runtime, run_id: str) -> str | None:
    found = await runtime.db.read(queries.epoch_and_state, run_id)
    return found and found[1]


async def _flush(runs: RunLog) -> None:
    with contextlib.suppress(DatabaseError):
        await runs.flushed()


@pytest.mark.parametrize("again", [0, 1, 2])
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("grows", [False, True])
async def test_the_run_goes_on_and_ends(
    runtime: Runtime, unheard: Callable[[], None], *, before: bool, again: int, grows: bool
):
    """Flushed and heard `before` or not; flushed `again` after it, with more to store or not."""
    runs, run_id = runtime[RunLog], await created(runtime)
    said = list[str]()

    async def say(writer: RunWriter) -> None:
        said.append(f"w{len(said)} ")
        await writer.emit(Content(text=said[-1]))

    async def body(writer: RunWriter) -> None:
        await writer.emit(Metadata(agent="assistant", model="offline:extractive"))
        await say(writer)
        await say(writer)
        if before:
            await _flush(runs)
        await say(writer)
        await writer.emit(ToolCall(call_id="c", name="n", args={}, effect="read"))
        await say(writer)
        await say(writer)
        unheard()
        await _flush(runs)
        for _ in range(again):
            if grows:
                await say(writer)
            await runs.flushed()
        if grows:
            await say(writer)
        await writer.finish(Complete(output={"text": "done"}))

    task = await runs.start(run_id, body)
    await task
    assert await state_of(runtime, run_id) == "completed"
    events = [event async for batch in runs.follow(run_id) for event in batch]
    text = "".join(event.data.text for event in events if isinstance(event.data, Content))
    assert text == "".join(said)
    assert [event.type for event in events] == [
        *("metadata", "content", "tool_call", "content", "complete"),
    ]
    assert [event.seq for event in events] == sorted({event.seq for event in events})


async def test_a_run_that_parks_stands_where_it_said(runtime: Runtime, unheard: Callable[[], None]):
    runs, run_id = runtime[RunLog], await created(runtime)

    async def body(writer: RunWriter) -> None:
        await writer.emit(Metadata(agent="assistant", model="offline:extractive"))
        await writer.emit(Content(text="so far"))
        unheard()
        await _flush(runs)
        await writer.park(State(before="running", after=RunState.WAITING, reason="asks"))

    task = await runs.start(run_id, body)
    await task
    assert await state_of(runtime, run_id) == "waiting"
    stored = await runtime.db.read(queries.events_after, run_id, epoch=1, after=0, limit=10)
    assert [event.type for event in stored] == ["metadata", "content", "state"]


async def test_who_is_cancelled_in_a_flush_leaves_the_others_to_the_next(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    """A flush stores the events of all runs, whoever waits for it."""
    runs, run_id = runtime[RunLog], await created(runtime)
    write, written, go_on = runtime.db.write, asyncio.Event(), asyncio.Event()

    async def slow(unit: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if unit is store.append and not written.is_set():
            written.set()
            await asyncio.Event().wait()
        return await write(unit, *args, **kwargs)

    async def body(writer: RunWriter) -> None:
        await writer.emit(Content(text="said"))
        await go_on.wait()
        await writer.finish(Complete(output={"text": "done"}))

    monkeypatch.setattr(runtime.db, "write", slow)
    task = await runs.start(run_id, body)
    await asyncio.sleep(0)
    flushing = asyncio.ensure_future(runs.flushed())
    await written.wait()
    flushing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flushing
    await runs.flushed()
    stored = await runtime.db.read(queries.events_after, run_id, epoch=1, after=0, limit=10)
    assert [event.type for event in stored] == ["content"]
    go_on.set()
    await task
