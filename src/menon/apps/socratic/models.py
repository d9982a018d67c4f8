"""Tables of projects, and of who works in them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class Phase(StrEnum):
    """How far a project has come."""

    DISCOVERY = "discovery"
    DESIGN = "design"
    DEVELOPMENT = "development"
    TESTING = "testing"
    COMPLETE = "complete"


class ProjectStatus(StrEnum):
    """Whether somebody works on it; an archived one is read, and nothing more."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class Project(Base):
    """An undertaking: what is asked, agreed and generated belongs to one."""

    __tablename__ = "project"
    __table_args__ = (
        Index("ix_project_owner_id_id", "owner_id", "id"),
        Index("ix_project_status", "status"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    phase: Mapped[str] = mapped_column(String(20), default=Phase.DISCOVERY)
    status: Mapped[str] = mapped_column(String(20), default=ProjectStatus.ACTIVE)
    technologies: Mapped[Any] = mapped_column(JSON)
    """What its owner would like to see used: a list, or names by area, in their order."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts changes, so that two people do not undo each other's."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProjectMembership(Base):
    """Somebody who works in a project; its owner has one too."""

    __tablename__ = "project_membership"
    __table_args__ = (
        UniqueConstraint("project_id", "user_id"),
        Index("ix_project_membership_user_id", "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(String(36))
    username: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    permissions: Mapped[list[str]]
    """Rights besides those of the role."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    invited_by: Mapped[str] = mapped_column(String(36), default="")
    invited_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
