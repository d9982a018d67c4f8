"""Ingestion under `kill -9`: `python -m bench.chaos_ingest --json`.

A real server takes documents in while it is killed and started again. What it acknowledged must be
there in the end, once, searchable by words and by meaning.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.harness import folder
from menon.core.db.migrate import migrate
from menon.core.settings import Settings, load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.accounts.service import bootstrap, principal_named
from menon.features.knowledge import queries
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.models import Chunk, Document

PATIENCE_S = 300.0
READY_S = 5.0
_WORDS = ("harbour", "tide", "gull", "rope", "mast", "chart", "pier", "fog", "wave", "lamp", "keel")


class Server:
    """`menon serve` as its users run it."""

    def __init__(self, at: Path, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = at / "server.log"
        ours = {k: v for k, v in os.environ.items() if not k.startswith("MENON_")}
        self._env = ours | {
            "MENON_DATA_DIR": str(at),
            "MENON_DATABASE_URL": url,
            "MENON_LIMITS__ENABLED": "false",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Start it; answers the seconds until it is ready."""
        began = time.monotonic()
        command = (str(Path(sys.executable).with_name("menon")), "serve", "--port", str(self.port))
        with self._log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdout=out, stderr=out, env=self._env, start_new_session=True
            )
        async with asyncio.timeout(PATIENCE_S), httpx2.AsyncClient(base_url=self.url) as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get("/ready")).status_code == 200:
                        return time.monotonic() - began
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """`kill -9`, its readers of documents included."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()


async def ingest(*, documents: int = 200, kills: int = 10) -> dict[str, Any]:
    """Upload everything while the server is killed, then count what is there."""
    with folder() as at:
        url = f"sqlite:///{at / 'menon.db'}"
        migrate(url, now=datetime.now(UTC))
        how = load(sections(features()), environ={}, data_dir=at, database_url=url)
        key = await _first_key(how)
        began = time.monotonic()
        async with _serving(Server(at, url)) as server:
            starts = [
                await _share(
                    server, key, range(documents * n // kills, documents * (n + 1) // kills)
                )
                for n in range(kills)
            ]
            unready = await _settled(server, key, documents)
        seconds = time.monotonic() - began
        counts = await _counted(how)
    ok = (
        not unready
        and counts["documents"] == documents
        and counts["chunks"] == counts["lexical"] == counts["vectors"] == counts["searchable"]
        and not counts["doubled"]
        and not counts["torn"]
        and max(starts) <= READY_S
    )
    return {
        "documents": documents,
        "kills": kills,
        "not_ready": unready,
        **{f"{name}_found": value for name, value in counts.items()},
        "longest_start_s": round(max(starts), 2),
        "seconds": round(seconds, 1),
        "ok": ok,
    }


@contextlib.asynccontextmanager
async def _serving(server: Server) -> AsyncGenerator[Server]:
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


async def _first_key(how: Settings) -> str:
    async with open_runtime(how) as runtime:
        first = await bootstrap(runtime)
        if first is None:
            raise RuntimeError("the database has users already")
        return first.api_key


async def _share(server: Server, key: str, numbers: range) -> float:
    """Upload some, with a kill among them; what was not acknowledged is sent again."""
    waiting = list(numbers)
    fatal = asyncio.create_task(_die(server))
    async with _client(server, key) as client:
        while waiting:
            try:
                await _upload(client, waiting[0])
                waiting.pop(0)
            except httpx2.TransportError:
                await asyncio.shield(fatal)
                await asyncio.sleep(0.05)
    return await fatal


async def _die(server: Server) -> float:
    await asyncio.sleep(random.uniform(0.05, 1.5))
    await server.kill()
    return await server.start()


async def _upload(client: httpx2.AsyncClient, number: int) -> None:
    lines = (f"Canary{number:04} {_prose(number * 10 + part)}" for part in range(3))
    body = f"# Document {number}\n\n" + "\n\n".join(lines)
    files = {"file": (f"{number:04}.md", body.encode())}
    answer = await client.post("/api/v1/knowledge/documents", files=files)
    if answer.status_code != 202:
        raise RuntimeError(f"document {number}: {answer.status_code} {answer.text}")


async def _settled(server: Server, key: str, documents: int) -> list[str]:
    """Wait until all are ready; says of those that are not, in the end, where they stand."""
    until = time.monotonic() + PATIENCE_S
    async with _client(server, key) as client:
        while True:
            items = await _items(client)
            unready = [item for item in items if item["status"] != "ready"]
            if (len(items) == documents and not unready) or time.monotonic() > until:
                missing = [f"{documents - len(items)} missing"] * (len(items) != documents)
                return [*missing, *(f"{item['status']}: {item['error']}" for item in unready)]
            await asyncio.sleep(0.2)


async def _items(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        query: dict[str, str | int] = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/knowledge/items", params=query)).json()
        found, cursor = [*found, *page["items"]], page["next_cursor"]
        if not cursor:
            return found


async def _counted(how: Settings) -> dict[str, int]:
    async with open_runtime(how) as runtime:
        who = await principal_named(runtime, "admin")
        desk = runtime[Desk]

        def unit(session: Session) -> dict[str, int]:
            scope = queries.scope(session, who, names=(), filters={})
            vector = np.full(384, 384**-0.5, np.float32)
            near = desk.finder.by_vector(session, vector, scope, limit=100_000)
            return _in_sql(session) | {"searchable": len(near)}

        return await runtime.db.read(unit)


def _in_sql(session: Session) -> dict[str, int]:
    def count(query: Any) -> int:
        return session.scalar(query) or 0

    places = select(Chunk.document_id, Chunk.start).distinct().subquery()
    torn = text(
        "SELECT count(*) FROM chunk c JOIN document_version v ON v.key = c.version_key"
        ' WHERE substr(v.text, c.start + 1, c."end" - c.start) <> c.text'
    )
    chunks = count(select(func.count()).select_from(Chunk))
    return {
        "documents": count(select(func.count()).select_from(Document)),
        "chunks": chunks,
        "lexical": count(text("SELECT count(*) FROM chunk_words_docsize")),
        "vectors": count(select(func.count(Chunk.vector))),
        "doubled": chunks - count(select(func.count()).select_from(places)),
        "torn": count(torn),
    }


def _prose(seed: int) -> str:
    source = random.Random(seed)
    return " ".join(source.choice(_WORDS) for _ in range(150)) + "."


def _client(server: Server, key: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=30)


def main() -> int:
    """Run it and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_ingest", description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    result = asyncio.run(ingest(documents=asked.documents, kills=asked.kills))
    words = "  ".join(f"{name}={value}" for name, value in result.items())
    print(json.dumps(result) if asked.json else words, flush=True)
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
