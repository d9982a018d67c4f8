"""Watching runs as they go on, wherever they are worked on: one look serves all watchers.

    look, every 0.3 s while somebody watches → what is new → each watcher that may hear of it

The database is what all processes share, so a look finds what any of them did. A watcher is told
by a plain call that must not wait: sockets offer it to their own bounded queue.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.features.audit.entries import Entry
from menon.features.audit.looking import Happened, Position, Question, RunSeen, Seen, look

LOOK_S = 0.3
_BURST = 32
OVERLAP = timedelta(seconds=10)
"""A look goes back this far: what was written first may be committed last."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(eq=False, kw_only=True)
class Watcher:
    """Somebody who wants to know; what they do not want to hear of is left out."""

    who: Principal
    all: bool = False
    """Hear of everybody's runs, where they have the right to."""
    run: Callable[[RunSeen], None] | None = None
    entry: Callable[[Entry, RunSeen], None] | None = None
    happened: Callable[[Happened], None] | None = None
    since: datetime = field(init=False)

    @property
    def everybody(self) -> bool:
        return self.all and reach(self.who, Action.READ) is Reach.ANY

    def may_hear(self, owner_id: str) -> bool:
        return self.everybody or owner_id == self.who.user_id


class Watch:
    """The watchers of this process, and what they were told."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._watchers: set[Watcher] = set()
        self._wanted = asyncio.Event()
        self._runs: dict[str, RunSeen] = {}
        self._positions: dict[str, Position] = {}
        self._told: dict[str, float] = {}

    @contextlib.contextmanager
    def watching(self, watcher: Watcher) -> Generator[None]:
        """Tell somebody what happens from now on, for as long as the block lasts."""
        watcher.since = self._runtime.clock.now()
        self._watchers.add(watcher)
        self._wanted.set()
        try:
            yield
        finally:
            self._watchers.discard(watcher)

    async def run(self) -> None:
        """Look while somebody watches."""
        while True:
            if not self._watchers:
                self._forget()
                await self._wanted.wait()
            try:
                await self.once()
            except DatabaseError as error:
                log.warning("watch.database_away", code=error.code)
            except Exception:
                # One mistake must not leave all watchers of this process in the dark.
                log.exception("watch.failed")
            await asyncio.sleep(LOOK_S)

    async def once(self) -> None:
        """Look once, and tell."""
        seen = await self._runtime.db.read(look, self._question())
        known = seen.ended | {run.id: run for run in seen.runs}
        for n, run in enumerate(seen.runs):
            if n % _BURST == 0:
                await asyncio.sleep(0)
            if self._runs.get(run.id) != run:
                self._tell_run(run)
        for n, entry in enumerate(seen.entries):
            if n % _BURST == 0:
                await asyncio.sleep(0)  # a reader that keeps up must not be drowned by one look
            run = known.get(entry.task_id)
            if run is not None and self._fresh(f"{entry.task_id}/{entry.id}"):
                self._tell_entry(entry, run)
        for happened in seen.happened:
            if self._fresh(happened.id):
                self._tell_happened(happened)
        self._keep(seen)

    def _question(self) -> Question:
        owners = frozenset(w.who.user_id for w in self._watchers)
        return Question(
            owners=None if any(w.everybody for w in self._watchers) else owners,
            known=frozenset(run.id for run in self._runs.values() if not run.ended),
            newer_than=_id_at(time.time() - OVERLAP.total_seconds()),
            since=self._runtime.clock.now() - OVERLAP,
            positions=self._positions,
        )

    def _tell_run(self, run: RunSeen) -> None:
        for watcher in list(self._watchers):
            if watcher.run is not None and watcher.may_hear(run.owner_id):
                watcher.run(run)

    def _tell_entry(self, entry: Entry, run: RunSeen) -> None:
        for watcher in list(self._watchers):
            fresh = entry.at >= watcher.since
            if watcher.entry is not None and fresh and watcher.may_hear(run.owner_id):
                watcher.entry(entry, run)

    def _tell_happened(self, happened: Happened) -> None:
        data = happened.data
        about = {data.get("owner_id"), data.get("delegate_id"), *data.get("audience", [])}
        for watcher in list(self._watchers):
            fresh = happened.at >= watcher.since
            if watcher.happened is not None and fresh and watcher.who.user_id in about:
                watcher.happened(happened)

    def _fresh(self, key: str) -> bool:
        first = key not in self._told
        self._told[key] = time.monotonic()
        return first

    def _keep(self, seen: Seen) -> None:
        self._runs = {run.id: run for run in seen.runs}
        self._positions |= seen.positions
        self._positions = {r: p for r, p in self._positions.items() if r in self._runs}
        past = time.monotonic() - 2 * OVERLAP.total_seconds()
        self._told = {key: at for key, at in self._told.items() if at > past}

    def _forget(self) -> None:
        self._wanted.clear()
        self._runs, self._positions, self._told = {}, {}, {}


@contextlib.asynccontextmanager
async def open_watch(runtime: Runtime) -> AsyncGenerator[Watch]:
    """Watch for as long as the process lives."""
    watch = Watch(runtime)
    task = asyncio.create_task(watch.run(), name="watch")
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.wait([task])


def _id_at(seconds: float) -> str:
    """What every id that was made after this time is greater than (UUIDv7)."""
    millis = f"{int(seconds * 1000):012x}"
    return f"{millis[:8]}-{millis[8:]}"
