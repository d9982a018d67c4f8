"""What is seen to from time to time: old rows go, model servers are looked at."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial

import structlog

from menon.core.errors import MenonError
from menon.core.runtime import Runtime
from menon.core.sweep import BATCH, EVERY_S, Sweep
from menon.features.integrations import queries
from menon.features.integrations.service import backends, downloads
from menon.features.integrations.settings import IntegrationSettings

LOOK_S = 5.0

PARTS = timedelta(days=7)
"""How long what is there of a file waits for the rest."""

log = structlog.stdlib.get_logger(__name__)


class Upkeep:
    """The caretaker of this process; several may be at work."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def run(self) -> None:
        """Look and sweep until cancelled."""
        loop = asyncio.get_running_loop()
        sweep_at = loop.time() + EVERY_S
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await backends.check_due(self._runtime)
                if loop.time() >= sweep_at:
                    sweep_at = loop.time() + EVERY_S
                    await self.sweep()
            except MenonError as error:
                log.warning("integrations.upkeep_put_off", code=error.code, detail=error.detail)

    async def sweep(self) -> int:
        """Delete all that is old, batch by batch, and answer how many rows went."""
        how, gone = self._runtime.settings[IntegrationSettings], 0
        sweeps: tuple[tuple[Sweep, int], ...] = (
            (queries.drop_deliveries, how.keep_days),
            (queries.drop_messages, how.keep_days),
            (queries.drop_receipts, how.receipt_days),
            (queries.drop_records, how.http_keep_days),
        )
        for sweep, days in sweeps:
            before = self._runtime.clock.now() - timedelta(days=days)
            while count := await self._runtime.db.write_bulk(sweep, before, BATCH):
                gone += count
        return gone + await self._sweep_parts()

    async def _sweep_parts(self) -> int:
        before = self._runtime.clock.now() - PARTS
        drop = partial(downloads.drop_parts, self._runtime, before)
        return await asyncio.get_running_loop().run_in_executor(None, drop)


@contextlib.asynccontextmanager
async def open_upkeep(runtime: Runtime) -> AsyncGenerator[Upkeep]:
    """See to things for as long as the process lives."""
    upkeep = Upkeep(runtime)
    task = asyncio.create_task(upkeep.run(), name="integrations-upkeep")
    try:
        yield upkeep
    finally:
        task.cancel()
        await asyncio.wait([task])
