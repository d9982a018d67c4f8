"""Tables of what is agreed: versions of the specification, and contradictions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class Approval(StrEnum):
    """Whether people agreed to a version."""

    DRAFT = "draft"
    APPROVED = "approved"


class ConflictState(StrEnum):
    """What became of a contradiction."""

    OPEN = "open"
    RESOLVED = "resolved"
    WAIVED = "waived"


class SpecificationVersion(Base):
    """A specification as it was at some time; never changed, only approved."""

    __tablename__ = "specification_version"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    """Of its content, by which two versions are told apart."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(20))
    """`session`, `json` or `jdl`."""
    session_id: Mapped[str | None] = mapped_column(Id)
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default=Approval.DRAFT)
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[datetime | None]
    approval_note: Mapped[str] = mapped_column(Text, default="")


class ProjectConflict(Base):
    """Two statements that cannot both hold, in a session or in a version of the specification."""

    __tablename__ = "project_conflict"
    __table_args__ = (
        UniqueConstraint("project_id", "source", "key"),
        Index("ix_project_conflict_project_id_id", "project_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(60))
    """`session:ID` or `specification:ID`."""
    key: Mapped[str] = mapped_column(String(64))
    """The same wherever the same contradiction is found again."""
    type: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(10))
    severity: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text)
    statements: Mapped[list[Any]]
    """`{id, role, text}` each."""
    witness: Mapped[str] = mapped_column(Text)
    """The values that stand against each other."""
    resolutions: Mapped[list[Any]]
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What a model judged: `verdict`, `why` and `model`; empty where none did."""
    state: Mapped[str] = mapped_column(String(20), default=ConflictState.OPEN)
    resolution: Mapped[str] = mapped_column(String(200), default="")
    """The id of the proposal that was taken."""
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
