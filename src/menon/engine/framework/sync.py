"""Running from code that is not async: one event loop in a thread, begun by the first such run.

It stays for the process, so that connections to model servers are kept from one run to the next,
and serves callers in notebooks, where a loop is running already.
"""

import asyncio
import contextvars
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from threading import Thread, current_thread
from typing import Any, TypeVar

T = TypeVar("T")


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, run in the background loop; an interrupt cancels it."""
    loop, thread = _background()
    if current_thread() is thread:
        coroutine.close()
        raise RuntimeError("run_sync() would wait for itself here: use `await agent.run(...)`.")
    done: Future[T] = Future()
    context = contextvars.copy_context()
    loop.call_soon_threadsafe(_begin, loop, coroutine, done, context)
    try:
        return done.result()
    except BaseException:
        done.cancel()
        raise


def _begin(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, T],
    done: "Future[T]",
    context: contextvars.Context,
) -> None:
    task = loop.create_task(coroutine, context=context)

    def give_up(future: "Future[T]") -> None:
        if future.cancelled():
            loop.call_soon_threadsafe(task.cancel)

    def tell(ended: "asyncio.Task[T]") -> None:
        if ended.cancelled():
            done.cancel()
        elif done.set_running_or_notify_cancel():
            error = ended.exception()
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(ended.result())

    done.add_done_callback(give_up)
    task.add_done_callback(tell)


@cache
def _background() -> tuple[asyncio.AbstractEventLoop, Thread]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="menon-sync", daemon=True)
    thread.start()
    return loop, thread
