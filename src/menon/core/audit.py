"""The audit record: who did what to which thing, written in the transaction of the change."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from menon.core.auth import Principal
from menon.core.db import Base, Id
from menon.kit.ids import new_id


class AuditRecord(Base):
    """One act; rows are only ever added, and removed by retention."""

    __tablename__ = "audit_record"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(64), index=True)
    """The user id, or `anonymous` or `system`."""
    action: Mapped[str] = mapped_column(String(64), index=True)
    """A noun and a verb, such as `api_key.created`."""
    subject: Mapped[str] = mapped_column(String(128), index=True)
    """The id of the thing that was acted on."""
    detail: Mapped[dict[str, Any]]


def record(
    session: Session,
    who: Principal,
    action: str,
    *,
    subject: str,
    at: datetime,
    **detail: Any,
) -> None:
    """Add an act to the record; `detail` never holds secrets."""
    credential = {"credential": who.credential_id} if who.credential_id else {}
    session.add(
        AuditRecord(
            id=new_id(),
            at=at,
            actor=who.user_id or who.name,
            action=action,
            subject=subject[:128],
            detail=credential | detail,
        )
    )
