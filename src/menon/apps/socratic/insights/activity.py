"""What somebody did of late: their acts in the audit record, and what agents did for them."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.audit import AuditRecord
from menon.core.runs.models import Run, RunState
from menon.core.runtime import Runtime

_LATEST: Final = 50


async def of_user(runtime: Runtime, user_id: str, days: int) -> dict[str, Any]:
    """What a user did in so many days, counted, with the latest acts."""
    since = runtime.clock.now() - timedelta(days=days)
    return {"user_id": user_id, "days": days, **await runtime.db.read(_of_user, user_id, since)}


def _of_user(session: Session, user_id: str, since: datetime) -> dict[str, Any]:
    mine = (AuditRecord.actor == user_id, AuditRecord.at >= since)
    counted = select(AuditRecord.action, func.count().label("times")).where(*mine)
    acts = session.execute(counted.group_by(AuditRecord.action).order_by(AuditRecord.action))
    latest = select(AuditRecord).where(*mine).order_by(AuditRecord.id.desc()).limit(_LATEST)
    runs = (Run.owner_id == user_id, Run.created_at >= since)
    action = func.coalesce(Run.input["action"].as_string(), Run.kind)
    asked = (
        select(
            Run.agent_id,
            action.label("action"),
            func.count().label("times"),
            func.count().filter(Run.state == RunState.FAILED).label("failed"),
        )
        .where(*runs, Run.agent_id.is_not(None))
        .group_by(Run.agent_id, action)
    )
    last = session.scalar(select(func.max(AuditRecord.at)).where(AuditRecord.actor == user_id))
    return {
        "last_act_at": last.isoformat() if last else None,
        "acts": {row.action: row.times for row in acts},
        "agents": sorted(
            (
                {
                    "agent_id": row.agent_id,
                    "action": row.action,
                    "times": row.times,
                    "failed": row.failed,
                }
                for row in session.execute(asked)
            ),
            key=lambda one: (-int(one["times"]), str(one["agent_id"]), str(one["action"])),
        ),
        "latest": [
            {"action": one.action, "subject": one.subject, "at": one.at.isoformat()}
            for one in session.scalars(latest)
        ],
    }
