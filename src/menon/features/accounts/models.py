"""Tables: users and what they sign in with. Secrets are kept as digests only."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


def _owner() -> ForeignKey:
    return ForeignKey("user.id", ondelete="CASCADE")


class User(Base):
    """Somebody who may sign in."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    """As its owner spells it."""
    username_key: Mapped[str] = mapped_column(String(64), unique=True)
    """In lower case, so that names are unique whatever their case."""
    name: Mapped[str] = mapped_column(String(100), default="")
    """How they want to be called."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """In lower case."""
    password_hash: Mapped[str] = mapped_column(String(255))
    roles: Mapped[list[str]]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ApiKey(Base):
    """A key for programs; never wider than its owner."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, _owner(), index=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    """The first characters, by which its owner recognises it."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    is_enabled: Mapped[bool]
    notes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """Exact to a minute: uses are written in batches."""


class RefreshToken(Base):
    """One link of a chain; each use makes the next link, a second use breaks the whole chain."""

    __tablename__ = "refresh_token"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    family: Mapped[str] = mapped_column(Id, index=True)
    """The chain; access tokens name it, so that they end with it."""
    user_id: Mapped[str] = mapped_column(Id, _owner(), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    rotated_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CookieSession(Base):
    """A browser that is signed in."""

    __tablename__ = "cookie_session"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id, _owner(), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]


class LoginCount(Base):
    """Attempts of one account or address in the running window; a restart does not forget them."""

    __tablename__ = "login_count"

    subject: Mapped[str] = mapped_column(String(160), primary_key=True)
    attempts: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
