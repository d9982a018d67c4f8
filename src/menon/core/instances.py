"""Which processes are alive, so that what a dead one left behind is found.

Each leaves a row and a heartbeat. On one machine a dead process is known at once by its pid,
elsewhere after `STALE_S` of silence.
"""

import asyncio
import contextlib
import os
import platform
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from menon.core.db import Base, Id, Json
from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.kit.ids import new_id

BEAT_S = 3.0
STALE_S = 15.0


class Instance(Base):
    """A process that works on this database."""

    __tablename__ = "instance"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int] = mapped_column(Integer)
    born: Mapped[str] = mapped_column(String(60))
    """Tells two processes of the same pid apart: boot id and start time in clock ticks."""
    pools: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """How many jobs of each queue it works on at most; empty where it only enqueues."""
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class Self:
    """This process among the instances."""

    def __init__(self, pools: Mapping[str, int]) -> None:
        self.id = new_id()
        self.pools = pools
        self.host = platform.node()
        self.pid = os.getpid()
        self.born = birth(self.pid) or ""


def birth(pid: int) -> str | None:
    """What tells this process from a later one of the same pid; None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    # A zombie keeps its row in /proc until its parent looks, but it works no more.
    return None if fields[0] == "Z" else f"{boot[:18]}:{fields[19]}"


@contextlib.asynccontextmanager
async def open_instance(runtime: Runtime, *, pools: Mapping[str, int]) -> AsyncGenerator[Self]:
    """Be an instance: a row, and a heartbeat until the end.

    Args:
        runtime: the process.
        pools: how many jobs of each queue it works on at most.
    """
    me = Self(pools)
    await runtime.db.write(_enter, me, runtime.clock.now())
    task = asyncio.create_task(_beat(runtime, me), name="instance-heartbeat")
    try:
        yield me
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await runtime.db.write(_leave, me.id)


def dead(session: Session, now: datetime) -> list[str]:
    """The ids of instances that work no more."""
    host = platform.node()
    rows = session.scalars(select(Instance))
    return [row.id for row in rows if _is_dead(row, host, now)]


def alive(session: Session, now: datetime) -> set[str]:
    """The ids of instances that work."""
    gone = set(dead(session, now))
    return {i for i in session.scalars(select(Instance.id)) if i not in gone}


def forget(session: Session, ids: list[str]) -> None:
    """Drop the rows of dead instances once what they left is dealt with."""
    session.execute(delete(Instance).where(Instance.id.in_(ids)))


def _is_dead(instance: Instance, here: str, now: datetime) -> bool:
    if instance.host == here and Path("/proc/self/stat").exists():
        return birth(instance.pid) != instance.born
    return now - instance.beat_at > timedelta(seconds=STALE_S)


def _enter(session: Session, me: Self, now: datetime) -> None:
    session.add(
        Instance(
            id=me.id,
            host=me.host,
            pid=me.pid,
            born=me.born,
            pools=dict(me.pools),
            started_at=now,
            beat_at=now,
        )
    )


def _leave(session: Session, instance: str) -> None:
    session.execute(delete(Instance).where(Instance.id == instance))


def _renew(session: Session, me: Self, now: datetime) -> None:
    kept = update(Instance).where(Instance.id == me.id).values(beat_at=now).returning(Instance.id)
    if session.scalar(kept) is None:
        # It was silent for too long and others took it for dead; it is here again.
        _enter(session, me, now)


async def _beat(runtime: Runtime, me: Self) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        # A missed beat is no reason to stop beating: the database may be back for the next one.
        with contextlib.suppress(DatabaseError):
            await runtime.db.write(_renew, me, runtime.clock.now())
