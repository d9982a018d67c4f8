"""The run log's promises: complete, ordered, resumable, fenced, readable from elsewhere."""

import asyncio
from functools import partial

import pytest
from sqlalchemy.orm import Session

from menon.core.errors import NotFound
from menon.core.instances import Instance, Self
from menon.core.runs import orphans, queries, store
from menon.core.runs.events import Complete, Content, Envelope, Error, Metadata
from menon.core.runs.finishing import RunRow
from menon.core.runs.fold import fold
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind, RunState
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


async def _created(runtime: Runtime) -> str:
    run_id = new_id()
    new = store.NewRun(id=run_id, kind=RunKind.CHAT, owner_id="u1", title="t")
    await runtime.db.write(store.create, new, runtime.clock.now())
    return run_id


async def _read(runs: RunLog, run_id: str, after: tuple[int, int] = (0, 0)) -> list[Envelope]:
    return [event async for batch in runs.follow(run_id, after=after) for event in batch]


def _text(events: list[Envelope]) -> str:
    return "".join(e.data.text for e in events if isinstance(e.data, Content))


async def _state(runtime: Runtime, run_id: str) -> str:
    found = await runtime.db.read(queries.epoch_and_state, run_id)
    assert found
    return found[1]


def _speaker(words: int, gate: asyncio.Event | None = None):
    async def body(writer: RunWriter) -> None:
        await writer.emit(Metadata(agent="assistant", model="offline:extractive"))
        for n in range(words):
            await writer.emit(Content(text=f"w{n} "))
            if gate is not None and n == words // 2:
                await gate.wait()
        await writer.finish(Complete(output={"text": "done"}))

    return body


async def test_a_reader_sees_everything_in_order(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)
    await runs.start(run_id, _speaker(50))
    events = await _read(runs, run_id)
    assert [e.type for e in events[:2]] == ["metadata", "content"]
    assert _text(events) == "".join(f"w{n} " for n in range(50))
    assert events[-1].type == "complete"
    assert [e.seq for e in events] == sorted({e.seq for e in events})
    assert await _state(runtime, run_id) == RunState.COMPLETED


async def test_a_reader_of_a_long_answer_is_taken_from_the_database_to_memory(runtime: Runtime):
    runs, run_id, gate = runtime[RunLog], await _created(runtime), asyncio.Event()
    await runs.start(run_id, _speaker(900, gate))
    early = asyncio.create_task(_read(runs, run_id))
    async with asyncio.timeout(60):
        while runs.open and (await runtime.db.read(queries.last_seq, run_id, 1)) < 450:
            await runs.flushed()
    late = asyncio.create_task(_read(runs, run_id))
    await asyncio.sleep(0)
    gate.set()
    said = "".join(f"w{n} " for n in range(900))
    assert _text(await early) == _text(await late) == _text(await _read(runs, run_id)) == said
    assert [e.seq for e in await late] == sorted({e.seq for e in await late})


async def test_a_reader_that_comes_later_sees_the_same_text(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)
    await runs.start(run_id, _speaker(50))
    live = await _read(runs, run_id)
    replayed = await _read(runs, run_id)
    assert _text(replayed) == _text(live)
    assert len(replayed) == 3, "deltas are folded into one row after completion"


@pytest.mark.parametrize("seen", [0, 1, 2, 25, 51, 52])
async def test_a_run_that_has_ended_can_be_read_word_by_word(runtime: Runtime, seen: int):
    runs, run_id = runtime[RunLog], await _created(runtime)
    await runs.start(run_id, _speaker(50))
    live = [(e.seq, e.data) for e in await _read(runs, run_id)]
    again = [b async for b in runs.follow(run_id, after=(1, seen), unfolded=True)]
    assert [(e.seq, e.data) for batch in again for e in batch] == live[seen:]


@pytest.mark.parametrize("seen", [0, 1, 2, 25, 51, 52])
async def test_a_dropped_reader_goes_on_where_it_was(runtime: Runtime, seen: int):
    runs, run_id = runtime[RunLog], await _created(runtime)
    await runs.start(run_id, _speaker(50))
    whole = _text(await _read(runs, run_id))
    before = "".join(f"w{n} " for n in range(min(50, max(0, seen - 1))))  # seq 1 is the metadata
    after = await _read(runs, run_id, after=(1, seen))
    assert before + _text(after) == whole


async def test_the_run_goes_on_when_its_reader_leaves(runtime: Runtime):
    runs, run_id, gate = runtime[RunLog], await _created(runtime), asyncio.Event()
    await runs.start(run_id, _speaker(20, gate))
    async for batch in runs.follow(run_id):
        if any(e.type == "content" for e in batch):
            break
    gate.set()
    assert (await _read(runs, run_id))[-1].type == "complete"


async def test_complete_is_not_seen_before_its_commit(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)
    recorded: list[str] = []

    def record(_session: Session, run: RunRow) -> None:
        recorded.append(run.state)

    async def body(writer: RunWriter) -> None:
        await writer.emit(Content(text="x"))
        await writer.finish(Complete(), record=record)

    await runs.start(run_id, body)
    async for batch in runs.follow(run_id):
        if batch[-1].type == "complete":
            assert await _state(runtime, run_id) == RunState.COMPLETED
    assert recorded == [RunState.COMPLETED]


async def test_a_writer_of_an_older_epoch_is_refused(runtime: Runtime):
    runs, run_id, gate = runtime[RunLog], await _created(runtime), asyncio.Event()
    await runs.start(run_id, _speaker(10, gate))
    await runtime.db.write(store.begin, run_id, runtime.clock.now(), instance="elsewhere")
    await runs.flushed()
    gate.set()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await _read(runs, run_id, after=(2, 0))
    assert await _state(runtime, run_id) == RunState.RUNNING, "the newer writer's word counts"


