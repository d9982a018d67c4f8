"""The table of usage: what was asked of each model, by day and user."""

from datetime import date

from sqlalchemy import BigInteger, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base


class ModelUsage(Base):
    """What a user's runs of one day took from one model; only ever added to."""

    __tablename__ = "model_usage"
    __table_args__ = (Index("ix_model_usage_user_id_day", "user_id", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Qualified: `openai:NAME`."""
    provider: Mapped[str] = mapped_column(String(40))
    runs: Mapped[int] = mapped_column(Integer)
    completed: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)
    """The rest was cancelled or interrupted."""
    requests: Mapped[int] = mapped_column(Integer)
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[float] = mapped_column(Float)
    """US dollars."""
    seconds: Mapped[float] = mapped_column(Float)
    """Of the completed runs together."""
    first_seconds: Mapped[float] = mapped_column(Float)
    """To the first visible piece of an answer, of all runs that came so far."""
    firsts: Mapped[int] = mapped_column(Integer)
    """How many runs came so far."""
