"""Schedules: making, changing, listing and deleting them, and running one now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Action, Principal, authorize
from menon.core.errors import InvalidInput
from menon.core.http import Listing, Page
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.accounts.service import acting_as, scopes_of
from menon.features.workflows.schedules import queries as schedule_queries
from menon.features.workflows.schedules.firing import begin, pause, plan, trigger_of
from menon.features.workflows.schedules.models import (
    Schedule,
    ScheduleFire,
    ScheduleState,
    TriggerType,
)
from menon.features.workflows.schedules.queries import ScheduleFilter
from menon.features.workflows.schedules.rules import check
from menon.features.workflows.schedules.schemas import (
    ScheduleIn,
    ScheduleOut,
    SchedulePatch,
    ScheduleRunOut,
    TriggeredOut,
)
from menon.features.workflows.schedules.start import check_start, start
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_TRIGGER = {"trigger_type", "cron_expression", "interval_seconds", "timezone"}


async def create(runtime: Runtime, who: Principal, body: ScheduleIn) -> ScheduleOut:
    """Have a workflow start by itself from now on.

    Raises:
        NotFound: there is no such workflow for this principal.
        InvalidInput: the expression or the time zone means nothing.
        Forbidden: they may schedule, but not run.
    """
    return await runtime.db.write(_create, who, body, runtime.clock.now())


async def listing(
    runtime: Runtime, who: Principal, wanted: ScheduleFilter, page: Page
) -> Listing[ScheduleOut]:
    """A page of the schedules that somebody may use, newest first."""
    return await runtime.db.read(_listing, who, wanted, page)


async def get(runtime: Runtime, who: Principal, schedule_id: str) -> ScheduleOut:
    """One schedule."""
    return await runtime.db.read(_get, who, schedule_id)


async def change(
    runtime: Runtime, who: Principal, schedule_id: str, patch: SchedulePatch
) -> ScheduleOut:
    """Change, pause or resume a schedule; it fires next after now."""
    return await runtime.db.write(_change, who, schedule_id, patch, now=runtime.clock.now())


async def delete(runtime: Runtime, who: Principal, schedule_id: str) -> None:
    """Delete a schedule; what it started stays."""
    await runtime.db.write(_delete, who, schedule_id, runtime.clock.now())


async def trigger(runtime: Runtime, who: Principal, schedule_id: str) -> TriggeredOut:
    """Start what a schedule starts, now; its plan does not change."""
    return await runtime.db.write(_trigger, who, schedule_id, runtime.clock.now())


async def runs(
    runtime: Runtime, who: Principal, schedule_id: str, page: Page
) -> Listing[ScheduleRunOut]:
    """A page of what a schedule started, newest first."""
    return await runtime.db.read(_runs, who, schedule_id, page)


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """The schedules of a user."""
    return {"schedules": await runtime.db.read(_exported, subject)}


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's schedules; says how many."""
    return await runtime.db.write(_erase, subject)


def _create(session: Session, who: Principal, body: ScheduleIn, now: datetime) -> ScheduleOut:
    check_start(session, who, body.workflow_id, body.parameters)
    row = Schedule(
        id=new_id(),
        owner_id=who.user_id,
        scopes=scopes_of(who),
        state=ScheduleState.ACTIVE,
        reason="",
        since=now,
        created_at=now,
        updated_at=now,
        **body.model_dump(),
    )
    check(trigger_of(row), now)
    plan(row, now)
    session.add(row)
    session.flush()
    audit.record(
        session, who, "schedule.created", subject=row.id, at=now, workflow_id=row.workflow_id
    )
    return ScheduleOut.model_validate(row)


