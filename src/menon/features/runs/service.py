"""Reading, following and cancelling runs."""

import re
from collections.abc import AsyncGenerator

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.http import Listing, Page
from menon.core.runs.events import Envelope
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.runs import queries
from menon.features.runs.queries import Filter
from menon.features.runs.schemas import Progress, RunOut
from menon.kit.pages import encode_cursor

_EVENT_ID = re.compile(r"(\d{1,9})\.(\d{1,9})")


async def get(runtime: Runtime, who: Principal, run_id: str) -> RunOut:
    """One run."""
    return await runtime.db.read(_get, who, run_id)


async def listing(runtime: Runtime, who: Principal, wanted: Filter, page: Page) -> Listing[RunOut]:
    """A page of the runs that somebody may see, newest first."""
    return await runtime.db.read(_listing, who, wanted, page)


async def children(runtime: Runtime, who: Principal, run_id: str) -> list[RunOut]:
    """The first runs that a run began, oldest first."""
    return await runtime.db.read(_children, who, run_id)


async def cancel(runtime: Runtime, who: Principal, run_id: str) -> RunOut:
    """Ask a run to stop; it has stopped within 500 ms, wherever it is generated."""
    await runtime.db.read(_get, who, run_id)
    await runtime[RunLog].cancel(run_id, who.name)
    return await runtime.db.read(_get, who, run_id)


async def follow(
    runtime: Runtime, who: Principal, run_id: str, last: str | None
) -> AsyncGenerator[list[Envelope]]:
    """The events of a run after the one with this id, live until the run ends."""
    await runtime.db.read(_get, who, run_id)
    return runtime[RunLog].follow(run_id, after=position(last))


def position(last: str | None) -> tuple[int, int]:
    """The epoch and seq in an event id; `(0, 0)` without one.

    Raises:
        InvalidInput: the id is not one of ours.
    """
    if not last:
        return 0, 0
    match = _EVENT_ID.fullmatch(last)
    if match is None:
        raise InvalidInput(f"{last!r} is not an event id; they look like '1.42'.")
    return int(match[1]), int(match[2])


def shown(run: Run) -> RunOut:
    """A run as it goes over the wire."""
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return RunOut(
        **{
            name: getattr(run, name)
            for name in RunOut.model_fields
            if name not in {"progress", "error", "usage"}
        },
        progress=Progress(done=run.done, total=run.total, note=run.note),
        error=error,
        usage=run.usage,
    )


def _get(session: Session, who: Principal, run_id: str) -> RunOut:
    return shown(queries.get(session, who, run_id))


def _children(session: Session, who: Principal, run_id: str) -> list[RunOut]:
    return [shown(run) for run in queries.children(session, who, run_id)]


def _listing(session: Session, who: Principal, wanted: Filter, page: Page) -> Listing[RunOut]:
    rows = queries.page(session, who, wanted, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[shown(run) for run in kept], next_cursor=more)
