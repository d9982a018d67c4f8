"""The table of log lines that were written while a run was at work."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class LogLine(Base):
    """A line of the structured log that belongs to a run; what happened stands in its events."""

    __tablename__ = "log_line"
    __table_args__ = (Index("ix_log_line_run_id_at", "run_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(Id)
    """No foreign key: a line may outlive its run by one flush."""
    at: Mapped[datetime] = mapped_column(index=True)
    severity: Mapped[int] = mapped_column(SmallInteger)
    """As in `logging`: 20 info, 30 warning, 40 error."""
    logger: Mapped[str] = mapped_column(String(120))
    message: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]]
