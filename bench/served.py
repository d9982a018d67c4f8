"""`menon serve` as anybody starts it: a process of its own, on a folder of its own."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from bench.processes import family, usage

START_S = 300.0
MENON = str(Path(sys.executable).with_name("menon"))
FOREIGN = ("MENON_", "OPENAI_", "ANTHROPIC_", "OLLAMA_", "DATABASE_", "COV_", "PROMETHEUS_")
"""Variables of the caller that would change what is measured."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server that is ready."""

    url: str
    pid: int
    key: str
    """API key of the first user; empty where the folder had one already."""

    @property
    def headers(self) -> list[str]:
        """Options of `bench.load` that sign in."""
        return ["--header", f"authorization: Bearer {self.key}"]


def environment(data: Path, **more: str) -> dict[str, str]:
    """The caller's environment without its settings, and with the folder to use."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    return {**kept, "MENON_DATA_DIR": str(data), "MENON_LIMITS__ENABLED": "false", **more}


@contextlib.asynccontextmanager
async def served(
    at: Path, *, upstream: str = "", workers: int = 1, name: str = "server", **more: str
) -> AsyncGenerator[Served]:
    """Start a server on the folder, with a model server where one is given, and stop it."""
    port, log = free_port(), at / f"{name}.log"
    if upstream:
        more |= {"OPENAI_BASE_URL": f"{upstream}/v1", "OPENAI_API_KEY": "bench"}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(MENON, "serve", "--port", str(port), "--workers", str(workers)),
            stdout=out,
            stderr=out,
            cwd=at,
            env=environment(at / "data", **more),
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await _ready(process, f"{url}/ready", log)
        yield Served(url=url, pid=process.pid, key=_key(at, log))
    finally:
        await _stop(process)


async def _ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.returncode is None:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=5).close())
            return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"the server is not ready: {log.read_text()[-2000:]}")


async def settled(pid: int, *, for_s: float = 2.0, within_s: float = 120.0) -> None:
    """Wait until a server has nearly stopped working: it loads libraries after it is ready."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        before = usage(family(pid)).cpu
        await asyncio.sleep(for_s)
        if usage(family(pid)).cpu - before < 0.05 * for_s:
            return


def _key(at: Path, log: Path) -> str:
    """The key that the first server on this folder printed."""
    kept = at / "key"
    if found := re.search(r"API key: +(\S+)", log.read_text()):
        kept.write_text(found[1])
    return kept.read_text() if kept.is_file() else ""


async def _stop(process: asyncio.subprocess.Process) -> None:
    everybody = family(process.pid)
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(20):
            await process.wait()
    except TimeoutError:
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
