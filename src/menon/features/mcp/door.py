"""The way in for MCP clients: loads the server when the first one comes, ends it with the process.

A server that nobody asks by MCP does not pay for it: the library takes 1.3 s and 11 MiB.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from menon.core.errors import NotReady
from menon.core.runtime import Runtime
from menon.kit.loading import loaded

if TYPE_CHECKING:
    from menon.features.mcp.server import Transport


class Door:
    """An ASGI application that is made when it is first called."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._closing = asyncio.Event()
        self._opened: asyncio.Future[Transport] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has knocked."""
        return self._task is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._opened is None or self._task is None:
            self._opened = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._serve(self._opened), name="mcp")
        waited = (self._opened, self._task)
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            self._task.result()
            raise NotReady("The MCP server has ended; the process is stopping.")
        await self._opened.result()(scope, receive, send)

    async def close(self) -> None:
        """End the server with its sessions."""
        self._closing.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _serve(self, opened: "asyncio.Future[Transport]") -> None:
        # One task opens and closes it: the library's task group wants that.
        await loaded("menon.features.mcp.server")
        from menon.features.mcp.server import Transport

        made = Transport(self._runtime)
        async with made.run():
            opened.set_result(made)
            await self._closing.wait()


@contextlib.asynccontextmanager
async def open_door(runtime: Runtime) -> AsyncGenerator[Door]:
    """The door of this process, closed until somebody knocks."""
    door = Door(runtime)
    try:
        yield door
    finally:
        await door.close()
