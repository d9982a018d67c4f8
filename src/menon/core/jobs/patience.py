"""Waiting for our own database: it may be away for a while, and nothing may be lost meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from menon.core.errors import DatabaseError
from menon.core.jobs.retry import pause

T = TypeVar("T")

log = structlog.stdlib.get_logger(__name__)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """The call's answer, however long the database is away."""
    attempt = 1
    while True:
        try:
            return await call()
        except DatabaseError as error:
            log.warning("jobs.database_away", code=error.code, detail=error.detail)
            await asyncio.sleep(pause(error, attempt) or 0.0)
            attempt += 1
