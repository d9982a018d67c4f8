"""Tables of schedules: when a workflow starts by itself, and what was started."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class TriggerType(StrEnum):
    """What a schedule goes by."""

    CRON = "cron"
    INTERVAL = "interval"


class ScheduleState(StrEnum):
    """Whether a schedule fires."""

    ACTIVE = "active"
    PAUSED = "paused"


class Schedule(Base):
    """When a workflow starts by itself."""

    __tablename__ = "schedule"
    __table_args__ = (
        Index("ix_schedule_owner_id_id", "owner_id", "id"),
        Index("ix_schedule_next_at", "next_at"),
        Index("ix_schedule_workflow_id", "workflow_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    scopes: Mapped[list[Any] | None] = mapped_column(Json)
    """What the owner's key was for; what is started has the owner's rights and no more."""
    workflow_id: Mapped[str] = mapped_column(Id)
    """Not a foreign key: when the workflow is gone, the schedule stays and says so."""
    name: Mapped[str] = mapped_column(String(100), default="")
    trigger_type: Mapped[str] = mapped_column(String(20))
    cron_expression: Mapped[str | None] = mapped_column(String(100))
    interval_seconds: Mapped[int | None] = mapped_column(Integer)
    timezone: Mapped[str] = mapped_column(String(60), default="UTC")
    parameters: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What each execution is given as its input."""
    state: Mapped[str] = mapped_column(String(20), default=ScheduleState.ACTIVE)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it is paused."""
    since: Mapped[datetime]
    """What an interval is counted from."""
    next_at: Mapped[datetime | None]
    """Empty while it is paused."""
    last_at: Mapped[datetime | None]
    last_run_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ScheduleFire(Base):
    """What a schedule started; one planned time starts one execution, whatever clocks do."""

    __tablename__ = "schedule_fire"
    __table_args__ = (
        UniqueConstraint("schedule_id", "planned_at"),
        Index("ix_schedule_fire_schedule_id_id", "schedule_id", "id"),
        Index("ix_schedule_fire_run_id", "run_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    planned_at: Mapped[datetime | None]
    """Empty where somebody started it by hand."""
    fired_at: Mapped[datetime]
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
