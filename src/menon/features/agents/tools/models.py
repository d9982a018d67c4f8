"""The table of declared tools: HTTP endpoints of others that agents may call."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id, Json
from menon.features.agents.models import Visibility


class HttpTool(Base):
    """An endpoint that somebody declared as a tool; names are one's alone, whoever shares it."""

    __tablename__ = "http_tool"
    __table_args__ = (Index("ix_http_tool_owner_id_name", "owner_id", "name"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    """Unique over all owners: a shared agent must not get another tool of the same name."""
    description: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(String(10))
    url: Mapped[str] = mapped_column(Text)
    """With `{argument}` where an argument stands in the path."""
    arguments: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Where each argument goes; those that are left out go where the method suggests."""
    headers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """A text, or a reference to a secret, for each name."""
    input_schema: Mapped[dict[str, Any]] = mapped_column(Json)
    output_schema: Mapped[dict[str, Any] | None] = mapped_column(Json, nullable=True)
    effect: Mapped[str] = mapped_column(String(20))
    timeout_s: Mapped[float] = mapped_column(Float)
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.PRIVATE)
    enabled: Mapped[bool] = mapped_column(Boolean)
    """An imported tool is off until somebody has looked at it."""
    source_id: Mapped[str] = mapped_column(Id, index=True)
    """Where its secrets lie; tools of one import share them."""
    origin: Mapped[str] = mapped_column(String(300), default="")
    """The document that it was imported from; empty where it was declared by hand."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
