"""Tables of runs: one row for each long action, one for each event of its log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class RunKind(StrEnum):
    """What sort of action a run is."""

    CHAT = "chat"
    AGENT = "agent"
    TASK = "task"
    WORKFLOW = "workflow"
    INGEST = "ingest"
    CODEGEN = "codegen"
    EVALUATION = "evaluation"
    TUNING = "tuning"
    SYNC = "sync"
    DELIVERY = "delivery"


class RunState(StrEnum):
    """Where a run stands; the last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


LIVE = frozenset({RunKind.CHAT, RunKind.AGENT})
"""Kinds that are generated in the memory of one process; the others are durable."""

ENDED = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED, RunState.INTERRUPTED})


class Run(Base):
    """A long action."""

    __tablename__ = "run"
    __table_args__ = (
        Index("ix_run_owner_id_id", "owner_id", "id"),
        Index("ix_run_state_kind", "state", "kind"),
        Index("ix_run_parent_id", "parent_id"),
        Index("ix_run_subject", "subject"),
        Index("ix_run_agent_id_id", "agent_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    owner_id: Mapped[str] = mapped_column(String(36))
    title: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(80), default="")
    """What the run is about, such as a conversation or a document."""
    agent_id: Mapped[str | None] = mapped_column(Id)
    """The agent that works in it, where there is one."""
    parent_id: Mapped[str | None] = mapped_column(Id)
    instance_id: Mapped[str | None] = mapped_column(Id)
    """The process that generates it in memory; durable kinds leave it empty."""
    input: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    output: Mapped[Any] = mapped_column(Json, default=None, nullable=True)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    model: Mapped[str] = mapped_column(String(200), default="")
    requests: Mapped[int] = mapped_column(Integer, default=0)
    input_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    output_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    cost: Mapped[float] = mapped_column(Float, default=0.0)
    trace_id: Mapped[str] = mapped_column(String(64), default="")
    span_id: Mapped[str] = mapped_column(String(128), default="", index=True)
    cancel_by: Mapped[str | None] = mapped_column(String(100))
    """Who asked to cancel it; the process that generates it sees this within 250 ms."""
    pause_by: Mapped[str | None] = mapped_column(String(100))
    """Who asked to pause it, likewise."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def usage(self) -> dict[str, Any]:
        """What its models have used so far; the cost is in US dollars."""
        names = ("requests", "input_tokens", "output_tokens", "cost")
        return {name: getattr(self, name) for name in names}


class RunEvent(Base):
    """An event of a run as it was streamed, or neighbouring pieces of its text."""

    __tablename__ = "run_event"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(30))
    data: Mapped[str] = mapped_column(Text)
    """The payload as JSON text."""
    span: Mapped[str | None] = mapped_column(String(64))
    node: Mapped[str | None] = mapped_column(String(100))
    item: Mapped[str | None] = mapped_column(String(100))
    parent: Mapped[str | None] = mapped_column(String(100))
    marks: Mapped[list[Any] | None] = mapped_column(Json)
    """For folded text: `[seq, length]` of each delta, so that a reader goes on in the middle."""
