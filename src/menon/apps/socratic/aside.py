"""Thinking aside: what takes a while is done in a thread, and the loop goes on."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """Do what thinks for a while in a thread, so that the loop does not wait for it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, copy_context().run, work)
