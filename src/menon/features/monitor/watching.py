"""What the server and its agents did of late: figures, analytics, alerts and who has seen them."""

import resource
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.audit import AuditRecord
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.events.models import EventRow
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runs.queries import readable
from menon.core.runtime import Runtime
from menon.features.monitor import rules, service
from menon.features.monitor.rules import Alert, Bounds, Measured
from menon.features.monitor.settings import AlertSettings

MOST: Final = 20_000
"""Runs that one look takes in."""
_MB: Final = 1_000_000
_SEEN, _UNSEEN = "alert.acknowledged", "alert.reopened"


async def performance(runtime: Runtime, who: Principal, days: int) -> dict[str, Any]:
    """How fast each operation of the agents is: one's own, or everybody's for administrators."""
    since = runtime.clock.now() - timedelta(days=days)
    found = await runtime.db.read(measured, who, since)
    shown = rules.operations(found)
    return {"days": days, "operations": shown, "total": rules.figures(found) if found else None}


async def analytics(runtime: Runtime, who: Principal, days: int) -> dict[str, Any]:
    """What was done by day, kind, agent and event: one's own, or everybody's."""
    since = runtime.clock.now() - timedelta(days=days)
    return {"days": days, **await runtime.db.read(_analytics, who, since)}


async def alerts(runtime: Runtime, who: Principal) -> dict[str, Any]:
    """What is out of its bounds now, and who has acknowledged it."""
    found = await _alerts(runtime, who)
    seen = await runtime.db.read(_acknowledged, [one.name for one in found])
    shown = [one.plain() | {"acknowledged": seen.get(one.name)} for one in found]
    return {
        "alerts": shown,
        "open": sum(one["acknowledged"] is None for one in shown),
        "status": found[0].severity if found else "ok",
    }


async def note(runtime: Runtime, who: Principal, name: str, *, seen: bool, why: str) -> None:
    """Acknowledge an alert, or take that back; it is kept in the audit record.

    Raises:
        InvalidInput: there is no such alert now.
    """
    known = [one.name for one in await _alerts(runtime, who)]
    if name not in known:
        listed = ", ".join(known) or "none"
        raise InvalidInput(f"There is no alert {name[:80]!r} now; there are: {listed}.")
    await runtime.db.write(_note, who, name, seen, why, runtime.clock.now())


async def _alerts(runtime: Runtime, who: Principal) -> list[Alert]:
    settings = runtime.settings[AlertSettings]
    since = runtime.clock.now() - timedelta(minutes=settings.minutes)
    disk = shutil.disk_usage(runtime.settings.root.data_dir)
    return rules.alerts(
        await runtime.db.read(measured, who, since),
        (await service.condition(runtime))["missing"],
        memory_mb=_memory() / _MB,
        disk_mb=disk.free / _MB,
        bounds=Bounds(
            least=settings.least,
            error_percent=settings.error_percent,
            p95_seconds=settings.p95_seconds,
            memory_warning_mb=settings.memory_warning_mb,
            memory_critical_mb=settings.memory_critical_mb,
            disk_free_mb=settings.disk_free_mb,
        ),
    )


def _memory() -> float:
    """Bytes that the process holds; where the system does not say, the most that it has held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def measured(session: Session, who: Principal, since: datetime) -> list[Measured]:
    """What agents did since a time and have ended, the newest first."""
    action = func.coalesce(Run.input["action"].as_string(), Run.kind)
    columns: list[Any] = [
        *(Run.agent_id, action.label("action"), Run.state, Run.model),
        *(Run.created_at, Run.ended_at),
    ]
    query: Any = readable(who).with_only_columns(*columns)
    query = query.where(Run.agent_id.is_not(None), Run.ended_at.is_not(None))
    found = session.execute(
        query.where(Run.created_at >= since).order_by(Run.id.desc()).limit(MOST)
    )
    return [
        Measured(
            agent=row.agent_id,
            action=row.action,
            ok=row.state == RunState.COMPLETED,
            seconds=(row.ended_at - row.created_at).total_seconds(),
            model=row.model,
        )
        for row in found
        if row.state != RunState.CANCELLED
    ]


def _analytics(session: Session, who: Principal, since: datetime) -> dict[str, Any]:
    runs = readable(who).where(Run.created_at >= since)
    day = func.date(Run.created_at)
    ended = [state.value for state in ENDED]
    told: dict[str, Any] = {
        "by_day": _counted(session, runs, day, "day"),
        "by_kind": _counted(session, runs, Run.kind, "kind"),
        "by_state": _counted(session, runs, Run.state, "state"),
        "by_agent": _counted(
            session, runs.where(Run.agent_id.is_not(None)), Run.agent_id, "agent_id"
        ),
        "users": session.scalar(runs.with_only_columns(func.count(Run.owner_id.distinct()))) or 0,
    }
    done = sum(one["runs"] for one in told["by_state"] if one["state"] in ended)
    well = sum(one["runs"] for one in told["by_state"] if one["state"] == RunState.COMPLETED)
    told["success_rate"] = round(well / done, 4) if done else None
    if who.is_admin:
        events = select(EventRow.type, func.count().label("events")).where(EventRow.at >= since)
        rows = session.execute(events.group_by(EventRow.type).order_by(EventRow.type))
        told["by_event"] = [{"event": row.type, "events": row.events} for row in rows]
    return told


def _counted(session: Session, runs: Any, group: Any, name: str) -> list[dict[str, Any]]:
    query = runs.with_only_columns(group.label("name"), func.count().label("runs"))
    rows = session.execute(query.group_by(group).order_by(group).limit(1_000))
    return [{name: str(row.name), "runs": row.runs} for row in rows]


def _acknowledged(session: Session, names: list[str]) -> dict[str, dict[str, Any]]:
    query = select(AuditRecord).where(
        AuditRecord.action.in_([_SEEN, _UNSEEN]), AuditRecord.subject.in_(names)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in session.scalars(query.order_by(AuditRecord.id)):
        if row.action == _SEEN:
            found[row.subject] = {
                "by": row.detail.get("by", ""),
                "at": row.at.isoformat(),
                "why": row.detail.get("why", ""),
            }
        else:
            found.pop(row.subject, None)
    return found


def _note(  # noqa: PLR0917 - a unit and what it is given
    session: Session, who: Principal, name: str, seen: bool, why: str, now: datetime
) -> None:
    act = _SEEN if seen else _UNSEEN
    audit.record(session, who, act, subject=name, at=now, by=who.name, why=why[:500])
