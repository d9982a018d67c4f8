"""Joins what a source brings while its reader is busy, so that a reader may come seldom."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
Put = Callable[[T], Awaitable[None]]
"""Hands over an item; waits while the reader is too far behind."""


class Batches(Generic[T]):
    """`async with Batches(fill) as batches:` has `fill` put items from a task of its own.

    It lives in that one task from its first step to its end, whoever reads; leaving the context
    ends it there.
    """

    def __init__(
        self, fill: Callable[[Put[T]], Coroutine[Any, Any, object]], *, bound: int = 1024
    ) -> None:
        self._fill = fill
        self._bound = bound
        """Items that wait for the reader before the source is held up."""
        self._waiting: list[T] = []
        self._news: asyncio.Future[None] | None = None
        """What the reader waits for; an `asyncio.Event` takes .8 KiB, and there is one reader."""
        self._room: asyncio.Event | None = None
        """Only where a reader is slow: an event takes 0.7 KiB."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._fill(self._put))
        self._task.add_done_callback(lambda _: self._tell())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # a reader that left early does not want to know

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._task.done()

    async def read(self) -> list[T]:
        """Everything since the last read, never empty; empty at the end.

        What the source raised is raised after the items before it.
        """
        while not self._waiting and not self._task.done():
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        batch, self._waiting = self._waiting, []
        if self._room is not None:
            self._room.set()
        if not batch and not self._task.cancelled():
            self._task.result()
        return batch

    async def _put(self, item: T) -> None:
        self._waiting.append(item)
        self._tell()
        while len(self._waiting) >= self._bound:
            self._room = asyncio.Event()
            await self._room.wait()

    def _tell(self) -> None:
        """Wake the reader."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


def drained(source: AsyncGenerator[T]) -> Callable[[Put[T]], Coroutine[Any, Any, None]]:
    """What fills batches with the items of a generator, and closes it."""

    async def fill(put: Put[T]) -> None:
        async with aclosing(source) as items:
            async for item in items:
                await put(item)

    return fill
