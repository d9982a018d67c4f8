"""What is left of chats after `kill -9`: `python -m bench.chaos_chat --json`.

A real `menon serve` answers from a stand-in model server; it is killed while it streams, started
again, and asked what it still knows.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from bench.harness import database, folder
from bench.processes import family, usage
from menon.testing.fake_llm import FakeLLM

STORES = ("sqlite", "postgresql")
READY_S = 5.0
PATIENCE_S = 120.0
SLOW, QUICK = "openai:fake-n2000-d25", "openai:fake-n20"


class Server:
    """`menon serve` on a free port, with its output in a file."""

    def __init__(self, url: str, at: Path, models: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.log = at / "server.log"
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MENON_")},
            "MENON_DATA_DIR": str(at),
            "MENON_DATABASE_URL": url,
            "MENON_SECRET_KEY": "bench-signing-key-0123456789-abcdefgh",
            "MENON_VAULT_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "MENON_LIMITS__ENABLED": "false",
            "OPENAI_BASE_URL": f"{models}/v1",
            "OPENAI_API_KEY": "bench",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> tuple[float, float]:
        """Start it and answer the seconds until it is ready: on the wall, and of processor time."""
        began = time.monotonic()
        command = Path(sys.executable).with_name("menon")
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                str(command),
                "serve",
                "--port",
                str(self._port),
                stdout=out,
                stderr=out,
                env=self._environ,
            )
        async with asyncio.timeout(PATIENCE_S), httpx2.AsyncClient(base_url=self.url) as client:
            while not await _is_ready(client):
                if self._process.returncode is not None:
                    raise RuntimeError(f"the server did not start; see {self.log}")
                await asyncio.sleep(0.02)
        return time.monotonic() - began, usage(family(self._process.pid)).cpu

    async def end(self, how: signal.Signals) -> None:
        """Send the signal and wait for the end."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()

    @property
    def key(self) -> str:
        """The first user's API key, as it was printed."""
        lines = self.log.read_text().splitlines()
        return next(line.split()[-1] for line in lines if line.startswith("API key:"))


async def _is_ready(client: httpx2.AsyncClient) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return (await client.get("/ready")).status_code == 200
    return False


@dataclass(kw_only=True)
class Talk:
    """One conversation and what its client saw."""

    session: str
    question: str
    run: str = ""
    seen: str = ""
    begun: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def _client(server: Server) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = {"X-API-Key": server.key}
    limits = httpx2.Limits(max_connections=500)
    async with httpx2.AsyncClient(
        base_url=server.url, headers=headers, timeout=PATIENCE_S, limits=limits
    ) as client:
        yield client


async def _listen(client: httpx2.AsyncClient, talk: Talk) -> None:
    """Ask, and note what comes until the line drops."""
    body = {"message": talk.question, "session_id": talk.session, "model": SLOW}
    with contextlib.suppress(httpx2.TransportError):
        async with client.stream("POST", "/api/v1/chat", json=body) as answer:
            talk.run = answer.headers["x-run-id"]
            async for line in answer.aiter_lines():
                event = json.loads(line)
                if event["type"] == "content":
                    talk.seen += event["data"]["text"]
                    if talk.seen.count("~") >= 40:  # a second: four flushes
                        talk.begun.set()


async def _talks(client: httpx2.AsyncClient, streams: int) -> list[Talk]:
    talks: list[Talk] = []
    for n in range(streams):
        made = await client.post("/api/v1/chat/sessions", json={"title": f"talk {n}"})
        talks.append(Talk(session=made.json()["id"], question=f"Question {n}?"))
    return talks


async def _killed_in_the_middle(server: Server, streams: int) -> list[Talk]:
    async with _client(server) as client:
        talks = await _talks(client, streams)
        tasks = [asyncio.create_task(_listen(client, talk)) for talk in talks]
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(talk.begun.wait() for talk in talks))
        await server.end(signal.SIGKILL)
        await asyncio.gather(*tasks)
    return talks


