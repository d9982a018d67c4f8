"""Several processes on one SQLite file: everybody gets through, nothing is lost."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text

from menon.core.db import Database

WRITER = Path(__file__).with_name("writers.py")


async def _write(url: str, name: str, writes: int) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(WRITER), url, name, str(writes), stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    return process.returncode or 0, errors.decode()


async def test_eight_processes_write_and_read_without_a_lock_error(sqlite_only_url: str):
    ends = await asyncio.gather(*(_write(sqlite_only_url, f"p{n}", 200) for n in range(8)))
    assert ends == [(0, "")] * 8
    db = Database(sqlite_only_url)
    each = text("SELECT count(*) FROM instance GROUP BY host")
    try:
        counts = await db.read(lambda session: session.execute(each).scalars().all())
        whole = text("PRAGMA integrity_check")
        assert await db.read(lambda session: session.execute(whole).scalar()) == "ok"
    finally:
        db.close()
    assert counts == [200] * 8
