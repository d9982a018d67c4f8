"""What workflows hold about a user, and how they forget it; executions go with their runs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.workflows import queries, views
from menon.features.workflows.models import Workflow
from menon.features.workflows.schedules import service as schedule_service

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's workflows and schedules."""
    schedules = await schedule_service.export(runtime, subject)
    return {**schedules, "workflows": await runtime.db.read(_exported, subject)}


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's workflows and schedules; says how many."""
    gone = await schedule_service.erase(runtime, subject)
    return gone + await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> list[dict[str, Any]]:
    owner = Principal(user_id=subject)
    rows = session.scalars(
        select(Workflow).where(Workflow.owner_id == subject).order_by(Workflow.id).limit(_MOST)
    )
    return [
        views.shown(owner, row, queries.version(session, row)).model_dump(mode="json")
        for row in rows
    ]


def _erase(session: Session, subject: str) -> int:
    gone = delete(Workflow).where(Workflow.owner_id == subject).returning(Workflow.id)
    return len(session.execute(gone).all())
