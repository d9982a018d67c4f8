"""What runs hold about a user, and how they forget it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.runs import inbox, service
from menon.features.runs.models import Approval

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's runs, and what was asked of them."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's runs with their logs, steps and approvals; says how many runs went.

    One that is at work ends at its next write: nobody owns a run that is gone.
    """
    return await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> dict[str, Any]:
    runs = select(Run).where(Run.owner_id == subject).order_by(Run.id).limit(_MOST)
    asked = or_(Approval.owner_id == subject, Approval.delegate_id == subject)
    rows = list(session.scalars(select(Approval).where(asked).order_by(Approval.id).limit(_MOST)))
    found = {
        "runs": [service.shown(run).model_dump(mode="json") for run in session.scalars(runs)],
        "approvals": [each.model_dump(mode="json") for each in inbox.shown(session, rows)],
    }
    return {name: items for name, items in found.items() if items}


def _erase(session: Session, subject: str) -> int:
    given = update(Approval).where(Approval.delegate_id == subject)
    session.execute(given.values(delegate_id=None))
    gone = session.execute(delete(Run).where(Run.owner_id == subject).returning(Run.id))
    return len(gone.all())
