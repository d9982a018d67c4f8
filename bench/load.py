"""Closed-loop load for streams and for plain requests: `python -m bench.load stream|rest URL`.

    load stream URL --body '{"model": "...", ...}' -c 100 --seconds 10 [--pid PID] [--header 'k: v']
    load rest   URL [--method POST --body '{}'] -c 100 --seconds 10 [--pid PID]

`stream`: -c workers each hold one connection and run one stream after another (`--once`: one each).
The answers must come from `menon.testing.fake_llm` (through any number of hops): each `~` is one
token, and `@<microseconds>;` is the instant it was sent, on this machine's monotonic clock.

    tokens_s      tokens received per second in the measured window
    full_tokens_s the same while all -c streams are open, and full_s for how long they are
    ttft_ms       request written -> first token seen, percentiles
    hop_ms        stamp -> seen here: what was added on the way down, over all stamped tokens
    cpu_tok_us    processor time of --pid with its children per token; tokens_core_s is its inverse
    rss_kib_open  growth of --pid's resident memory per open stream (peak - before the load)
    ok / bad      streams ended with as many tokens as -nN in the model name asks / otherwise

`rest`: requests per second, latency percentiles, processor microseconds per request, statuses.
`{seq}` in the body or the URL becomes a running number, `{mod}` in the URL a scattered one in
1..9973.

One process, one protocol object per connection on uvloop. It shares the machine with what it
measures: prefer the figures of processor time over the rates when comparing.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from bench.connection import Connection, Tally
from bench.processes import family, percentiles, usage


class Options(argparse.Namespace):
    """The command line."""

    mode: str
    url: str
    method: str
    body: str
    header: list[str]
    concurrency: int
    seconds: float
    warmup: float
    ramp: float
    timeout: float
    drain: float
    once: bool
    pid: int | None
    want: int | None
    label: str
    debug: bool


class Load:
    """The requests of one run and what came of them."""

    def __init__(self, options: Options) -> None:
        named = re.search(r"-n(\d+)", options.body)
        self.options = options
        self.tally = Tally(options.want or (int(named[1]) if named else None))
        self.seq = self.ok = self.bad = self.requests = self.open = self.peak = 0
        self.latency_ms: list[float] = []
        self.status: Counter[int] = Counter()
        self.why: Counter[str] = Counter()
        url = urlsplit(options.url)
        self.host, self.port = url.hostname or "", url.port or 80
        self._path = (url.path or "/") + (f"?{url.query}" if url.query else "")

    def request(self) -> bytes:
        """The next request, written out."""
        self.seq += 1
        body = self.options.body.replace("{seq}", f"{os.getpid()}-{self.seq}").encode()
        path = self._path.replace("{seq}", str(self.seq))
        path = path.replace("{mod}", str(self.seq * 7919 % 9973 + 1))
        head = [f"{self.options.method} {path} HTTP/1.1", f"host: {self.host}:{self.port}"]
        head += ["accept: */*", *self.options.header]
        if body:
            if not any(line.lower().startswith("content-type:") for line in head):
                head.append("content-type: application/json")
            head.append(f"content-length: {len(body)}")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    async def ask(self, connection: Connection) -> str:
        """One request on this connection; how its answer ended."""
        self.open += 1
        self.peak = max(self.peak, self.open)
        try:
            async with asyncio.timeout(self.options.timeout):
                return await connection.start(self.request())
        finally:
            self.open -= 1

    def fail(self, why: str) -> None:
        if self.tally.measuring:
            self.bad += 1
            self.why[why] += 1

    def judge(self, connection: Connection, end: str) -> bool:
        """Book an answer; whether it was what was asked for."""
        if self.options.mode == "rest":
            if self.tally.measuring:
                self.requests += 1
                self.latency_ms.append((time.monotonic_ns() - connection.started_ns) / 1e6)
                self.status[connection.code] += 1
            return True
        whole = self.tally.want is None or connection.got == self.tally.want
        if connection.code == 200 and end == "ok" and whole:
            self.ok += self.tally.measuring
            return True
        got = connection.got if connection.code == 200 else "-"
        self.fail(f"{connection.code} {end} got={got}")
        return False


async def worker(load: Load, index: int, stop: asyncio.Event) -> None:
    """Ask again and again, on one connection as long as it lasts."""
    options, connection = load.options, None
    if options.ramp:
        await asyncio.sleep(options.ramp * index / options.concurrency)
    while not stop.is_set():
        try:
            if connection is None or connection.transport.is_closing():
                connection = await _connected(load)
            end = await load.ask(connection)
        except (OSError, TimeoutError) as error:
            load.fail(type(error).__name__)
            connection = _dropped(connection)
            await asyncio.sleep(0.05)
            continue
        if options.debug and load.seq <= 3:
            print("debug", connection.code, connection.got, end, file=sys.stderr)
        if not load.judge(connection, end):
            await asyncio.sleep(0.01)
        if end != "ok":
            connection = _dropped(connection)
        if options.once:
            break
    if connection:
        connection.transport.close()


async def _connected(load: Load) -> Connection:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30):
        _, connection = await loop.create_connection(
            lambda: Connection(load.tally), load.host, load.port
        )
    return connection


def _dropped(connection: Connection | None) -> None:
    if connection:
        connection.transport.abort()


async def measure(options: Options) -> dict[str, Any]:
    """The figures of one run."""
    load, stop = Load(options), asyncio.Event()
    pids = family(options.pid) if options.pid else []
    before = usage(pids)
    tasks = [asyncio.create_task(worker(load, i, stop)) for i in range(options.concurrency)]
    if not options.once:
        await asyncio.sleep(options.warmup + options.ramp)
    load.tally.measuring = True
    cpu, begun, own = usage(pids).cpu, time.monotonic(), time.process_time()
    rss, opens, full = 0, list[int](), list[tuple[float, int]]()
    while time.monotonic() < begun + options.seconds:
        if options.once and all(task.done() for task in tasks):
            break
        await asyncio.sleep(0.25)
        rss = max(rss, usage(pids).rss)
        opens.append(load.open)
        if load.open == options.concurrency:
            full.append((time.monotonic(), load.tally.tokens))
    seconds, cpu = time.monotonic() - begun, usage(pids).cpu - cpu
    figures: dict[str, Any] = {"c": options.concurrency, "seconds": round(seconds, 2)}
    figures["load_cpu"] = round((time.process_time() - own) / seconds, 2)
    load.tally.measuring = False
    stop.set()
    _, late = await asyncio.wait(tasks, timeout=options.drain)
    for task in late:
        task.cancel()
    if options.pid:
        figures |= {"srv_cpu": round(cpu / seconds, 2), "rss_mib": round(rss / 2**20, 1)}
        figures["rss0_mib"] = round(before.rss / 2**20, 1)
    if options.mode == "stream":
        figures |= (
            _of_streams(load, seconds, opens)
            | _while_full(full)
            | _per_token(load, cpu, rss - before.rss)
        )
    else:
        figures |= _of_requests(load, seconds, cpu)
    return figures | ({"why": dict(load.why.most_common(4))} if load.why else {})


def _of_streams(load: Load, seconds: float, opens: list[int]) -> dict[str, Any]:
    return {
        "tokens_s": round(load.tally.tokens / seconds),
        "ok": load.ok,
        "bad": load.bad,
        "open": round(sum(opens) / max(1, len(opens))),
        "ttft_ms p50/p99": percentiles(load.tally.first_ms, 0.5, 0.99),
        "hop_ms p50/p99": percentiles(load.tally.hop_ms, 0.5, 0.99),
    }


def _while_full(samples: list[tuple[float, int]]) -> dict[str, Any]:
    """The rate while all streams are open at once, from its second second on."""
    later = [sample for sample in samples if sample[0] >= samples[0][0] + 1]
    if len(later) < 2:
        return {}
    (began, before), (ended, after) = later[0], later[-1]
    seconds = ended - began
    return {"full_s": round(seconds, 1), "full_tokens_s": round((after - before) / seconds)}


def _per_token(load: Load, cpu: float, growth: int) -> dict[str, Any]:
    tokens = load.tally.tokens
    if not (load.options.pid and tokens and cpu):
        return {}
    return {
        "cpu_tok_us": round(cpu / tokens * 1e6, 1),
        "tokens_core_s": round(tokens / cpu),
        "rss_kib_open": round(growth / 1024 / max(1, load.peak), 1),
    }


def _of_requests(load: Load, seconds: float, cpu: float) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "req_s": round(load.requests / seconds),
        "ms p50/p99/max": percentiles(load.latency_ms, 0.5, 0.99, 1.0),
        "status": dict(load.status),
        "bad": load.bad,
    }
    if load.options.pid and load.requests and cpu:
        figures["cpu_req_us"] = round(cpu / load.requests * 1e6)
        figures["req_core_s"] = round(load.requests / cpu)
    return figures


def parse(arguments: list[str] | None = None) -> Options:
    """The options of a command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("mode", choices=("stream", "rest"))
    add("url")
    add("--method")
    add("--body", default="")
    add("--header", action="append", default=[])
    add("-c", "--concurrency", type=int, default=1)
    add("--seconds", type=float, default=10)
    add("--warmup", type=float, default=1.0, help="seconds before the measured window")
    add("--ramp", type=float, default=0.0, help="spread the start over so many seconds")
    add("--timeout", type=float, default=60)
    add("--drain", type=float, default=5)
    add("--once", action="store_true", help="one request per worker")
    add("--pid", type=int, help="measure this process and its children")
    add("--want", type=int, help="tokens per stream, where the body does not name the model")
    add("--label", default="")
    add("--debug", action="store_true")
    options = parser.parse_args(arguments, namespace=Options())
    options.method = options.method or ("POST" if options.body else "GET")
    return options


def run(options: Options) -> dict[str, Any]:
    """Measure in an event loop of its own, with as many open files as the system permits."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        import uvloop
    except ImportError:
        return asyncio.run(measure(options))
    return uvloop.run(measure(options))


def main() -> None:
    options = parse()
    figures = run(options)
    print(json.dumps({"label": options.label, **figures} if options.label else figures))


if __name__ == "__main__":
    main()
