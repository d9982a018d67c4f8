"""What people thought of answers: handed out to them, and forgotten."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.runtime import Runtime
from menon.features.feedback.models import Feedback

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's opinions."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's opinions; says how many rows went."""
    return await runtime.db.write(_erase, subject)


def _exported(session: Session, subject: str) -> dict[str, Any]:
    mine = select(Feedback).where(Feedback.user_id == subject).order_by(Feedback.id)
    return {
        "feedback": [
            {
                "target_type": row.target_type,
                "target_id": row.target_id,
                "kind": row.kind,
                "comment": row.comment,
                "created_at": row.created_at.isoformat(),
            }
            for row in session.scalars(mine.limit(_MOST))
        ]
    }


def _erase(session: Session, subject: str) -> int:
    mine = delete(Feedback).where(Feedback.user_id == subject).returning(Feedback.id)
    return len(session.execute(mine).all())
