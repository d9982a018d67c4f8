"""The table of secrets; what stands in it is of no use without the vault key."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class Secret(Base):
    """One encrypted value; overwriting makes the next version in place."""

    __tablename__ = "secret"
    __table_args__ = (
        Index(
            "uq_secret_place",
            "scope",
            "subject",
            "name",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    """What it belongs to: an agent's or a connection's id, a provider's name."""
    name: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[str] = mapped_column(Id, index=True)
    """The user who may read it; empty for the system's own."""
    description: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    hint: Mapped[str] = mapped_column(String(8))
    """The last characters of a long value, by which its owner recognises it."""
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    """Which vault key wraps the data key."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
