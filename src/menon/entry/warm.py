"""Getting ready for the first question: its libraries take seconds to load, so a thread does."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator

import structlog

from menon.core.errors import MenonError
from menon.core.runtime import Runtime
from menon.features.catalog.service import Models
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.queries import anything
from menon.kit.loading import loaded

_LOOP = "menon.engine.agents.run"

log = structlog.stdlib.get_logger(__name__)


@contextlib.asynccontextmanager
async def warming(runtime: Runtime) -> AsyncGenerator[None]:
    """Build what `auto` means in the background, while the process answers already."""
    task = asyncio.create_task(_warm(runtime), name="warming")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _warm(runtime: Runtime) -> None:
    try:
        await _load(runtime)
    except Exception:  # the first question says it again, to those who can do something about it
        log.exception("warming.failed")
    # What was loaded stays for good: the collector need not look at it again.
    gc.freeze()


async def _load(runtime: Runtime) -> None:
    desk = runtime.get(Desk)
    # Where there is nothing to search the model would be 35 MiB for nobody.
    if desk is not None and desk.space and await runtime.db.read(anything):
        await desk.embed(["warm"])
    if (models := runtime.get(Models)) is None:
        return
    with contextlib.suppress(MenonError):  # the first question says what is wrong
        await models.resolve()
    await loaded(_LOOP)