async def _messages(client: httpx2.AsyncClient, talk: Talk) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/chat/sessions/{talk.session}/messages")).json()["items"]


async def _faults(client: httpx2.AsyncClient, talk: Talk) -> tuple[list[str], int]:
    """What is wrong with a conversation after the restart, and how many seen tokens it lacks."""
    messages, wrong = await _messages(client, talk), list[str]()
    if [m["role"] for m in messages] != ["user", "assistant"]:
        return ["lost"], 0
    question, answer = messages
    if question["content"] != talk.question:
        wrong.append("question")
    if answer["state"] != "interrupted":
        wrong.append(f"message is {answer['state']}")
    kept = answer["content"]
    if not kept or not (talk.seen.startswith(kept) or kept.startswith(talk.seen)):
        wrong.append("answer")
    run = (await client.get(f"/api/v1/runs/{talk.run}")).json()
    if run["state"] != "interrupted":
        wrong.append(f"run is {run['state']}")
    events = (await client.get(f"/api/v1/runs/{talk.run}/events")).text
    if "interrupted" not in events:
        wrong.append("log has no end")
    return wrong, max(0, talk.seen.count("~") - kept.count("~"))


async def _goes_on(client: httpx2.AsyncClient, talk: Talk, wish: str) -> bool:
    """Whether the answer can be continued (`resume`) or made anew (`regenerate`)."""
    before = (await _messages(client, talk))[-1]
    body = {"session_id": talk.session, wish: before["id"], "model": QUICK}
    answer = await client.post("/api/v1/chat", json=body)
    after = (await _messages(client, talk))[-1]
    kept = after["content"].startswith(before["content"])
    return (
        answer.status_code == 200
        and after["state"] == "complete"
        and (
            kept and after["id"] == before["id"]
            if wish == "resume"
            else after["id"] != before["id"]
        )
    )


async def chats_killed(url: str, at: Path, *, streams: int) -> dict[str, Any]:
    """Kill a server with so many open answers and look at what its successor says."""
    async with FakeLLM() as models:
        server = Server(url, at, models.url)
        try:
            await server.start()
            talks = await _killed_in_the_middle(server, streams)
            ready_s, cpu_s = await server.start()
            ready = {"ready_s": round(ready_s, 2), "ready_cpu_s": round(cpu_s, 2)}
            async with _client(server) as client:
                return await _verdict(client, talks) | ready
        finally:
            await server.end(signal.SIGKILL)


async def _verdict(client: httpx2.AsyncClient, talks: list[Talk]) -> dict[str, Any]:
    found = [await _faults(client, talk) for talk in talks]
    wrong = sorted({fault for faults, _ in found for fault in faults})
    running = (await client.get("/api/v1/runs", params={"state": "running"})).json()["items"]
    wishes = ["resume" if n % 2 else "regenerate" for n in range(len(talks))]
    going = [await _goes_on(client, talk, wish) for talk, wish in zip(talks, wishes, strict=True)]
    return {
        "streams": len(talks),
        "wrong": wrong,
        "still_running": len(running),
        "cannot_go_on": going.count(False),
        "most_tokens_lost": max(lost for _, lost in found),
        "ok": not wrong and not running and all(going),
    }


async def chats(store: str, *, streams: int) -> dict[str, Any]:
    """The same on a database of its own."""
    with folder() as at, database(store, at) as url:
        return {"store": store} | await chats_killed(url, at, streams=streams)


def main() -> int:
    """Run on the stores that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos_chat", description=__doc__)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    asked, ok = parser.parse_args(), True
    for store in asked.store or STORES:
        result = asyncio.run(chats(store, streams=asked.streams))
        result["ok"] = result["ok"] and result["ready_s"] <= READY_S
        words = "  ".join(f"{name}={value}" for name, value in result.items())
        print(json.dumps(result) if asked.json else words, flush=True)
        ok = ok and result["ok"]
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
