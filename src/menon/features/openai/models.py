"""The table of stored responses."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Response(Base):
    """A response that can be read again and gone on from.

    What it put out stands in the log of its run and nowhere else.
    """

    __tablename__ = "response"
    __table_args__ = (Index("ix_response_run_id", "run_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    after: Mapped[int] = mapped_column(Integer, default=0)
    """The seq of the run's last event that belongs to an earlier response."""
    previous_id: Mapped[str | None] = mapped_column(Id)
    """The response that it goes on from; it may be gone."""
    agent: Mapped[str] = mapped_column(String(200), default="")
    """What it calls its model, where that is an agent."""
    base: Mapped[dict[str, Any]] = mapped_column(Json)
    """What it says of its request."""
    input: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
