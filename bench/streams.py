"""Streams of the whole product beside a bare relay: `python -m bench streams`.

A real server answers from a model server on loopback: identity, agent, run log, store and wire are
all there. What a token costs is compared with what `bench.raw_relay` spends on it in the same
minutes, in turns; then a thousand streams are open at once.
"""

import asyncio
import json
import statistics
from collections.abc import Iterator
from typing import Any

from bench import load
from bench.figures import Figure
from bench.harness import Child, children, folder
from bench.served import Served, free_port, served, settled
from bench.stream_engine import upstream

TIMES_RELAY = 4.0
FIRST_MS = 5.0
STREAM_KIB = 100.0
ROUNDS = 3
STREAMS = 100
TOKENS = 100
"""Of an answer; a stream costs about 5 ms besides, so that short ones cost most a token."""
OPEN = 1000
LONG = 300
"""Tokens of an answer that goes on while all are open: half a minute."""
RAMP_S = 15
"""A beginning costs about 9 ms: a thousand within 4 s were all that two cores could do then."""
CHAT = "/api/v1/chat"
OPENAI = "/v1/chat/completions"
TIMES_CHAT = 1.3


async def beside_relay(rounds: int = ROUNDS) -> list[Figure]:
    """Processor time per token and time to the first token, of a relay and of the product."""
    with folder() as at:
        async with upstream() as url, served(at, upstream=url) as ours:
            return await _beside_relay(ours, url, rounds)


async def beside_chat(rounds: int = ROUNDS) -> list[Figure]:
    """Processor time per token on the wire of OpenAI, beside our own, in turns."""
    with folder() as at:
        async with upstream() as url, served(at, upstream=url) as ours:
            await settled(ours.pid)
            await many(ours)
            await many(ours, OPENAI)
            turns = [(await many(ours), await many(ours, OPENAI)) for _ in range(rounds)]
    spent = [[found["cpu_tok_us"] for found in side] for side in zip(*turns, strict=True)]
    chat_us, openai_us = (round(statistics.median(side), 1) for side in spent)
    return [
        Figure(
            name="OpenAI's wire, CPU per token beside our own",
            value=round(openai_us / chat_us, 2),
            unit="x",
            limit=TIMES_CHAT,
            notes={"chat_us": chat_us, "openai_us": openai_us, "rounds": spent},
        )
    ]


async def thousand() -> list[Figure]:
    """A thousand streams of ten tokens a second over two worker processes."""
    with folder() as at:
        async with upstream() as url, served(at, upstream=url, workers=2) as ours:
            return await _thousand(ours)


async def _beside_relay(ours: Served, url: str, rounds: int) -> list[Figure]:
    port = free_port()
    with folder() as at:
        relay = Child("bench.stream_engine", "relay", str(port), url, log=at / "relay.log")
        async with children([relay]):
            bare = Served(url=f"http://127.0.0.1:{port}", pid=relay.pid, key="")
            await settled(ours.pid)
            await many(ours)
            turns = [(await many(bare), await many(ours)) for _ in range(rounds)]
            firsts = [(await _first(bare), await _first(ours)) for _ in range(3)]
    spent = [[found["cpu_tok_us"] for found in side] for side in zip(*turns, strict=True)]
    relay_us, ours_us = (round(statistics.median(side), 1) for side in spent)
    added = statistics.median(mine - bare for bare, mine in firsts)
    return [
        Figure(
            name="agent stream, CPU per token beside a bare relay",
            value=round(ours_us / relay_us, 2),
            unit="x",
            limit=TIMES_RELAY,
            notes={"relay_us": relay_us, "menon_us": ours_us, "rounds": spent},
        ),
        Figure(
            name="time to first token, added at one stream",
            value=round(added, 2),
            unit="ms",
            limit=FIRST_MS,
            notes={"relay_and_menon_ms": firsts},
        ),
    ]


async def _thousand(ours: Served) -> list[Figure]:
    await settled(ours.pid)
    await _stream(ours, "fake-n20-d20", "-c", "100", "--once", "--seconds", "60")
    await settled(ours.pid)
    found = await _stream(
        *(ours, f"fake-n{LONG}-d100", "-c", str(OPEN), "--once", "--ramp", str(RAMP_S)),
        *("--seconds", "120", "--timeout", "120"),
    )
    lost = found["bad"] + OPEN - found["ok"] - found["bad"]
    kept = ("ok", "bad", "why", "full_s", "full_tokens_s", "srv_cpu", "load_cpu", "hop_ms p50/p99")
    notes = {k: found[k] for k in kept if k in found}
    return [
        Figure(
            name=f"{OPEN} streams at 10 tokens/s, streams with a loss",
            value=lost,
            limit=0,
            notes=notes | {"ttft_ms": found["ttft_ms p50/p99"]},
        ),
        Figure(
            name="memory of an open stream",
            value=found.get("rss_kib_open", 0.0),
            unit="KiB",
            limit=STREAM_KIB,
            notes={"before_mib": found["rss0_mib"], "peak_mib": found["rss_mib"]},
        ),
    ]


async def many(server: Served, wire: str = CHAT, *, tokens: int = TOKENS) -> dict[str, Any]:
    """A hundred streams of fifty tokens a second, each from its question to its end.

    Whole streams and not a window of time: on a busy machine a window holds more beginnings.
    """
    found = await _stream(
        *(server, f"fake-n{tokens}-d20", "-c", str(STREAMS), "--once", "--ramp", "2"),
        *("--seconds", "60", "--timeout", "60"),
        wire=wire,
    )
    if found["ok"] != STREAMS:
        raise RuntimeError(f"streams were lost: {found}")
    return found


async def _first(server: Served) -> float:
    """Milliseconds to the first token with one stream open, median."""
    found = await _stream(server, "fake-n4-d5", "-c", "1", "--seconds", "3")
    return found["ttft_ms p50/p99"][0]


async def _stream(server: Served, model: str, *options: str, wire: str = CHAT) -> dict[str, Any]:
    body: dict[str, Any] = {"model": f"openai:{model}"}
    if wire == OPENAI:
        body |= {"messages": [{"role": "user", "content": "Hi"}], "stream": True}
    else:
        body |= {"message": "Hi"}
    more = server.headers if server.key else []
    given = ["stream", server.url + wire, "--body", json.dumps(body), *more, *options]
    return await load.measure(load.parse([*given, "--pid", str(server.pid)]))


def run() -> Iterator[Figure]:
    """The figures of streams."""
    yield from asyncio.run(beside_relay())
    yield from asyncio.run(beside_chat())
    yield from asyncio.run(thousand())
