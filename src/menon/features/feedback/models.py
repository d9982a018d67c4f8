"""The table of feedback."""

from datetime import datetime

from sqlalchemy import Boolean, Float, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class Feedback(Base):
    """What somebody thinks of something; one opinion a person and target."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("target_type", "target_id", "user_id"),
        Index("ix_feedback_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    target_type: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[str] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    score: Mapped[float] = mapped_column(Float)
    """1.0 for a thumb up, 0.0 for a thumb down."""
    comment: Mapped[str] = mapped_column(Text, default="")
    linked: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the span is one of ours."""
    updated_by: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
