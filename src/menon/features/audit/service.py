"""Reading logs, and following the log of one run."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.audit import queries
from menon.features.audit.entries import Entry, Key
from menon.features.audit.queries import LogFilter
from menon.features.audit.schemas import LogEntryOut
from menon.features.audit.settings import LogSettings
from menon.features.audit.watch import Watch, Watcher
from menon.kit.pages import decode_cursor, encode_cursor

_PAGE = 500
_LATE = timedelta(seconds=3)
"""A line is stored up to this long after an event that happened later."""
_LOOK_S, _LAST_S = 2.0, 1.0


async def history(
    runtime: Runtime, who: Principal, wanted: LogFilter, page: Page
) -> Listing[LogEntryOut]:
    """A page of entries over all runs that somebody may see: newest runs first."""
    days = timedelta(days=runtime.settings[LogSettings].days)
    entries, following = await runtime.db.read(
        queries.history, who, wanted, page, earliest=runtime.clock.now() - days
    )
    return Listing(items=[shown(entry) for entry in entries], next_cursor=following)


async def task_log(
    runtime: Runtime, who: Principal, run_id: str, page: Page
) -> Listing[LogEntryOut]:
    """A page of one run's log, oldest first.

    Raises:
        NotFound: there is no such run, or it is not theirs.
    """
    found = await runtime.db.read(
        queries.task_log, who, run_id, after=place(page.cursor), limit=page.limit + 1
    )
    entries = found.entries[: page.limit]
    following = position(entries[-1]) if len(found.entries) > page.limit else None
    return Listing(items=[shown(entry) for entry in entries], next_cursor=following)


async def follow(
    runtime: Runtime, who: Principal, run_id: str, *, after: str | None
) -> AsyncGenerator[list[Entry]]:
    """The entries of a run's log after a place, in batches, until the run has ended.

    Raises:
        NotFound: there is no such run, or it is not theirs.
        InvalidInput: the place is not one of ours.
    """
    start = place(after)
    await runtime.db.read(queries.task_log, who, run_id, after=start, limit=1)
    return _follow(runtime, who, run_id, start)


def shown(entry: Entry) -> LogEntryOut:
    """An entry on the wire."""
    return LogEntryOut.model_validate(entry)


def position(entry: Entry) -> str:
    """Where an entry stands, to go on after it."""
    return encode_cursor(entry.at.isoformat(), entry.id)


def place(text: str | None) -> Key | None:
    """The place behind `position`.

    Raises:
        InvalidInput: it is not one of ours.
    """
    if not text:
        return None
    try:
        at, ident = decode_cursor(text, size=2)
        when = datetime.fromisoformat(at)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{text!r} is not a place in a log; leave it out.") from error
    if when.tzinfo is None:
        raise InvalidInput(f"{text!r} is not a place in a log; leave it out.")
    return when, str(ident)


async def _follow(
    runtime: Runtime, who: Principal, run_id: str, start: Key | None
) -> AsyncGenerator[list[Entry]]:
    news = asyncio.Event()
    watcher = Watcher(
        who=who,
        all=True,
        entry=lambda _, run: news.set() if run.id == run_id else None,
        run=lambda run: news.set() if run.id == run_id else None,
    )
    told: set[str] = set()
    late = False
    with runtime[Watch].watching(watcher):
        while True:
            news.clear()
            found = await runtime.db.read(_all_after, who, run_id, start)
            if fresh := [entry for entry in found.entries if entry.id not in told]:
                told |= {entry.id for entry in fresh}
                yield fresh
            before = runtime.clock.now() - _LATE
            if found.ended_at is not None:
                if late or found.ended_at < before:
                    return
                late = True
                await asyncio.sleep(_LAST_S)  # for the lines that are stored last
                continue
            # Entries that are older than this cannot come any more.
            settled = [entry for entry in found.entries if entry.at < before]
            start = settled[-1].key if settled else start
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await news.wait()


def _all_after(session: Session, who: Principal, run_id: str, after: Key | None) -> queries.TaskLog:
    entries: list[Entry] = []
    while True:
        found = queries.task_log(session, who, run_id, after=after, limit=_PAGE)
        entries += found.entries
        if len(found.entries) < _PAGE:
            return queries.TaskLog(entries=entries, ended_at=found.ended_at)
        after = found.entries[-1].key
