"""Tables of agents: a definition, and its immutable versions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Visibility(StrEnum):
    """Who may read and use an agent."""

    PRIVATE = "private"
    EVERYBODY = "everybody"


class Agent(Base):
    """An agent; what it does stands in its current version."""

    __tablename__ = "agent"
    __table_args__ = (Index("ix_agent_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    """Empty for built-in agents, which belong to nobody."""
    slug: Mapped[str] = mapped_column(String(80), index=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(1000), default="")
    agent_type: Mapped[str] = mapped_column(String(60), default="custom")
    type_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The declared type, where `agent_type` names one."""
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PRIVATE)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    is_builtin: Mapped[bool] = mapped_column(Boolean, default=False)
    defined_in: Mapped[str] = mapped_column(String(300), default="")
    """The code that defines it, as the operator named it; empty for all others."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """The current version's number."""
    imported: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Where it came from, what of it was left out, and whether somebody has read it since."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AgentVersion(Base):
    """What an agent was told at some time; never changed."""

    __tablename__ = "agent_version"
    __table_args__ = (UniqueConstraint("agent_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    type_version: Mapped[int | None] = mapped_column(Integer)
    """Of its declared type, as that stood then."""
    instructions: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(String(200), default="auto")
    temperature: Mapped[float | None] = mapped_column(Float)
    tools: Mapped[list[str]] = mapped_column(Json, default=list)
    collections: Mapped[list[str]] = mapped_column(Json, default=list)
    """Ids of the collections that it searches; all that the caller may read when empty."""
    capabilities: Mapped[list[str]] = mapped_column(Json, default=list)
    limits: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    policy: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Rules about its tool calls, the first that fits decides."""
    note: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]


class AgentLabel(Base):
    """A name for one of an agent's versions; it can be moved."""

    __tablename__ = "agent_label"

    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    moved_by: Mapped[str] = mapped_column(String(36))
    moved_at: Mapped[datetime]
