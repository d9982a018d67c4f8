"""One of several processes that write and read: `python writers.py FILE NAME WRITES`."""

import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.instances import Instance
from menon.kit.ids import new_id


def _add(session: Session, name: str) -> None:
    now = datetime.now(UTC)
    session.add(Instance(id=new_id(), host=name, pid=1, born="", started_at=now, beat_at=now))


def _count(session: Session, name: str) -> int:
    query = select(func.count()).select_from(Instance).where(Instance.host == name)
    return session.scalar(query) or 0


async def main(url: str, name: str, writes: int) -> None:
    """Write again and again; what was written is seen by the next read."""
    db = Database(url)
    try:
        for n in range(writes):
            await db.write(_add, name)
            if n % 4 == 0 and await db.read(_count, name) != n + 1:
                raise RuntimeError(f"{name} does not see its own write {n}")
    finally:
        db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
