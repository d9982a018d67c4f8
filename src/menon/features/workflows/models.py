"""Tables of workflows: a definition, its immutable versions, and the record of each execution."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Visibility(StrEnum):
    """Who may read and execute a workflow."""

    PRIVATE = "private"
    EVERYBODY = "everybody"


class NodeState(StrEnum):
    """Where a node of an execution stands; the last three are final. No row: not begun."""

    RUNNING = "running"
    WAITING = "waiting"
    """For a time, a person, or nodes below it; nothing of it runs."""
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Workflow(Base):
    """A workflow; what it does stands in its current version."""

    __tablename__ = "workflow"
    __table_args__ = (Index("ix_workflow_owner_id_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(1000), default="")
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PRIVATE)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """The current version's number."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WorkflowVersion(Base):
    """What a workflow did at some time; never changed."""

    __tablename__ = "workflow_version"
    __table_args__ = (UniqueConstraint("workflow_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Unlike JSONB on PostgreSQL, this keeps the order in which steps are declared."""
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]


class WorkflowExecution(Base):
    """What an execution interprets: a snapshot, never read again from the definition."""

    __tablename__ = "workflow_execution"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    workflow_id: Mapped[str | None] = mapped_column(Id, index=True)
    """Empty for definitions that came with the request."""
    version: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    input: Mapped[dict[str, Any]]
    scopes: Mapped[list[Any] | None] = mapped_column(Json)
    """What the caller's key was for; its steps have the caller's rights and no more."""
    parent_node: Mapped[str | None] = mapped_column(String(200))
    """The node of the parent run that waits for this one."""
    inherits: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What its expressions see besides: the item of a map; null where it sees its input alone."""
    forked_from: Mapped[str | None] = mapped_column(Id)
    worked_s: Mapped[float] = mapped_column(Float, default=0.0)
    """Seconds of work before it last parked."""


class WorkflowNode(Base):
    """Where a node of an execution stands: the record by which an attempt goes on."""

    __tablename__ = "workflow_node"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    node: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The step's id; `map[3]` and `parallel.left` for what stands below a step."""
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    input: Mapped[Any] = mapped_column(Json, nullable=True)
    """Its configuration with everything filled in; secrets are masked."""
    output: Mapped[Any] = mapped_column(Json, nullable=True)
    artifact: Mapped[str | None] = mapped_column(String(64))
    """The file of an output that is too large for this row; `output` only says so."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    """When a waiting node goes on by itself."""
    child_id: Mapped[str | None] = mapped_column(Id)
    """The run that works for it."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