def _listing(
    session: Session, who: Principal, wanted: ScheduleFilter, page: Page
) -> Listing[ScheduleOut]:
    rows = schedule_queries.page(session, who, wanted, page)
    shown = [ScheduleOut.model_validate(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Listing(items=shown, next_cursor=encode_cursor(shown[-1].id) if more else None)


def _get(session: Session, who: Principal, schedule_id: str) -> ScheduleOut:
    return ScheduleOut.model_validate(schedule_queries.get(session, who, schedule_id))


def _change(
    session: Session, who: Principal, schedule_id: str, patch: SchedulePatch, *, now: datetime
) -> ScheduleOut:
    row = schedule_queries.get(session, who, schedule_id, lock=True)
    changes = patch.model_dump(exclude_unset=True)
    wanted = changes.pop("state", None)
    changes = {name: value for name, value in changes.items() if value is not None}
    for name, value in changes.items():
        setattr(row, name, value)
    if changes.keys() & _TRIGGER:
        _retrigger(row, changes, now)
    if wanted is ScheduleState.PAUSED:
        pause(row, f"paused by {who.name}")
    elif wanted is ScheduleState.ACTIVE or row.state == ScheduleState.ACTIVE:
        _resume(session, row, now)
    row.updated_at = now
    said = patch.model_dump(mode="json", exclude_unset=True, exclude={"parameters"})
    audit.record(session, who, "schedule.changed", subject=row.id, at=now, **said)
    session.flush()
    return ScheduleOut.model_validate(row)


def _retrigger(row: Schedule, changes: Mapping[str, Any], now: datetime) -> None:
    """Make the columns of the trigger agree: where no type was given, the given field decides."""
    if "trigger_type" not in changes:
        by_field = {
            "cron_expression": TriggerType.CRON,
            "interval_seconds": TriggerType.INTERVAL,
        }
        row.trigger_type = next(
            (kind for field, kind in by_field.items() if field in changes), row.trigger_type
        )
    if row.trigger_type == TriggerType.CRON:
        row.interval_seconds = None
    elif row.interval_seconds is None:
        raise InvalidInput("A schedule by interval needs interval_seconds.")
    else:
        row.cron_expression = None
    row.since = now
    check(trigger_of(row), now)


def _resume(session: Session, row: Schedule, now: datetime) -> None:
    """Have a schedule fire from now on, if its owner may still run its workflow."""
    owner = acting_as(session, row.owner_id, row.scopes)
    check_start(session, owner, row.workflow_id, row.parameters)
    row.state, row.reason = ScheduleState.ACTIVE, ""
    plan(row, now)


def _delete(session: Session, who: Principal, schedule_id: str, now: datetime) -> None:
    row = schedule_queries.get(session, who, schedule_id, lock=True)
    session.delete(row)
    audit.record(session, who, "schedule.deleted", subject=schedule_id, at=now)


def _trigger(session: Session, who: Principal, schedule_id: str, now: datetime) -> TriggeredOut:
    authorize(who, Action.RUN)
    row = schedule_queries.get(session, who, schedule_id, lock=True)
    run_id = begin(session, row, start, now)
    audit.record(session, who, "schedule.triggered", subject=row.id, at=now, run_id=run_id)
    return TriggeredOut(execution_id=run_id, schedule_id=row.id)


def _runs(
    session: Session, who: Principal, schedule_id: str, page: Page
) -> Listing[ScheduleRunOut]:
    row = schedule_queries.get(session, who, schedule_id)
    found = schedule_queries.runs(session, row, page)
    kept = found[: page.limit]
    more = encode_cursor(kept[-1][0].id) if len(found) > page.limit else None
    return Listing(items=[_shown(fire, run) for fire, run in kept], next_cursor=more)


def _shown(fire: ScheduleFire, run: Run) -> ScheduleRunOut:
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return ScheduleRunOut(
        execution_id=run.id,
        state=run.state,
        planned_at=fire.planned_at,
        fired_at=fire.fired_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        error=error,
    )


def _exported(session: Session, subject: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Schedule).where(Schedule.owner_id == subject))
    return [ScheduleOut.model_validate(row).model_dump(mode="json") for row in rows]


def _erase(session: Session, subject: str) -> int:
    rows = session.execute(
        delete_rows(Schedule).where(Schedule.owner_id == subject).returning(Schedule.id)
    )
    return len(rows.all())
