"""The table of spans, so that a span id resolves without any other service."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base


class Span(Base):
    """A piece of work that was traced."""

    __tablename__ = "span"

    span_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    trace_id: Mapped[str] = mapped_column(String(32), index=True)
    parent_id: Mapped[str | None] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(10))
    """`unset`, `ok` or `error`."""
    detail: Mapped[str] = mapped_column(String(2000))
    attributes: Mapped[dict[str, Any]]
    events: Mapped[list[Any]]
    """`{name, at, attributes}` of each."""
    run_id: Mapped[str | None] = mapped_column(String(36), index=True)
    user_id: Mapped[str | None] = mapped_column(String(36), index=True)
