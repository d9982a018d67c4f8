"""Tables of chat: conversations, and their messages as a tree."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class ConversationKind(StrEnum):
    """What a conversation is for."""

    CHAT = "chat"
    GENERAL = "general"
    AGENT_CREATION = "agent_creation"
    WORKFLOW_CREATION = "workflow_creation"
    SOCRATIC = "socratic"


class ConversationStatus(StrEnum):
    """Where a conversation stands; `resumable` is accepted as a word for `active`."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class MessageState(StrEnum):
    """Whether an answer is whole."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    PARTIAL = "partial"
    """The upstream was cut, the run failed or a limit was reached; what came is kept."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    WAITING = "waiting"
    """Somebody must allow a tool call first."""


OPEN = frozenset({MessageState.STREAMING, MessageState.WAITING})
"""The answer is not over."""


class Conversation(Base):
    """A conversation of one user."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_user_id_updated_at", "user_id", "updated_at"),
        Index("ix_conversation_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(30), default=ConversationKind.GENERAL)
    status: Mapped[str] = mapped_column(String(20), default=ConversationStatus.ACTIVE)
    is_resumable: Mapped[bool] = mapped_column(Boolean, default=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    agent: Mapped[str] = mapped_column(String(130), default="")
    """Id or slug of the agent that answers, perhaps at a version (`helper@stable`); empty for the
    assistant."""
    model: Mapped[str] = mapped_column(String(200), default="")
    config: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    head_id: Mapped[str | None] = mapped_column(Id)
    """The last message of the branch that is shown."""
    message_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Message(Base):
    """A question or an answer; `parent_id` makes branches."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_conversation_id_id", "conversation_id", "id"),
        Index("ix_message_user_id_created_at", "user_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(String(36))
    parent_id: Mapped[str | None] = mapped_column(Id)
    role: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=MessageState.COMPLETE)
    run_id: Mapped[str | None] = mapped_column(Id, index=True)
    span_id: Mapped[str] = mapped_column(String(128), default="")
    model: Mapped[str] = mapped_column(String(200), default="")
    citations: Mapped[list[Any]] = mapped_column(Json, default=list)
    tools: Mapped[list[Any]] = mapped_column(Json, default=list)
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    input_tokens: Mapped[int] = mapped_column(Integer, default=0)
    output_tokens: Mapped[int] = mapped_column(Integer, default=0)
    cost: Mapped[float] = mapped_column(Float, default=0.0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    created_at: Mapped[datetime]
