"""A few threads that take units of work by priority, with a bound on what may wait."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from heapq import heappop, heappush
from typing import Any, TypeVar

from menon.core.errors import Overloaded

T = TypeVar("T")

Queued = tuple[Future[Any], Callable[[], Any]]
More = Callable[[], Queued | None]
"""Takes another one that waits with the first priority; None when there is none."""


def alone(queued: Queued, more: More) -> None:
    """Do one thing and tell whoever waits for it."""
    del more
    future, work = queued
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is the caller's, across the thread
        future.set_exception(error)
    else:
        future.set_result(result)


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
        perform: Callable[[Queued, More], None] = alone,
        leaving: Callable[[], None] = lambda: None,
    ) -> None:
        self._bound = bound
        self._perform = perform
        self._leaving = leaving
        self._waiting: list[tuple[int, int, Future[Any], Callable[[], Any]]] = []
        self._turn = 0
        self._closed = False
        self._ready = threading.Condition()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[], T], *, priority: int = 0) -> Future[T]:
        """Queue the work.

        Raises:
            Overloaded: as many units wait as the lane may hold, or it is closed.
        """
        future: Future[T] = Future()
        with self._ready:
            if self._closed or len(self._waiting) >= self._bound:
                raise Overloaded(retry_after=1)
            self._turn += 1
            heappush(self._waiting, (priority, self._turn, future, work))
            self._ready.notify()
        return future

    @property
    def depth(self) -> int:
        """Units that wait for a thread."""
        return len(self._waiting)

    def close(self) -> None:
        """Finish what waits, then end the threads."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join()

    def _next(self) -> Queued | None:
        with self._ready:
            while not self._waiting:
                if self._closed:
                    return None
                self._ready.wait()
            return heappop(self._waiting)[2:]

    def _more(self) -> Queued | None:
        with self._ready:
            if self._waiting and self._waiting[0][0] == 0:
                return heappop(self._waiting)[2:]
            return None

    def _work(self) -> None:
        try:
            while queued := self._next():
                self._perform(queued, self._more)
                # A finished future must not keep its result alive while this thread waits.
                del queued
        finally:
            self._leaving()
