"""A worker process with one job of five steps, each with an effect outside and one inside."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from menon.core.feature import Feature
from menon.core.jobs import JobContext, job
from menon.core.runs.models import Run
from menon.core.settings import Settings, load
from menon.entry.parts import sections
from menon.entry.runtime import open_runtime

STEPS = 5


@job("five_steps", queue="bulk")
async def five_steps(context: JobContext, payload: dict[str, Any]) -> int:
    """Send and count, five times."""
    for n in range(STEPS):
        key = context.key(f"send-{n}")
        await context.step(f"send-{n}", send, payload["receiver"], key, payload["seconds"])
        await context.write(f"count-{n}", count, context.run_id)
    return STEPS


async def send(receiver: str, key: str, seconds: float) -> None:
    """An effect outside: a line that the receiver can tell from its repetition by its key."""
    await asyncio.sleep(seconds)
    out = os.open(receiver, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(out, f"{key}\n".encode())
    finally:
        os.close(out)


def count(session: Session, run_id: str) -> None:
    """An effect inside, which shows when it happens twice."""
    session.execute(update(Run).where(Run.id == run_id).values(done=Run.done + 1))


feature = Feature(name="bench", jobs=(five_steps,))


def settings(url: str, folder: Path, **jobs: Any) -> Settings:
    """What the measuring process and its workers share."""
    given: dict[str, Any] = {
        "data_dir": folder,
        "database_url": url,
        "secret_key": "bench-signing-key-0123456789-abcdefgh",
        "vault_key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "jobs": jobs,
    }
    return load(sections([feature]), environ={}, **given)


async def main(url: str, folder: Path) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    how = settings(url, folder, worker=True, bulk=8, drain_seconds=1)
    async with open_runtime(how, among=[feature]):
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
