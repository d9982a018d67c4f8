"""Tables of durable work: what is to be done, what of it is done, and which effects it had."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class JobState(StrEnum):
    """Where a job stands; what it achieved stands in its run."""

    WAITING = "waiting"
    STARTED = "started"
    CLOSED = "closed"


class JobRow(Base):
    """A job to do for a run, written in the unit that wants it done."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_queue_rank_id", "state", "queue", "rank", "id"),
        Index("ix_job_run_id", "run_id"),
        Index("ix_job_closed_at", "closed_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    queue: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20), default=JobState.WAITING)
    rank: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Lower ones are taken first: the priority with its sign turned, so that an index serves."""
    due_at: Mapped[datetime | None]
    """Not before this time."""
    instance_id: Mapped[str | None] = mapped_column(Id)
    """The process that took it; when that one is dead, another takes it."""
    format: Mapped[int] = mapped_column(SmallInteger, default=0)
    """The version of what its steps record; 0 until a process takes it."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class JobStep(Base):
    """The answer of a step; the next attempt at its job is given it instead of doing it again."""

    __tablename__ = "job_step"

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    """`{"ok": ...}`, or `{"error": ...}` where it failed for good."""


class JobEffect(Base):
    """An effect of a run on this database, stored in the same unit as the effect itself."""

    __tablename__ = "job_effect"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(200), primary_key=True)
    result: Mapped[Any] = mapped_column(Json, nullable=True)
