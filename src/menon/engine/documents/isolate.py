"""Reading strangers' files in processes of their own, which may hang, swell or crash.

A process is kept for many files, since starting one costs as much as reading ten, and replaced
after `files_per_process` of them, after a failure, and at once when it is killed. Without files
for `idle_s` it ends.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self, cast

import msgspec

from menon.core.errors import ContentBomb, ContentError, UnsupportedContent
from menon.engine.documents.document import MIB, Limits, Parsed

_ERRORS: Final = {error.code: error for error in (ContentError, UnsupportedContent, ContentBomb)}
_REPLY: Final = 256 * MIB
"""Longest reply; `Limits.text_chars` keeps real ones far below."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A file to read."""

    path: str
    filename: str
    declared_type: str | None
    limits: Limits


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The document, or the code and message of a ContentError."""

    parsed: Parsed | None = None
    code: str = ""
    detail: str = ""


class DocumentReader:
    """A pool of reading processes; use it as `async with`, for as long as the server lives."""

    def __init__(
        self,
        *,
        processes: int = 2,
        memory_mb: int = 1024,
        timeout_s: float = 60.0,
        files_per_process: int = 200,
        idle_s: float = 60.0,
    ) -> None:
        self._free = asyncio.Semaphore(processes)
        self._idle: list[_Child] = []
        self._memory_mb = memory_mb
        self._timeout_s = timeout_s
        self._files_per_process = files_per_process
        self._idle_s = idle_s
        self._expiry: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> list[int]:
        """The ids of processes that wait for a file."""
        return [child.pid for child in self._idle if child.is_alive]

    async def read(
        self,
        path: Path,
        *,
        filename: str,
        declared_type: str | None = None,
        limits: Limits | None = None,
    ) -> Parsed:
        """As `documents.read`; a file that takes too much time or memory is a ContentBomb."""
        request = Request(
            path=str(path),
            filename=filename,
            declared_type=declared_type,
            limits=replace(limits or Limits(), seconds=self._timeout_s),
        )
        async with self._free:
            child = await self._child()
            try:
                # A little more than the reader gives itself: its own message says more.
                reply = await child.ask(request, self._timeout_s + 1.0)
            except BaseException:
                await child.kill()
                raise
            await self._keep(child, reply)
        if reply.parsed is None:
            raise _ERRORS[reply.code](reply.detail)
        return reply.parsed

    async def _child(self) -> "_Child":
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
        starting = asyncio.ensure_future(_Child.start(self._memory_mb))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # asyncio (seen in 3.11) never comes back from a start that is cancelled halfway.
            await (await starting).kill()
            raise

    async def _keep(self, child: "_Child", reply: Reply) -> None:
        healthy = reply.parsed is not None or reply.code == UnsupportedContent.code
        if healthy and child.files < self._files_per_process:
            self._idle.append(child)
            self._postpone_expiry()
        else:
            await child.kill()

    def _postpone_expiry(self) -> None:
        """After a while without files the processes end: each holds some 60 MB."""
        if self._expiry:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(self._idle_s, self._expire)

    def _expire(self) -> None:
        while self._idle:
            self._idle.pop().dismiss()

    async def aclose(self) -> None:
        """End the idle processes; call it when nothing is being read."""
        if self._expiry:
            self._expiry.cancel()
        while self._idle:
            await self._idle.pop().kill()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


async def read_isolated(
    path: Path,
    *,
    filename: str,
    declared_type: str | None = None,
    limits: Limits | None = None,
    timeout_s: float = 60.0,
    memory_mb: int = 1024,
) -> Parsed:
    """One file in one process; for many files keep a DocumentReader."""
    async with DocumentReader(processes=1, memory_mb=memory_mb, timeout_s=timeout_s) as reader:
        return await reader.read(
            path, filename=filename, declared_type=declared_type, limits=limits
        )


class _Child:
    """One reading process and its pipes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid
        self.files = 0

    @classmethod
    async def start(cls, memory_mb: int) -> Self:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "menon.engine.documents.child",
                str(memory_mb),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=_REPLY,
                # Our environment holds keys; the reader of strangers' files gets none of them.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        )

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, request: Request, timeout_s: float) -> Reply:
        self.files += 1
        try:
            async with asyncio.timeout(timeout_s):
                line = await self._exchange(msgspec.json.encode(request) + b"\n")
                if line:
                    return msgspec.json.decode(line, type=Reply)
                ended = await self._process.wait()
        except TimeoutError as error:
            raise ContentBomb(
                f"reading {request.filename!r} took longer than {request.limits.seconds:g} seconds"
            ) from error
        if -ended in {signal.SIGXCPU, signal.SIGKILL}:
            raise ContentBomb(f"reading {request.filename!r} used up its memory or processor time")
        raise ContentError(f"reading {request.filename!r} ended its process ({ended})")

    async def _exchange(self, line: bytes) -> bytes:
        """The reply, or nothing when the process has ended."""
        to = cast("asyncio.StreamWriter", self._process.stdin)
        back = cast("asyncio.StreamReader", self._process.stdout)
        to.write(line)
        with suppress(ConnectionError):
            await to.drain()
        return await back.readline()

    def dismiss(self) -> None:
        """Let it end by itself: it reads files until there are no more requests."""
        cast("asyncio.StreamWriter", self._process.stdin).close()

    async def kill(self) -> None:
        if self.is_alive:
            self._process.kill()
        await self._process.wait()
