"""What the pages of schedules show, in the shapes that their templates declare."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.workflows import service
from menon.features.workflows.contexts import rights
from menon.features.workflows.forms import UNITS
from menon.features.workflows.schedules import service as schedule_service
from menon.features.workflows.schedules.models import ScheduleState
from menon.features.workflows.schedules.queries import ScheduleFilter
from menon.features.workflows.schedules.rules import Cron, Every, Trigger, check, next_time
from menon.features.workflows.schedules.schemas import ScheduleOut, ScheduleRunOut

SAMPLES = (
    ("0 7 * * 1-5", "Each weekday at 7:00"),
    ("30 2 * * *", "Each night at 2:30"),
    ("0 9 * * 1", "Each Monday at 9:00"),
    ("0 8 1 * *", "On the first of each month at 8:00"),
    ("*/15 * * * *", "Every quarter of an hour"),
)
_ROWS, _RUNS, _NAMES, _COMING = 25, 20, 200, 5


async def listing(runtime: Runtime, who: Principal, cursor: str | None) -> dict[str, Any]:
    """A page of schedules."""
    found = await schedule_service.listing(runtime, who, ScheduleFilter(), Page(_ROWS, cursor))
    names = dict(await _workflows(runtime, who))
    following = f"/workflows/schedules?{urlencode({'cursor': found.next_cursor})}"
    return {
        "schedules": [_row(each, names) for each in found.items],
        "next": following if found.next_cursor else None,
        **rights(who),
    }


async def form(
    runtime: Runtime,
    who: Principal,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form of a new schedule."""
    blank = {
        "workflow_id": "",
        "name": "",
        "trigger_type": "cron",
        "cron_expression": SAMPLES[0][0],
        "every": 1,
        "unit": "hours",
        "timezone": "UTC",
        "parameters": "{}",
    }
    shown = {**blank, **values}
    return {
        "form": shown,
        "errors": errors or {},
        "error": error,
        "workflows": await _workflows(runtime, who),
        "units": [(unit, unit) for unit in UNITS],
        "samples": SAMPLES,
        "coming": coming(shown, runtime.clock.now()),
    }


def coming(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """When a schedule with these values would fire, or why it never does."""
    zone = str(values["timezone"] or "UTC")
    if values["trigger_type"] == "cron":
        trigger: Trigger = Cron(expression=str(values["cron_expression"] or ""), zone=zone)
    else:
        many, zone = str(values["every"] or ""), "UTC"
        if not many.isascii() or not many.isdigit() or not 0 < len(many) < 9 or int(many) == 0:
            return {"times": [], "zone": zone, "wrong": "Say how many."}
        trigger = Every(seconds=int(many) * UNITS.get(str(values["unit"]), 1), since=now)
    try:
        check(trigger, now)
    except InvalidInput as error:
        return {"times": [], "zone": zone, "wrong": error.detail}
    return {"times": _times(trigger, now, zone), "zone": zone, "wrong": ""}


async def page(
    runtime: Runtime, who: Principal, schedule_id: str, cursor: str | None
) -> dict[str, Any]:
    """A schedule with what it started."""
    found = await schedule_service.get(runtime, who, schedule_id)
    ran = await schedule_service.runs(runtime, who, schedule_id, Page(_RUNS, cursor))
    query = urlencode({"cursor": ran.next_cursor})
    trigger = _trigger(found)
    active = found.state is ScheduleState.ACTIVE
    zone = found.timezone if found.cron_expression else "UTC"
    times = _times(trigger, runtime.clock.now(), zone) if active else []
    return {
        "schedule": _row(found, dict(await _workflows(runtime, who)))
        | {
            "parameters": json.dumps(found.parameters, ensure_ascii=False, indent=2),
            "created_at": found.created_at,
        },
        "coming": {"times": times, "zone": zone, "wrong": ""},
        "runs": [_run(each) for each in ran.items],
        "next": f"/workflows/schedules/{schedule_id}?{query}" if ran.next_cursor else None,
        "may_run": reach(who, Action.RUN) is not Reach.NONE,
    }


def _trigger(each: ScheduleOut) -> Trigger:
    if each.cron_expression is not None:
        return Cron(expression=each.cron_expression, zone=each.timezone)
    since = each.next_at or each.updated_at
    seconds = each.interval_seconds or 1
    return Every(seconds=seconds, since=since)


def _times(trigger: Trigger, after: datetime, zone: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at: datetime | None = after
    while len(found) < _COMING and (at := next_time(trigger, at)) is not None:
        found.append({"at": at, "local": at.astimezone(ZoneInfo(zone))})
    return found


async def _workflows(runtime: Runtime, who: Principal) -> list[tuple[str, str]]:
    """The newest workflows that somebody may schedule, by name."""
    found = await service.listing(runtime, who, Page(_NAMES))
    return sorted(((each.id, each.name) for each in found.items), key=lambda pair: pair[1].lower())


def _row(each: ScheduleOut, names: Mapping[str, str]) -> dict[str, Any]:
    title = names.get(each.workflow_id, "A workflow that is gone")
    return {
        "id": each.id,
        "name": each.name or title,
        "workflow": {"id": each.workflow_id, "name": title},
        "rule": each.cron_expression or _every(each.interval_seconds or 0),
        "cron": each.cron_expression is not None,
        "zone": each.timezone if each.cron_expression else "",
        "active": each.state is ScheduleState.ACTIVE,
        "reason": each.reason,
        "next_at": each.next_at,
        "last_at": each.last_at,
        "last_run": each.last_run_id,
    }


def _every(seconds: int) -> str:
    unit = next(
        name for name in ("days", "hours", "minutes", "seconds") if not seconds % UNITS[name]
    )
    many = seconds // UNITS[unit]
    return f"every {many} {unit}" if many != 1 else f"every {unit[:-1]}"


def _run(each: ScheduleRunOut) -> dict[str, Any]:
    end = each.ended_at
    return {
        "id": each.execution_id,
        "state": each.state,
        "planned_at": each.planned_at,
        "fired_at": each.fired_at,
        "seconds": (end - each.started_at).total_seconds() if end and each.started_at else None,
        "error": each.error,
    }
