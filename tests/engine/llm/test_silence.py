"""Each wait has its own limit; what is done between two of them has none."""

import asyncio

import pytest

from menon.engine.llm.silence import Silence, Waits


async def test_a_wait_that_takes_too_long_ends() -> None:
    with pytest.raises(TimeoutError), Silence(0.02) as waits, waits:
        await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_is_done_between_two_waits_takes_its_time() -> None:
    over = asyncio.Event()
    with Silence(0.02) as waits:
        with waits:
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.06, over.set)
        await over.wait()
        with waits:
            await asyncio.sleep(0)
    assert not waits.late


async def test_a_wait_counts_from_its_own_beginning() -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    with Silence(0.05) as waits:
        loop.call_later(0.03, over.set)
        await over.wait()
        began = loop.time()
        with pytest.raises(asyncio.CancelledError), waits:
            await asyncio.Event().wait()
    assert waits.late
    assert loop.time() - began >= 0.05


async def test_who_cancels_the_task_is_not_overheard() -> None:
    begun = asyncio.Event()

    async def wait() -> None:
        with Silence(30) as waits, waits:
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_only_a_task_can_wait() -> None:
    loop = asyncio.new_event_loop()
    caught: list[object] = []

    def outside() -> None:
        try:
            with Silence(1) as waits:
                assert isinstance(waits, Waits)
        except RuntimeError as error:
            caught.append(error)
        loop.stop()

    loop.call_soon(outside)
    loop.run_forever()
    loop.close()
    assert len(caught) == 1
