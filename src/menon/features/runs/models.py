"""The table of approvals: what a run wants to do, and what a person said to it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class ApprovalState(StrEnum):
    """Where an approval stands; all but the first are final."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """The run ended, or wants something else by now."""


class Remember(StrEnum):
    """For how long a yes counts."""

    RUN = "run"
    """For later calls of the same run."""
    ALWAYS = "always"
    """For later runs of the same agent by the same user."""


class Approval(Base):
    """A question to a person, bound to the exact arguments of what will be done."""

    __tablename__ = "approval"
    __table_args__ = (
        Index("ix_approval_state_owner_id_id", "state", "owner_id", "id"),
        Index("ix_approval_state_delegate_id_id", "state", "delegate_id", "id"),
        Index("ix_approval_state_expires_at", "state", "expires_at"),
        Index("ix_approval_run_id_node", "run_id", "node"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"))
    node: Mapped[str] = mapped_column(String(200))
    """The step of a workflow, or the id of a tool call; unique within the run."""
    call_id: Mapped[str] = mapped_column(String(120), default="")
    """The tool call that waits; empty where it is none."""
    what: Mapped[str] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(String(300), default="")
    """Why somebody is asked."""
    tool: Mapped[str] = mapped_column(String(200))
    effect: Mapped[str] = mapped_column(String(20))
    args: Mapped[Any] = mapped_column(Json, nullable=True)
    """A copy to look at, with secrets masked; what is done is bound by the hash."""
    args_hash: Mapped[str] = mapped_column(String(64))
    owner_id: Mapped[str] = mapped_column(String(36))
    delegate_id: Mapped[str | None] = mapped_column(String(36))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default=ApprovalState.WAITING)
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    tainted: Mapped[bool] = mapped_column(Boolean, default=False)
    """Text of strangers stood in the context that wants it."""
    may_remember: Mapped[bool] = mapped_column(Boolean, default=False)
    remember: Mapped[str] = mapped_column(String(10), default="")
    """A `Remember`; empty where the yes counted once."""
