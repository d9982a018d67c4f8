"""What stands still until an operator says otherwise, over all processes.

After a restore the database asks again for what was sent long ago, so nothing goes out by itself
until somebody has looked: `menon release`.
"""

from datetime import datetime

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from menon.core.db import Base

OUTBOUND = "outbound"
"""Deliveries to others: webhooks and what else leaves by itself."""


class Hold(Base):
    """Something that is held."""

    __tablename__ = "hold"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]


def hold(session: Session, name: str, reason: str, now: datetime) -> None:
    """Hold something, or change the reason."""
    session.merge(Hold(name=name, reason=reason[:200], since=now))
    session.flush()


def held(session: Session, name: str) -> str | None:
    """Why it is held; None where it is not."""
    row = session.get(Hold, name)
    return row.reason if row else None


def release(session: Session, name: str) -> bool:
    """Hold it no longer; False where it was not."""
    gone = session.scalar(delete(Hold).where(Hold.name == name).returning(Hold.name))
    return gone is not None