async def test_a_reader_of_an_older_epoch_is_told_to_start_again(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)

    async def failing(writer: RunWriter) -> None:
        await writer.emit(Content(text="half"))
        await writer.finish(Error(code="MODEL_003", detail="cut"))

    await runs.start(run_id, failing)
    assert (await _read(runs, run_id))[-1].type == "error"
    await runs.start(run_id, _speaker(3))
    events = await _read(runs, run_id, after=(1, 1))
    assert events[0].type == "reset"
    assert _text(events) == "w0 w1 w2 "


async def test_cancelling_reaches_the_writer(runtime: Runtime):
    runs, run_id, gate = runtime[RunLog], await _created(runtime), asyncio.Event()
    seen: list[str | None] = []

    async def body(writer: RunWriter) -> None:
        try:
            await gate.wait()
        except asyncio.CancelledError:
            seen.append(writer.cancelled_by)
            raise

    await runs.start(run_id, body)
    await asyncio.sleep(0)
    assert await runs.cancel(run_id, "ann") == RunState.RUNNING
    while runs.open:
        await asyncio.sleep(0)
    assert seen == ["ann"]


async def test_a_run_that_is_left_before_its_first_step_can_tell(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)
    seen: list[str | None] = []

    async def body(writer: RunWriter) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(writer.cancelled_by)
            raise

    task = await runs.start(run_id, body)
    runs.leave(run_id)
    await asyncio.wait([task])
    assert seen == ["the client left"]


async def test_a_run_of_a_dead_process_becomes_interrupted(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)

    def pretend(session: Session) -> None:
        me = session.get_one(Instance, runtime[Self].id)
        session.add(
            Instance(
                id="dead",
                host=me.host,
                pid=me.pid,
                born="another boot",
                started_at=me.started_at,
                beat_at=me.beat_at,
            )
        )

    await runtime.db.write(pretend)
    epoch = await runtime.db.write(store.begin, run_id, runtime.clock.now(), instance="dead")
    half = Envelope(
        run=run_id, epoch=epoch, seq=1, at=runtime.clock.now(), type="content",
        data=Content(text="half an ans"),
    )  # fmt: skip
    await runtime.db.write(store.append, [half])
    await runtime.db.write(orphans.interrupt_orphans, runtime.clock.now())
    async with asyncio.timeout(60):  # the process's own sweep may be at it already
        while await _state(runtime, run_id) != RunState.INTERRUPTED:
            await asyncio.sleep(0.02)
    assert _text(await _read(runs, run_id)) == "half an ans"


async def test_an_answer_that_was_stored_in_parts_can_be_read_from_any_word(runtime: Runtime):
    """Each part is one row of its words, and the end makes one row of them all."""
    runs, run_id, now = runtime[RunLog], await _created(runtime), runtime.clock.now()
    epoch = await runtime.db.write(store.begin, run_id, now)
    words = [Content(text=f"w{n} ") for n in range(9)]
    said = [
        Envelope(run=run_id, epoch=epoch, seq=seq, at=now, type=word.type, data=word)
        for seq, word in enumerate(words, start=1)
    ]
    for part in (said[:2], said[:4], said[4:5], said[5:]):  # of the first nobody heard
        assert await runtime.db.write(store.append, fold(part)) == set()

    async def left(seen: int) -> str:
        page = partial(queries.events_after, epoch=epoch, after=seen, limit=100)
        return _text(await runtime.db.read(page, run_id))

    rests = ["".join(word.text for word in words[seen:]) for seen in range(len(words) + 1)]
    assert [await left(seen) for seen in range(len(words) + 1)] == rests
    assert await runtime.db.write(orphans.interrupt, [run_id], now) == [run_id]
    assert [await left(seen) for seen in range(len(words) + 1)] == rests
    again = [b async for b in runs.follow(run_id, unfolded=True)]
    assert [e.data for batch in again for e in batch][:-1] == words


async def test_following_nothing_is_not_found(runtime: Runtime):
    with pytest.raises(NotFound):
        await _read(runtime[RunLog], new_id())


async def test_another_process_follows_as_rows_arrive(runtime: Runtime):
    """A second log over the same database stands for the second process."""
    other, run_id, gate = RunLog(runtime), await _created(runtime), asyncio.Event()
    await runtime[RunLog].start(run_id, _speaker(20, gate))
    seen: list[Envelope] = []
    async for batch in other.follow(run_id):
        seen += batch
        gate.set()
    assert _text(seen) == "".join(f"w{n} " for n in range(20))
    assert seen[-1].type == "complete"
    await other.stop()


async def test_a_live_log_keeps_memory_bounded(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)
    await runs.start(run_id, _speaker(5000))
    events = await _read(runs, run_id)
    assert _text(events) == "".join(f"w{n} " for n in range(5000))


async def test_a_flush_that_waits_before_the_end_leaves_the_ending_to_it(runtime: Runtime):
    runs, run_id = runtime[RunLog], await _created(runtime)

    async def body(writer: RunWriter) -> None:
        await writer.emit(Content(text="first "))
        flushing = asyncio.create_task(runs.flushed())
        await asyncio.sleep(0)
        await writer.emit(Content(text="second"))
        waiting = asyncio.create_task(runs.flushed())
        await asyncio.sleep(0)
        await writer.finish(Complete(output={"text": "done"}))
        await asyncio.gather(flushing, waiting)

    await (await runs.start(run_id, body))
    events = await _read(runs, run_id)
    assert [e.type for e in events if e.type == "complete"] == ["complete"]
    assert _text(events) == "first second"
    assert await _state(runtime, run_id) == RunState.COMPLETED
