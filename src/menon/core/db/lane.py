"""A few threads that take units of work by priority, with a bound on what may wait."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from heapq import heappop, heappush
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from menon.core.errors import Overloaded

T = TypeVar("T")


class Job(Generic[T]):
    """Work of a lane: dropped before it begins, or done once.

    One task waits for it, so that it needs no lock: `concurrent.futures.Future` has one, and a
    condition, and took a twentieth of a short unit.
    """

    __slots__ = ("_ended", "_error", "_free", "_loop", "_over", "_result", "work")

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._free = [None]
        """Popped, in one step, by the thread that begins or by the task that drops it."""
        self._over = False
        self._result: T
        self._error: BaseException | None = None

    def begin(self) -> bool:
        """Whether the work is still wanted; from then on it must come to an end."""
        try:
            self._free.pop()
        except IndexError:
            return False
        return True

    def done(self, result: T) -> None:
        """What the work came to."""
        self._result = result
        self._tell()

    def failed(self, error: BaseException) -> None:
        """Why it came to nothing."""
        self._error = error
        self._tell()

    async def outcome(self) -> T:
        """The work's result. On cancellation it is dropped, or ends where it has begun."""
        try:
            await self._ended
        except asyncio.CancelledError:
            if not self.begin():
                while not self._over:
                    self._ended = self._loop.create_future()
                    with contextlib.suppress(asyncio.CancelledError):
                        await self._ended
            raise  # it wins over what the work came to
        if self._error is None:
            return self._result
        error, self._error = self._error, None
        try:
            raise error
        finally:
            del error  # or it and this frame would keep each other

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._over = True
        if not self._ended.done():
            self._ended.set_result(None)


More = Callable[[], "Job[Any] | None"]
"""Takes another one that waits with the first priority; None when there is none."""


def alone(job: Job[Any], more: More) -> None:
    """Do one thing and tell whoever waits for it."""
    del more
    if not job.begin():
        return
    try:
        result = job.work()
    except BaseException as error:  # noqa: BLE001 - it is the caller's, across the thread
        job.failed(error)
    else:
        job.done(result)


class Lane:
    """`threads` workers over one bounded queue; lower priority numbers go first, then age.

    A lane of its own instead of `ThreadPoolExecutor`: the writer needs two priorities, so that
    a person's small write does not wait behind the batches of an ingestion.

    Args:
        name: of the threads.
        threads: how many work.
        bound: how many units may wait.
        perform: does what a thread has taken, and may take more that it does together with it.
        leaving: called in each thread as it ends.
    """

    def __init__(
        self,
        name: str,
        *,
        threads: int,
        bound: int,
        perform: Callable[[Job[Any], More], None] = alone,
        leaving: Callable[[], None] = lambda: None,
    ) -> None:
        self._bound = bound
        self._perform = perform
        self._leaving = leaving
        self._waiting: list[tuple[int, int, Job[Any]]] = []
        self._turn = 0
        self._closed = False
        self._taking = threading.Lock()
        self._signals: SimpleQueue[None] = SimpleQueue()
        """One for each job and one for each thread that is to end; C, where a condition is not."""
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T], *, priority: int = 0) -> T:
        """Have the work done in a thread.

        Work that has not begun is dropped on cancellation; other work ends, and this with it.

        Raises:
            Overloaded: as many units wait as the lane may hold, or it is closed.
        """
        job = Job(work)
        with self._taking:
            if self._closed or len(self._waiting) >= self._bound:
                raise Overloaded(retry_after=1)
            self._turn += 1
            heappush(self._waiting, (priority, self._turn, job))
        self._signals.put(None)
        return await job.outcome()

    @property
    def depth(self) -> int:
        """Units that wait for a thread."""
        return len(self._waiting)

    def close(self) -> None:
        """Finish what waits, then end the threads."""
        with self._taking:
            self._closed = True
        for _ in self._threads:
            self._signals.put(None)
        for thread in self._threads:
            thread.join()

    def _next(self) -> Job[Any] | None:
        while True:
            self._signals.get()
            with self._taking:
                if self._waiting:
                    return heappop(self._waiting)[2]
                if self._closed:
                    return None
                # Otherwise it was taken together with the one before.

    def _more(self) -> Job[Any] | None:
        with self._taking:
            if self._waiting and self._waiting[0][0] == 0:
                return heappop(self._waiting)[2]
            return None

    def _work(self) -> None:
        try:
            while job := self._next():
                self._perform(job, self._more)
                # What was done must not live on while this thread waits.
                del job
        finally:
            self._leaving()
