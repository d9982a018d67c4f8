"""A process that works on durable jobs and serves nothing."""

import asyncio
import signal
from collections.abc import Sequence
from typing import Any, get_args

from menon.core.jobs.job import Queue
from menon.core.settings import SettingsError
from menon.core.telemetry.logs import configure_logging
from menon.entry.runtime import open_runtime, read_settings

QUEUES = get_args(Queue)


def work(queues: Sequence[str] = (), concurrency: int | None = None) -> None:
    """Work until SIGTERM or SIGINT; claimed jobs are finished or handed back.

    Args:
        queues: the only ones to work on; all when empty.
        concurrency: jobs of each at the same time instead of what is configured.

    Raises:
        SettingsError: there is no such queue.
    """
    asyncio.run(_work(pools(queues, concurrency)))


def pools(queues: Sequence[str], concurrency: int | None) -> dict[str, Any]:
    """The settings of jobs by which a process works on some queues only.

    Raises:
        SettingsError: there is no such queue.
    """
    for name in queues:
        if name not in QUEUES:
            raise SettingsError(f"there is no queue {name!r}; name some of {', '.join(QUEUES)}")
    left_out = {name: 0 for name in QUEUES if queues and name not in queues}
    room = {name: concurrency for name in QUEUES if concurrency and name not in left_out}
    return {"worker": True, **room, **left_out}


async def _work(jobs: dict[str, Any]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    settings = read_settings(jobs=jobs)
    configure_logging(settings)
    async with open_runtime(settings):
        print("working on jobs; Ctrl+C ends", flush=True)
        await stop.wait()
