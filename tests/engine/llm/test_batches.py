import asyncio
from collections.abc import AsyncGenerator

import pytest

from menon.engine.llm.batches import Batches, drained


async def counting(until: int) -> AsyncGenerator[int]:
    for number in range(until):
        yield number


async def failing(after: int) -> AsyncGenerator[int]:
    async for number in counting(after):
        yield number
    raise ValueError("broken")


async def test_what_came_meanwhile_is_read_at_once() -> None:
    async with Batches(drained(counting(3))) as batches:
        await asyncio.sleep(0)
        assert await batches.read() == [0, 1, 2]
        assert await batches.read() == []
        assert batches.ended


async def test_the_first_item_does_not_wait_for_the_second() -> None:
    second = asyncio.Event()

    async def source() -> AsyncGenerator[int]:
        yield 1
        await second.wait()
        yield 2

    async with Batches(drained(source())) as batches:
        assert await batches.read() == [1]
        second.set()
        assert await batches.read() == [2]


async def test_a_source_that_is_faster_than_its_reader_is_held_up() -> None:
    brought = 0

    async def source() -> AsyncGenerator[int]:
        nonlocal brought
        for brought in range(1000):
            yield brought

    async with Batches(drained(source()), bound=10) as batches:
        await asyncio.sleep(0)
        assert brought == 9
        read = 0
        while batch := await batches.read():
            assert len(batch) <= 10
            read += len(batch)
        assert read == 1000


async def test_an_error_comes_after_the_items_before_it() -> None:
    async with Batches(drained(failing(2))) as batches:
        await asyncio.sleep(0)
        assert await batches.read() == [0, 1]
        with pytest.raises(ValueError, match="broken"):
            await batches.read()


async def test_leaving_ends_the_source_in_its_own_task() -> None:
    tasks: list[asyncio.Task[None] | None] = []

    async def source() -> AsyncGenerator[int]:
        tasks.append(asyncio.current_task())
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            tasks.append(asyncio.current_task())

    async with Batches(drained(source())) as batches:
        await batches.read()
    assert tasks[0] is tasks[1]
    assert tasks[0] is not asyncio.current_task()
