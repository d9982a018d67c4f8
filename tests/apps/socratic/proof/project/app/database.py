"""The table, and a session for each request."""

import os
from collections.abc import Iterator

from sqlalchemy import String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine(
    os.environ.get("DATABASE_URL", "sqlite://"),
    connect_args={"check_same_thread": False},
    poolclass=StaticPool,
)


class Base(DeclarativeBase):
    """All tables."""


class Book(Base):
    """A book on the shelf."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    isbn: Mapped[str] = mapped_column(String(13), unique=True)
    copies: Mapped[int]


def session() -> Iterator[Session]:
    """One transaction for one request."""
    with Session(engine) as opened:
        yield opened
