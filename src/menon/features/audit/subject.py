"""What the logs hold about a user, and how they forget it; before the runs themselves go."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.audit.entries import of_line
from menon.features.audit.models import LogLine
from menon.features.audit.service import shown

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """The log lines of a user's runs."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget the log lines of a user's runs; says how many went."""
    return await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> dict[str, Any]:
    mine = select(Run.id).where(Run.owner_id == subject)
    lines = select(LogLine).where(LogLine.run_id.in_(mine)).order_by(LogLine.id).limit(_MOST)
    entries = [shown(of_line(row)).model_dump(mode="json") for row in session.scalars(lines)]
    return {"log_lines": entries} if entries else {}


def _erase(session: Session, subject: str) -> int:
    mine = select(Run.id).where(Run.owner_id == subject)
    gone = session.execute(delete(LogLine).where(LogLine.run_id.in_(mine)).returning(LogLine.id))
    return len(gone.all())
