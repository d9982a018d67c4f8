"""Tables of policy: runs that wait, what was allowed for good, and effects that have begun."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class WaitingTurn(Base):
    """What a run that waits for people goes on from; it goes with the end of the wait."""

    __tablename__ = "agent_waiting"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    scopes: Mapped[list[Any] | None] = mapped_column(Json, nullable=True)
    """Of the key that began the run; null for people."""
    conversation_id: Mapped[str | None] = mapped_column(Id)
    collections: Mapped[list[str]] = mapped_column(Json, default=list)
    filters: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    attempt: Mapped[str] = mapped_column(String(300))
    """By what its effects are known, should it be tried again."""
    paused: Mapped[str] = mapped_column(Text)
    """The engine's state as JSON text."""
    since: Mapped[datetime]


class ToolGrant(Base):
    """What a user allowed for all their later runs of an agent."""

    __tablename__ = "agent_grant"
    __table_args__ = (
        Index("ix_agent_grant_user_id_agent_id", "user_id", "agent_id"),
        Index("ix_agent_grant_agent_id", "agent_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    tool: Mapped[str] = mapped_column(String(200))
    effect: Mapped[str] = mapped_column(String(20))
    exact: Mapped[bool] = mapped_column(Boolean, default=False)
    """Only the arguments of `args_hash`, in any context; otherwise any in a clean context."""
    args_hash: Mapped[str] = mapped_column(String(64))
    args: Mapped[Any] = mapped_column(Json, nullable=True)
    """A copy to look at, with secrets masked."""
    approval_id: Mapped[str] = mapped_column(Id, unique=True)
    """Where they allowed it."""
    created_at: Mapped[datetime]


class BegunEffect(Base):
    """A call with an effect that has begun, written before it does."""

    __tablename__ = "agent_effect"
    __table_args__ = (
        Index("ix_agent_effect_attempt", "attempt"),
        Index("ix_agent_effect_run_id", "run_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    attempt: Mapped[str] = mapped_column(String(300))
    """The run, or what stands above several runs that do the same thing."""
    call_id: Mapped[str] = mapped_column(String(120))
    tool: Mapped[str] = mapped_column(String(200))
    args_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
