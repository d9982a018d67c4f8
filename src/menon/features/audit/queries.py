"""Reading the logs of runs: stored lines and events, merged; every query starts from `readable`.

Across runs the newest run comes first, and within it the newest entry: that order is an index walk
on both tables. The log of one run is read oldest first.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runs.models import Run, RunEvent
from menon.core.runs.queries import readable
from menon.features.audit.entries import (
    ALWAYS_BAD,
    MAYBE_BAD,
    SEVERITIES,
    TOLD,
    Entry,
    Key,
    of_line,
    of_row,
)
from menon.features.audit.models import LogLine
from menon.kit.pages import encode_cursor

Place = tuple[str, datetime, str]
"""Run, time and id of the last entry on the page before."""

_MOST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Which entries are wanted; None is any."""

    task_id: str | None = None
    agent_id: str | None = None
    level: str = "debug"
    """The least severe one."""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, entry: Entry, subject: str) -> bool:
        """Whether an entry of a run about this subject is wanted."""
        return (
            entry.severity >= SEVERITIES[self.level]
            and self.task_id in {None, entry.task_id}
            and (self.agent_id is None or subject == f"agent:{self.agent_id}")
        )


@dataclass(frozen=True, kw_only=True)
class TaskLog:
    """The next entries of one run's log."""

    entries: list[Entry]
    ended_at: datetime | None


def history(
    session: Session, who: Principal, wanted: LogFilter, page: Page, *, earliest: datetime
) -> tuple[list[Entry], str | None]:
    """A page of entries over all runs that somebody may see, and the cursor of the next one.

    Args:
        session: the unit's session.
        who: the principal.
        wanted: which ones.
        page: which part.
        earliest: runs that began before are left out.
    """
    after = _cursor(page)
    runs = _runs(who, wanted, earliest)
    found = [
        *_lines(session, runs, wanted, after, page.limit + 1),
        *_events(session, runs, wanted, after, page.limit + 1),
    ]
    found.sort(key=lambda e: (e.task_id, *e.key), reverse=True)
    shown = found[: page.limit]
    following = None
    if len(found) > page.limit:
        last = shown[-1]
        following = encode_cursor(last.task_id, last.at.isoformat(), last.id)
    return [e for e in shown if e.severity >= SEVERITIES[wanted.level]], following


def visible(session: Session, who: Principal, run_id: str) -> datetime | None:
    """When a run ended.

    Raises:
        NotFound: there is no such run, or it is not theirs.
    """
    mine = readable(who).where(Run.id == run_id).with_only_columns(Run.ended_at)
    run = session.execute(mine).first()
    if run is None:
        raise NotFound
    return run.ended_at


def task_log(
    session: Session, who: Principal, run_id: str, *, after: Key | None, limit: int
) -> TaskLog:
    """The entries of one run after a place in its log, oldest first.

    Raises:
        NotFound: there is no such run, or it is not theirs.
    """
    ended_at = visible(session, who, run_id)
    lines = select(LogLine).where(LogLine.run_id == run_id)
    events = select(RunEvent.__table__).where(RunEvent.run_id == run_id, RunEvent.type.in_(TOLD))
    if after is not None:
        at, ident = after
        epoch, seq = _numbers(ident)
        next_line = and_(LogLine.at == at, LogLine.id > ident)
        lines = lines.where(or_(LogLine.at > at, next_line))
        next_seq = or_(RunEvent.epoch > epoch, and_(RunEvent.epoch == epoch, RunEvent.seq > seq))
        events = events.where(or_(RunEvent.at > at, and_(RunEvent.at == at, next_seq)))
    stored = session.scalars(lines.order_by(LogLine.at, LogLine.id).limit(limit))
    in_order = events.order_by(RunEvent.at, RunEvent.epoch, RunEvent.seq)
    happened = session.execute(in_order.limit(limit))
    found = sorted([*map(of_line, stored), *_told(happened)], key=lambda e: e.key)
    return TaskLog(entries=found[:limit], ended_at=ended_at)


