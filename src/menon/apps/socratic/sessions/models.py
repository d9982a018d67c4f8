"""Tables of questioning: a session, its questions, the answers to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class SessionStatus(StrEnum):
    """Where a session stands; the last one is final."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"


class QuestioningSession(Base):
    """Questions about a project, asked one after another."""

    __tablename__ = "questioning_session"
    __table_args__ = (Index("ix_questioning_session_project_id_id", "project_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    initiated_by: Mapped[str] = mapped_column(String(36))
    mode: Mapped[str] = mapped_column(String(20))
    active_roles: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(20), default=SessionStatus.ACTIVE)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The interview, as `questions.interview` writes it down."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the steps: a step that rests on an older one is refused."""
    current_id: Mapped[str | None] = mapped_column(Id)
    """The question that waits for an answer."""
    answered: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    """Questions answered, and those that are still to come as things stand."""
    coverage: Mapped[int] = mapped_column(Integer, default=0)
    """Weighted, in thousandths."""
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class SessionQuestion(Base):
    """A question that was asked, or that somebody wanted to see before its turn."""

    __tablename__ = "session_question"
    __table_args__ = (
        UniqueConstraint("session_id", "key"),
        Index("ix_session_question_session_id_order_index", "session_id", "order_index"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("questioning_session.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(200))
    """What it is in the bank, with the entity that it is about."""
    role_type: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(80))
    order_index: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole question, so that a later bank does not change what was asked."""
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class SessionResponse(Base):
    """An answer, word for word, and what was read from it."""

    __tablename__ = "session_response"
    __table_args__ = (
        Index("ix_session_response_question_id", "question_id"),
        Index("ix_session_response_session_id_id", "session_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("questioning_session.id", ondelete="CASCADE")
    )
    question_id: Mapped[str] = mapped_column(ForeignKey("session_question.id", ondelete="CASCADE"))
    respondent_id: Mapped[str] = mapped_column(String(36))
    respondent: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    confidence: Mapped[int] = mapped_column(Integer, default=3)
    parses: Mapped[list[Any]]
    """What was read from it: `{slot, value, status, shown}` each."""
    notes: Mapped[list[Any]]
    model: Mapped[str] = mapped_column(String(200))
    """Who read it: `offline:rules`, or a provider's model."""
    detail: Mapped[dict[str, Any]]
    """What the caller wants kept with it."""
    responded_at: Mapped[datetime]
