"""Processor time of a streamed token in the agent engine: `python -m bench.stream_engine --json`.

Three servers take turns under the same load of 100 streams: the raw relay (the limit), the engine's
`run(turn)` under bare ASGI over its own connections, and the same over the shared HTTP client. What
the product adds above (identity, log, store) is measured elsewhere. The limit is a ratio, since
machines differ.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import socket
import statistics
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx2
import msgspec
import uvicorn

from bench import load, raw_relay
from bench.harness import Child, children, folder
from menon.engine.agents.turn import ResolvedModel, Turn
from menon.engine.llm.provider import Endpoint, ModelCard, Outbound
from menon.engine.llm.providers.openai import provider
from menon.testing.fake_llm import connect

Message = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]

LIMIT = 4.0
ROUNDS = 3
SECONDS = 6.0
STREAMS = 100
MODEL = "fake-n100-d20"
SERVERS = ("relay", "engine", "piped")
NDJSON = [(b"content-type", b"application/x-ndjson")]
encode = msgspec.json.Encoder().encode


class Engine:
    """Answers each POST with the events of a run, one JSON line each."""

    def __init__(self, upstream: str, *, direct: bool) -> None:
        client = httpx2.AsyncClient(limits=httpx2.Limits(max_connections=None))
        self._outbound = Outbound(client=client, connect=connect if direct else None)
        self._endpoint = Endpoint(base_url=f"{upstream}/v1")
        self._model: ResolvedModel | None = None

    def _resolved(self, name: str) -> ResolvedModel:
        if self._model is None or self._model.card.name != name:
            built = provider.build(name, self._endpoint, self._outbound)
            self._model = ResolvedModel(card=ModelCard(provider="openai", name=name), model=built)
        return self._model

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        from menon.engine.agents.run import run

        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        name = json.loads(body)["model"]
        await send({"type": "http.response.start", "status": 200, "headers": NDJSON})
        turn = Turn(run="bench", agent="bench", model=self._resolved(name), question="x")
        async with contextlib.aclosing(run(turn)) as events:
            async for event in events:
                line = encode({"type": event.type, "data": event}) + b"\n"
                await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def serve(which: str, port: int, upstream: str) -> None:
    """Be one of the servers, until killed."""
    if which == "relay":
        raw_relay.HOST, raw_relay.PORT = "127.0.0.1", upstream.rpartition(":")[2]
        app: App = raw_relay.app
    else:
        import menon.engine.agents.run  # pyright: ignore[reportUnusedImport] # noqa: F401

        app = Engine(upstream, direct=which == "engine")
    gc.collect()
    gc.freeze()

    class Announced(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print("ready", flush=True)

    Announced(uvicorn.Config(app, port=port, access_log=False, log_level="warning")).run()


@contextlib.asynccontextmanager
async def upstream() -> AsyncGenerator[str]:
    """The fake, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "menon.testing.fake_llm", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        line = await process.stdout.readline() if process.stdout else b""
        yield line.decode().removeprefix("fake_llm on ").strip()
    finally:
        process.terminate()
        await process.wait()


async def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """Microseconds a token of each server, the delay of the first token, and the ratio."""
    figures: dict[str, list[dict[str, Any]]] = {which: [] for which in SERVERS}
    with folder() as at:
        async with upstream() as url:
            ports = {which: free_port() for which in SERVERS}
            servers = {
                which: Child(
                    "bench.stream_engine", which, str(ports[which]), url, log=at / f"{which}.log"
                )
                for which in SERVERS
            }
            async with children(list(servers.values())):
                for _ in range(rounds):
                    for which in SERVERS:
                        found = await streamed(ports[which], servers[which].pid, seconds)
                        figures[which].append(found)
                alone = {which: await first_token(ports[which]) for which in SERVERS}
    return summary(figures, alone)


async def streamed(port: int, pid: int, seconds: float) -> dict[str, Any]:
    """One round of many streams."""
    found = await load.measure(
        load.parse(
            [
                *("stream", f"http://127.0.0.1:{port}/", "--body", json.dumps({"model": MODEL})),
                *("-c", str(STREAMS), "--seconds", str(seconds), "--ramp", "1", "--pid", str(pid)),
            ]
        )
    )
    if found["bad"] or not found["ok"]:
        raise RuntimeError(f"streams were lost: {found}")
    return found


async def first_token(port: int) -> float:
    """Milliseconds to the first token with one stream open, median."""
    found = await load.measure(
        load.parse(
            [
                *("stream", f"http://127.0.0.1:{port}/"),
                *("--body", json.dumps({"model": "fake-n4-d5"}), "-c", "1", "--seconds", "2"),
            ]
        )
    )
    return found["ttft_ms p50/p99"][0]


def summary(figures: dict[str, list[dict[str, Any]]], alone: dict[str, float]) -> dict[str, Any]:
    spent = {
        which: statistics.median(found["cpu_tok_us"] for found in figures[which])
        for which in SERVERS
    }
    ratio = round(spent["engine"] / spent["relay"], 2)
    added = round(alone["engine"] - alone["relay"], 2)
    return {
        **{f"{which}_us": spent[which] for which in SERVERS},
        "first_token_ms": alone,
        "added_ms": added,
        "ratio": ratio,
        "limit": LIMIT,
        "ok": ratio <= LIMIT and added <= 5.0,
    }


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in SERVERS:
        serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = asyncio.run(measure(args.rounds, args.seconds))
    if args.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>16}  {value}")
    if not figures["ok"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