def _runs(who: Principal, wanted: LogFilter, earliest: datetime) -> Select[Any]:
    runs = readable(who).where(Run.created_at >= earliest).with_only_columns(Run.id)
    if wanted.task_id is not None:
        runs = runs.where(Run.id == wanted.task_id)
    if wanted.agent_id is not None:
        runs = runs.where(Run.subject == f"agent:{wanted.agent_id}")
    return runs


def _lines(
    session: Session, runs: Select[Any], wanted: LogFilter, after: Place | None, limit: int
) -> list[Entry]:
    query = select(LogLine).where(
        LogLine.run_id.in_(runs), LogLine.severity >= SEVERITIES[wanted.level]
    )
    query = query.where(*_between(LogLine.at, wanted))
    if after:
        run_id, at, ident = after
        older = or_(LogLine.at < at, and_(LogLine.at == at, LogLine.id < ident))
        query = query.where(_before(LogLine.run_id, run_id, older))
    ordered = query.order_by(LogLine.run_id.desc(), LogLine.at.desc(), LogLine.id.desc())
    return [of_line(row) for row in session.scalars(ordered.limit(limit))]


def _events(
    session: Session, runs: Select[Any], wanted: LogFilter, after: Place | None, limit: int
) -> list[Entry]:
    query = select(RunEvent.__table__).where(RunEvent.run_id.in_(runs), _severe(wanted.level))
    query = query.where(*_between(RunEvent.at, wanted))
    if after:
        run_id, at, ident = after
        epoch, seq = _numbers(ident)
        later = or_(RunEvent.epoch < epoch, and_(RunEvent.epoch == epoch, RunEvent.seq < seq))
        older = or_(RunEvent.at < at, and_(RunEvent.at == at, later))
        query = query.where(_before(RunEvent.run_id, run_id, older))
    ordered = query.order_by(
        RunEvent.run_id.desc(), RunEvent.at.desc(), RunEvent.epoch.desc(), RunEvent.seq.desc()
    )
    return _told(session.execute(ordered.limit(limit)))


def _told(rows: Any) -> list[Entry]:
    return [entry for row in rows if (entry := of_row(row)) is not None]


def _severe(level: str) -> ColumnElement[bool]:
    if SEVERITIES[level] <= SEVERITIES["info"]:
        return RunEvent.type.in_(TOLD)
    if level == "error":
        return RunEvent.type == "error"
    failed = or_(RunEvent.data.like('%"failed"%'), RunEvent.data.like('%"interrupted"%'))
    return or_(RunEvent.type.in_(ALWAYS_BAD), and_(RunEvent.type.in_(MAYBE_BAD), failed))


def _between(at: Any, wanted: LogFilter) -> list[ColumnElement[bool]]:
    lower = [at >= wanted.since] if wanted.since is not None else []
    upper = [at < wanted.until] if wanted.until is not None else []
    return [*lower, *upper]


def _before(column: Any, run_id: str, older: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(column < run_id, and_(column == run_id, older))


def _cursor(page: Page) -> tuple[str, datetime, str] | None:
    parts = page.after(3)
    if parts is None:
        return None
    try:
        at = datetime.fromisoformat(parts[1])
    except (TypeError, ValueError) as error:
        raise InvalidInput("The cursor is not one of this list; leave it out.") from error
    return str(parts[0]), at if at.tzinfo else at.replace(tzinfo=UTC), str(parts[2])


def _numbers(ident: str) -> tuple[int, int]:
    """Epoch and seq in an entry's id; the id of a line stands above all events of its moment."""
    epoch, _, seq = ident.partition(".")
    if epoch.isdecimal() and seq.isdecimal():
        return min(int(epoch), _MOST), min(int(seq), _MOST)
    return _MOST, _MOST
