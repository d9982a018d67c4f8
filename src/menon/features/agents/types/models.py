"""Tables of agent types: a declared schema, its immutable versions, and the records it keeps."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json
from menon.features.agents.models import Visibility


class AgentType(Base):
    """A type of agents; what it says stands in its current version."""

    __tablename__ = "agent_type"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(60), index=True)
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PRIVATE)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """The current version's number, which is the newest."""
    is_deprecated: Mapped[bool] = mapped_column(Boolean, default=False)
    """Its agents go on; nobody makes another one."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AgentTypeVersion(Base):
    """What a type said at some time; never changed."""

    __tablename__ = "agent_type_version"
    __table_args__ = (UniqueConstraint("type_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    type_id: Mapped[str] = mapped_column(ForeignKey("agent_type.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Unlike JSONB on PostgreSQL, this keeps the order in which fields are declared."""
    compiled: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The body as agents run it: see `type_rules.Compiled`."""
    breaking: Mapped[list[str]] = mapped_column(Json, default=list)
    """What it broke of the version before."""
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]


class AgentRecord(Base):
    """A record that an agent keeps, of a data model of its type."""

    __tablename__ = "agent_record"
    __table_args__ = (
        UniqueConstraint("agent_id", "owner_id", "model", "unique_key"),
        Index("ix_agent_record_agent_id_owner_id_model_id", "agent_id", "owner_id", "model", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(String(36), index=True)
    """For whom the agent worked: nobody else's runs see it."""
    model: Mapped[str] = mapped_column(String(60))
    run_id: Mapped[str] = mapped_column(Id)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    unique_key: Mapped[str | None] = mapped_column(String(64))
    """A digest of the values of the model's unique index; none has no key."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
