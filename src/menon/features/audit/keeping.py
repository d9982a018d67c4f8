"""Keeping the log lines of runs: caught from the log, masked, stored in batches, bounded.

    logging → LineHandler (in memory, 2,000 lines at most) → flush, every 0.5 s → log_line

A line counts where it was written while a run was at work, or names one in `run_id`. Whatever
does not fit is left out and counted, so that a run which says too much slows nobody.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.db.insert import insert_all_new
from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.core.sweep import open_sweeper
from menon.core.telemetry.context import run_id as current_run
from menon.core.telemetry.redact import Redactor, known_secrets
from menon.features.audit.entries import SEVERITIES
from menon.features.audit.models import LogLine
from menon.features.audit.settings import LogSettings
from menon.kit.ids import is_id, new_id
from menon.kit.text import clean

FLUSH_S = 0.5
_WAITING = 2000
_BATCH = 500
_RUNS = 1000
_LONGEST = 4000
_FIELDS = 2000
_STANDARD = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "run_id"}
)
log = logging.getLogger(__name__)
_CUT = "The run says more than is kept; what follows stands in the log of the server."


class LineHandler(logging.Handler):
    """Catches the lines of runs; called from any thread, waits for nothing.

    Args:
        redact: masks secrets.
        level: the least severity that is kept.
        lines: how many are kept of one run.
    """

    def __init__(self, redact: Redactor, *, level: int, lines: int) -> None:
        super().__init__(level)
        self.waiting: deque[dict[str, Any]] = deque()
        self.left_out = 0
        self._redact = redact
        self._lines = lines
        self._counts: OrderedDict[str, int] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        run = str(getattr(record, "run_id", "") or current_run.get())
        if not is_id(run):
            return
        count = self._counted(run)
        if count > self._lines or len(self.waiting) >= _WAITING:
            self.left_out += 1
            return
        try:
            self.waiting.append(self._row(record, run, cut=count == self._lines))
        except Exception:  # noqa: BLE001 - a line that cannot be shown must not end what logs it
            self.handleError(record)

    def _counted(self, run: str) -> int:
        count = self._counts.pop(run, 0) + 1
        self._counts[run] = count
        if len(self._counts) > _RUNS:
            self._counts.popitem(last=False)
        return count

    def _row(self, record: logging.LogRecord, run: str, *, cut: bool) -> dict[str, Any]:
        message = _CUT if cut else self._redact(record.getMessage())
        given = {} if cut else self._fields(record)
        return {
            "id": new_id(),
            "run_id": run,
            "at": datetime.fromtimestamp(record.created, UTC),
            "severity": record.levelno,
            "logger": record.name[:120],
            "message": clean(message)[:_LONGEST],
            "fields": given,
        }

    def _fields(self, record: logging.LogRecord) -> dict[str, str]:
        given = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            given["exception"] = repr(record.exc_info[1])
        return {clean(name)[:100]: self._shown(name, value) for name, value in given.items()}

    def _shown(self, name: str, value: Any) -> str:
        text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=repr)
        text = text.decode() if isinstance(text, bytes) else text
        masked = self._redact(f"{name}={text}")
        return clean(masked.partition("=")[2])[:_FIELDS]


class LogKeeper:
    """Stores what the handler caught."""

    def __init__(self, runtime: Runtime, handler: LineHandler) -> None:
        self._db = runtime.db
        self._handler = handler
        self._storing = asyncio.Lock()
        self._held: list[dict[str, Any]] = []
        """On their way to the database; kept until they are there."""

    @property
    def left_out(self) -> int:
        """How many lines were not kept, since there were too many."""
        return self._handler.left_out

    async def run(self) -> None:
        """Store every half a second."""
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self.flush()
            except DatabaseError:
                continue  # they wait, as many as there is room for
            except Exception:
                # What cannot be stored must not hold up what follows.
                log.exception("%d log lines of runs are lost", len(self._held))
                self._held = []

    async def flush(self) -> None:
        """Store all that waits."""
        waiting = self._handler.waiting
        async with self._storing:
            while self._held or waiting:
                while waiting and len(self._held) < _BATCH:
                    self._held.append(waiting.popleft())
                await self._db.write_bulk(insert_all_new, LogLine, self._held)
                self._held = []


@contextlib.asynccontextmanager
async def open_keeper(runtime: Runtime) -> AsyncGenerator[LogKeeper]:
    """Keep the lines of runs for as long as the process lives."""
    how = runtime.settings[LogSettings]
    redact = Redactor(known_secrets(runtime.settings))
    handler = LineHandler(redact, level=SEVERITIES[how.level], lines=how.lines)
    keeper = LogKeeper(runtime, handler)
    root = logging.getLogger()
    if how.keep:
        root.addHandler(handler)
    task = asyncio.create_task(keeper.run(), name="log-keeper")
    try:
        async with open_sweeper(runtime, sweeps=(partial(forget_lines, days=how.days),)):
            yield keeper
    finally:
        root.removeHandler(handler)
        task.cancel()
        await asyncio.wait([task])
        with contextlib.suppress(DatabaseError):
            await keeper.flush()


def forget_lines(session: Session, now: datetime, limit: int, *, days: int) -> int:
    """Delete up to `limit` lines that are too old."""
    old = select(LogLine.id).where(LogLine.at < now - timedelta(days=days)).limit(limit)
    ids = list(session.scalars(old))
    session.execute(delete(LogLine).where(LogLine.id.in_(ids)))
    return len(ids)
