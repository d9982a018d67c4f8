"""Work that blocks, in a thread of its own: what hangs there holds up nobody, not even the exit."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from itertools import count
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 64
"""Threads at the same time: they cost memory, and those that hang are never ended."""

_numbers = count(1)
_gate = Lock()
_busy: set[int] = set()


class TooManyThreads(RuntimeError):
    """So many calls are at work or hang that no other one is begun."""


async def in_thread(call: Callable[[], T]) -> T:
    """The result of `call`, made in a daemon thread that sees the caller's context variables.

    Who stops waiting leaves the thread to its end: Python cannot stop it.

    Raises:
        TooManyThreads: 64 others are at work.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()
    number = _take()

    def work() -> None:
        try:
            result = context.run(call)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            _tell(loop, done, _bearable(error))
        else:
            _tell(loop, done, result)
        finally:
            _busy.discard(number)

    Thread(target=work, name=f"menon-{number}", daemon=True).start()
    return await done


def _take() -> int:
    with _gate:
        if len(_busy) >= MOST:
            raise TooManyThreads(f"{MOST} calls are at work in threads already, or hang there.")
        number = next(_numbers)
        _busy.add(number)
        return number


def _bearable(error: BaseException) -> Exception:
    """What a task may end with: a thread's wish to exit is not the process's."""
    if isinstance(error, StopIteration) or not isinstance(error, Exception):
        ours = RuntimeError(f"{type(error).__name__}: {error}")
        ours.__cause__ = error
        return ours
    return error


def _tell(loop: asyncio.AbstractEventLoop, done: "asyncio.Future[Any]", found: object) -> None:
    def settle() -> None:
        if done.cancelled():
            return
        if isinstance(found, Exception):
            done.set_exception(found)
        else:
            done.set_result(found)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(settle)
