"""LiteLLM's proxy, which streams the same model server through: what a token costs there."""

import asyncio
import contextlib
import json
import os
import statistics
import time
import urllib.request
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from bench import load
from bench.figures import Figure
from bench.harness import folder
from bench.served import Served, free_port, served, settled
from bench.stream_engine import upstream
from bench.streams import STREAMS, TOKENS, many

PROXY = Path(__file__).parents[1] / ".venv-peers" / "bin" / "litellm"
TIMES_CHEAPER = 8.0
LONG = 400
"""Tokens of an answer of some paragraphs."""
ROUNDS = 3
START_S = 180.0
SETTINGS = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOG": "ERROR",
    # It listens on loopback for the time of the measurement.
    "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
}


@contextlib.asynccontextmanager
async def proxy(at: Path, upstream_url: str) -> AsyncGenerator[Served]:
    """The proxy in one process, without a database and without a look at the network."""
    port, config = free_port(), at / "litellm.json"
    target = {"model": "openai/*", "api_base": f"{upstream_url}/v1", "api_key": "bench"}
    config.write_text(json.dumps({"model_list": [{"model_name": "*", "litellm_params": target}]}))
    with (at / "litellm.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(str(PROXY), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)),
            *("--num_workers", "1"),
            stdout=log,
            stderr=log,
            cwd=at,
            env=os.environ | SETTINGS,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await _ready(f"{url}/health/liveliness")
        yield Served(url=url, pid=process.pid, key="")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _ready(url: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=5).close())
            return
        await asyncio.sleep(0.5)
    raise RuntimeError("the LiteLLM proxy is not ready")


async def compare(rounds: int = ROUNDS) -> list[Figure]:
    """How many times cheaper a token is than in the proxy, in short and in long answers."""
    with folder() as at:
        async with upstream() as url, served(at, upstream=url) as ours, proxy(at, url) as peer:
            await settled(ours.pid)
            await settled(peer.pid)
            await many(ours)
            await _many(peer, TOKENS)
            return [await _compared(ours, peer, tokens, rounds) for tokens in (TOKENS, LONG)]


async def _compared(ours: Served, peer: Served, tokens: int, rounds: int) -> Figure:
    turns = [(await many(ours, tokens=tokens), await _many(peer, tokens)) for _ in range(rounds)]
    spent = [[found["cpu_tok_us"] for found in side] for side in zip(*turns, strict=True)]
    ours_us, peer_us = (round(statistics.median(side), 1) for side in spent)
    return Figure(
        name=f"CPU per token in LiteLLM's proxy beside ours, answers of {tokens} tokens",
        value=round(peer_us / ours_us, 2),
        unit="x",
        limit=TIMES_CHEAPER,
        least=True,
        notes={"menon_us": ours_us, "litellm_us": peer_us, "rounds": spent},
    )


async def _many(peer: Served, tokens: int) -> dict[str, Any]:
    """The streams of `bench.streams.many`, in OpenAI's words."""
    question = [{"role": "user", "content": "Hi"}]
    body = {"model": f"fake-n{tokens}-d20", "stream": True, "messages": question}
    found = await load.measure(
        load.parse(
            [
                *("stream", f"{peer.url}/v1/chat/completions", "--body", json.dumps(body)),
                *("-c", str(STREAMS), "--once", "--ramp", "2", "--seconds", "120"),
                *("--timeout", "120", "--pid", str(peer.pid)),
            ]
        )
    )
    if found["ok"] != STREAMS:
        raise RuntimeError(f"the proxy lost streams: {found}")
    return found
