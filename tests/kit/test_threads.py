"""Work that blocks does so in a thread of its own, where it holds up nobody."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from menon.kit.threads import MOST, TooManyThreads, in_thread

WHERE: ContextVar[str] = ContextVar("where", default="nowhere")


async def test_the_result_comes_from_a_daemon_thread_that_sees_the_context() -> None:
    WHERE.set("here")
    told = await in_thread(lambda: (WHERE.get(), threading.current_thread()))
    assert told[0] == "here"
    assert told[1] is not threading.main_thread()
    assert told[1].daemon


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (KeyError("x"), KeyError),
        (StopIteration(), RuntimeError),
        (SystemExit(3), RuntimeError),
        (KeyboardInterrupt(), RuntimeError),
    ],
)
async def test_what_it_raises_is_raised_where_it_is_waited_for(
    raised: BaseException, seen: type[Exception]
) -> None:
    def fail() -> None:
        raise raised

    with pytest.raises(seen):
        await in_thread(fail)


async def test_who_stops_waiting_is_free_while_the_thread_goes_on() -> None:
    gate = threading.Event()
    ended = threading.Event()

    def hang() -> None:
        gate.wait(30)
        ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await in_thread(hang)
    gate.set()
    assert await in_thread(lambda: ended.wait(30))


async def test_hanging_threads_are_bounded() -> None:
    gate = threading.Event()
    hanging = [asyncio.ensure_future(in_thread(lambda: gate.wait(30))) for _ in range(MOST)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(TooManyThreads, match="64 calls"):
            await in_thread(lambda: None)
    finally:
        gate.set()
        await asyncio.gather(*hanging)
    assert await in_thread(lambda: "free again") == "free again"


def test_a_thread_that_outlives_its_loop_disturbs_nobody() -> None:
    gate, before = threading.Event(), set(threading.enumerate())

    async def leave() -> None:
        waiting = asyncio.ensure_future(in_thread(lambda: gate.wait(30)))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave())
    gate.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
