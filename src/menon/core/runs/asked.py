"""Hearing that a run which is generated here is to be cancelled or paused."""

import time
from collections.abc import Collection

from menon.core.db import Database
from menon.core.db.wake import on_wake
from menon.core.errors import MenonError
from menon.core.runs import queries
from menon.core.runs.control import ASKED

AGAIN_S = 5.0
"""After something was asked, or another process wrote, each look asks the store for this long: a
run may be asked to stop in the unit that made it, before its task is known here."""


class Asked:
    """Looks into the store only where something may have been asked since the last look."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._mark = 0
        self._until = 0.0
        on_wake(db, ASKED, self._again)

    async def of(self, run_ids: Collection[str]) -> list[tuple[str, str | None, str | None]]:
        """Which of these runs are to be cancelled or paused: id, who cancels, who pauses."""
        mark = await self._db.foreign()
        if mark != self._mark:
            self._mark = mark
            self._again()
        if time.monotonic() >= self._until:
            return []
        try:
            return await self._db.read(queries.asked, run_ids)
        except MenonError:
            self._again()
            raise

    def _again(self) -> None:
        self._until = time.monotonic() + AGAIN_S
