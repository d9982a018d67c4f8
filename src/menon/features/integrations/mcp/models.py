"""Tables of MCP servers and of the tools that they list."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json


class Transport(StrEnum):
    """How a server is spoken to."""

    HTTP = "http"
    COMMAND = "command"
    """It stands in the operator's file; what is started is written nowhere else."""


class McpServer(Base):
    """A server whose tools agents may use; secrets of its headers lie in the vault."""

    __tablename__ = "mcp_server"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(24), unique=True)
    transport: Mapped[str] = mapped_column(String(10))
    url: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    timeout_s: Mapped[float] = mapped_column(Float)
    """Of one call."""
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    healthy: Mapped[bool] = mapped_column(Boolean, default=False)
    detail: Mapped[str] = mapped_column(String(500), default="")
    """What it called itself, or why it is not well."""
    latency_ms: Mapped[float | None] = mapped_column(Float)
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Id)


class McpTool(Base):
    """A tool as its server lists it, and as an administrator accepted it."""

    __tablename__ = "mcp_tool"
    __table_args__ = (UniqueConstraint("server_id", "digest_of_name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    server_id: Mapped[str] = mapped_column(ForeignKey("mcp_server.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    """The server's own."""
    digest_of_name: Mapped[str] = mapped_column(String(64))
    exposed: Mapped[str] = mapped_column(String(64), unique=True)
    """What models call it."""
    listed: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the server said last."""
    digest: Mapped[str] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(String(500), default="")
    """Why it cannot be used at all."""
    gone: Mapped[bool] = mapped_column(Boolean, default=False)
    """The server does not list it any more."""
    accepted: Mapped[dict[str, Any] | None] = mapped_column(Json, nullable=True)
    """What an administrator accepted; models are shown nothing else."""
    accepted_digest: Mapped[str] = mapped_column(String(64), default="")
    accepted_by: Mapped[str] = mapped_column(String(100), default="")
    accepted_at: Mapped[datetime | None]
    effect: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
