"""What is selected of runs for lists; every query starts from the core's `readable`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.events.models import EventRow
from menon.core.http import Page
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.queries import readable


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which runs are wanted; None is any."""

    kind: RunKind | None = None
    state: RunState | None = None
    owner: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def get(session: Session, who: Principal, run_id: str) -> Run:
    """One run.

    Raises:
        NotFound: there is none that the principal may see.
    """
    found = session.scalar(readable(who).where(Run.id == run_id))
    if found is None:
        raise NotFound
    return found


def page(session: Session, who: Principal, wanted: Filter, page: Page) -> list[Run]:
    """A page of runs, newest first, with one row more where another page follows."""
    query = readable(who).order_by(Run.id.desc()).limit(page.limit + 1)
    for column, value in (
        (Run.kind, wanted.kind),
        (Run.state, wanted.state),
        (Run.owner_id, wanted.owner),
        (Run.subject, wanted.subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Run.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Run.created_at < wanted.until)
    if after := page.after(1):
        query = query.where(Run.id < str(after[0]))
    return list(session.scalars(query))


def children(session: Session, who: Principal, run_id: str, limit: int = 50) -> list[Run]:
    """The first runs that a run began, oldest first."""
    query = readable(who).where(Run.parent_id == run_id).order_by(Run.id).limit(limit)
    return list(session.scalars(query))


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which domain events are wanted; None is any."""

    type: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(
    session: Session, who: Principal, wanted: EventFilter, page: Page, *, after: datetime | None
) -> list[EventRow]:
    """A page of domain events, newest first, with one row more where another page follows."""
    query = select(EventRow).order_by(EventRow.at.desc(), EventRow.id.desc())
    if not who.is_admin:
        query = query.where(_concerns(who))
    conditions: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.type, EventRow.type == wanted.type),
        (wanted.subject, EventRow.subject == wanted.subject),
    ]
    for value, condition in conditions:
        if value is not None:
            query = query.where(condition)
    if wanted.since is not None:
        query = query.where(EventRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(EventRow.at < wanted.until)
    if after is not None and (place := page.after(2)):
        older = and_(EventRow.at == after, EventRow.id < str(place[1]))
        query = query.where(or_(EventRow.at < after, older))
    return list(session.scalars(query.limit(page.limit + 1)))


def _concerns(who: Principal) -> ColumnElement[bool]:
    """Events that name somebody as owner, delegate or audience, or are about them or their runs."""
    mine = select(literal("run:") + Run.id).where(Run.owner_id == who.user_id)
    return or_(
        EventRow.data["owner_id"].as_string() == who.user_id,
        EventRow.data["delegate_id"].as_string() == who.user_id,
        # A list of ids as text: an id stands in no other one.
        EventRow.data["audience"].as_string().contains(who.user_id),
        EventRow.subject == f"user:{who.user_id}",
        EventRow.subject.in_(mine),
    )
