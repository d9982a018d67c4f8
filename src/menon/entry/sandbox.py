"""Opening the sandbox of a process; nothing is tried before code is to be run."""

import contextlib
from collections.abc import AsyncGenerator

from menon.core.runtime import Runtime
from menon.engine.sandbox import Sandbox, SandboxSettings


@contextlib.asynccontextmanager
async def open_sandbox(runtime: Runtime) -> AsyncGenerator[Sandbox]:
    """The sandbox; what the server keeps is never shown in it."""
    settings = runtime.settings
    yield Sandbox(settings[SandboxSettings], hidden=(settings.root.data_dir,))
