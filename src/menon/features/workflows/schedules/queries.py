"""What is selected of schedules; every query starts from `readable`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, authorize
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runs.models import Run
from menon.features.workflows.schedules.models import Schedule, ScheduleFire, ScheduleState


@dataclass(frozen=True, kw_only=True)
class ScheduleFilter:
    """Which schedules are wanted; None is any."""

    workflow_id: str | None = None
    state: ScheduleState | None = None


def readable(who: Principal) -> Select[Schedule]:
    """The schedules that somebody may use: their own, or all for administrators."""
    if authorize(who, Action.INTEGRATE) is Reach.ANY:
        return select(Schedule)
    return select(Schedule).where(Schedule.owner_id == who.user_id)


def get(session: Session, who: Principal, schedule_id: str, *, lock: bool = False) -> Schedule:
    """One schedule.

    Raises:
        NotFound: there is none that this principal may use.
    """
    query = readable(who).where(Schedule.id == schedule_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def page(session: Session, who: Principal, wanted: ScheduleFilter, page: Page) -> list[Schedule]:
    """A page of schedules, newest first, with one more where another page follows."""
    query = readable(who).order_by(Schedule.id.desc()).limit(page.limit + 1)
    if wanted.workflow_id is not None:
        query = query.where(Schedule.workflow_id == wanted.workflow_id)
    if wanted.state is not None:
        query = query.where(Schedule.state == wanted.state)
    if after := page.after(1):
        query = query.where(Schedule.id < str(after[0]))
    return list(session.scalars(query))


def runs(session: Session, schedule: Schedule, page: Page) -> list[tuple[ScheduleFire, Run]]:
    """A page of what a schedule started, newest first, with one more where another follows."""
    query = (
        select(ScheduleFire, Run)
        .join(Run, Run.id == ScheduleFire.run_id)
        .where(ScheduleFire.schedule_id == schedule.id)
        .order_by(ScheduleFire.id.desc())
        .limit(page.limit + 1)
    )
    if after := page.after(1):
        query = query.where(ScheduleFire.id < str(after[0]))
    return [(fire, run) for fire, run in session.execute(query)]


def due(session: Session, now: datetime, *, limit: int = 50) -> list[str]:
    """The ids of schedules whose time has come, those first that have waited longest."""
    found = select(Schedule.id).where(Schedule.next_at <= now)
    return list(session.scalars(found.order_by(Schedule.next_at, Schedule.id).limit(limit)))


def claimed(session: Session, schedule_id: str, now: datetime) -> Schedule | None:
    """A schedule that is due, for this unit alone; None where another process was quicker."""
    query = select(Schedule).where(Schedule.id == schedule_id, Schedule.next_at <= now)
    return session.scalar(query.with_for_update(skip_locked=True))


def has_fired(session: Session, schedule_id: str, planned: datetime) -> bool:
    """Whether an execution was started for this time."""
    where = (ScheduleFire.schedule_id == schedule_id, ScheduleFire.planned_at == planned)
    return session.scalar(select(ScheduleFire.id).where(*where)) is not None
