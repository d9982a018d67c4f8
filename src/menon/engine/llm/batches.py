"""Joins what a source brings while its reader is busy, so that a reader may come seldom."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Batches(Generic[T]):
    """`async with Batches(source) as batches:` reads the source in a task of its own.

    The source lives in that one task from its first step to its end, whoever reads; leaving the
    context, or `cancel`, ends it there.
    """

    def __init__(self, source: AsyncGenerator[T], *, bound: int = 1024) -> None:
        self._source = source
        self._bound = bound
        """Items that wait for the reader before the source is held up."""
        self._waiting: list[T] = []
        self._news: asyncio.Future[None] | None = None
        """What the reader waits for; an `asyncio.Event` takes .8 KiB, and there is one reader."""
        self._room: asyncio.Event | None = None
        """Only where a reader is slow: an event takes 0.7 KiB."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._gather())
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

    def put(self, item: T) -> None:
        """Add an item beside the source."""
        self._waiting.append(item)
        self._tell()

    def cancel(self) -> None:
        """End the source; what it brought so far can still be read."""
        self._task.cancel()

    @property
    def ended(self) -> bool:
        """Whether the source will bring nothing more."""
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

    def _tell(self) -> None:
        """Wake the reader."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _gather(self) -> None:
        async with aclosing(self._source) as source:
            async for item in source:
                self.put(item)
                while len(self._waiting) >= self._bound:
                    self._room = asyncio.Event()
                    await self._room.wait()
