"""A limit on each of many waits of one task, with one timer for all of them.

`asyncio.timeout` makes and cancels a timer for each wait: 4 us of each piece of an answer.
"""

import asyncio
from types import TracebackType
from typing import Any


class Waits:
    """`with waits:` around each wait; what is done between two of them has all the time."""

    __slots__ = ("_loop", "_seconds", "_since", "_task", "_timer", "late")

    def __init__(self, seconds: float, task: "asyncio.Task[Any]") -> None:
        self._seconds = seconds
        self._task = task
        self._loop = task.get_loop()
        self._since: float | None = None
        self._timer = self._loop.call_later(seconds, self._look)
        self.late = False
        """Whether a wait took too long; its task was cancelled for that."""

    def __enter__(self) -> None:
        self._since = self._loop.time()

    def __exit__(self, *_: object) -> None:
        self._since = None

    def close(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        due = now + self._seconds if self._since is None else self._since + self._seconds
        if due > now:
            self._timer = self._loop.call_at(due, self._look)
        else:
            self.late = True
            self._task.cancel()


class Silence:
    """`with Silence(seconds) as waits:` ends a wait of the current task after so many seconds.

    Raises:
        TimeoutError: a wait took longer.
    """

    __slots__ = ("_before", "_task", "_waits")

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self._task = task
        self._before = task.cancelling()
        self._waits = Waits(seconds, task)

    def __enter__(self) -> Waits:
        return self._waits

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waits.close()
        cancelled = isinstance(error, asyncio.CancelledError)
        if cancelled and self._waits.late and self._task.uncancel() <= self._before:
            raise TimeoutError from error
