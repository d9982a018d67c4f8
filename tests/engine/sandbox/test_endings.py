"""Whatever ends a run ends everything that it started."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from tests.engine.sandbox.targets import survivors

from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox import Outcome, Sandbox

SLEEPER = "import time; time.sleep(60)"


async def gone(token: str) -> None:
    """Wait until no process has the token in its command."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(alive, token):
            await asyncio.sleep(0.02)


async def there(token: str) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(alive, token):
            await asyncio.sleep(0.02)


def alive(token: str) -> bool:
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and token.encode() in (entry / "cmdline").read_bytes():
                return True
    return False


def children(pid: int) -> list[int]:
    """Launchers that this process has started."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        n for n in map(int, pids) if b"inside.launch" in Path(f"/proc/{n}/cmdline").read_bytes()
    ]


async def busy(sandbox: Sandbox, token: str) -> asyncio.Task[Outcome]:
    """A run that has started, with a daemon; its launcher has no token in its command."""
    daemon = "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()\n"
    words = ("python", "-c", f"{daemon}{SLEEPER}", token)
    running = asyncio.create_task(sandbox.run(words))
    await there(token)
    return running


async def test_cancelling_ends_all_that_was_started(sandbox: Sandbox) -> None:
    running = await busy(sandbox, "token-cancelled-run")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not survivors("token-cancelled-run")


async def test_cancelling_while_it_starts_leaves_nothing(sandbox: Sandbox) -> None:
    await sandbox.verdict()
    for delay in (0.0, 0.005, 0.03):
        running = asyncio.ensure_future(sandbox.run(("python", "-c", SLEEPER, "token-early")))
        await asyncio.sleep(delay)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not survivors("token-early")


async def test_a_killed_server_takes_its_runs_along() -> None:
    token = "token-of-a-killed-server"
    code = f"""
import asyncio
from menon.engine.sandbox import Outcome, Sandbox
asyncio.run(Sandbox().run(("python", "-c", {SLEEPER!r}, "token-of-a-" + "killed-server")))
"""
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    await there(token)
    server.kill()
    await server.wait()
    await gone(token)


async def test_a_killed_launcher_is_told_and_leaves_nothing(sandbox: Sandbox) -> None:
    running = await busy(sandbox, "token-of-a-killed-launcher")
    for child in children(os.getpid()):
        os.kill(child, signal.SIGKILL)
    with pytest.raises(SandboxUnavailable, match="ended early"):
        await running
    await gone("token-of-a-killed-launcher")
