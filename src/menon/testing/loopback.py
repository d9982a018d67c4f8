"""A web server on the loopback that counts its callers, and the means to lead our client there."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

import httpcore2

Asked = tuple[str, dict[str, str]]
"""Path and headers (names in lower case) of one request."""


def reply(body: bytes = b"", *, status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP/1.1 response; underscores in header names become dashes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Listener:
    """Answers by a function of path and headers; None leaves the request hanging."""

    answer: Callable[[Asked], bytes | None] = lambda _asked: reply(b"hello")
    port: int = 0
    connections: int = 0
    asked: list[Asked] = field(default_factory=list[Asked])
    _open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(
        default_factory=dict["asyncio.Task[None]", asyncio.StreamWriter]
    )

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection: what `asyncio.start_server` calls."""
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def aclose(self) -> None:
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rest = head.decode("latin-1").rstrip().split("\r\n")
                headers = {
                    name.lower(): value
                    for name, _, value in (header.partition(": ") for header in rest)
                }
                await reader.readexactly(int(headers.get("content-length", "0")))
                self.asked.append((line.split(" ")[1], headers))
                answer = self.answer(self.asked[-1])
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Listener]:
    """A listener on a free port of 127.0.0.1."""
    listener = Listener()
    server = await asyncio.start_server(listener.accept, "127.0.0.1", 0, ssl=tls)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await listener.aclose()


@dataclass
class LeadTo(httpcore2.AsyncNetworkBackend):
    """Connects to the listener whatever address it is given, and remembers the addresses."""

    listener: Listener
    called: list[str] = field(default_factory=list[str])

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class names it so
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.called.append(f"{host}:{port}")
        dial = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())
        return await dial.connect_tcp(
            "127.0.0.1", self.listener.port, timeout, local_address, socket_options
        )


def resolver(names: dict[str, list[list[str]]]) -> Callable[[str, int], Awaitable[list[str]]]:
    """Answers each name with its lists in turn, the last for ever: DNS rebinding in a box."""
    left = {name: list(answers) for name, answers in names.items()}

    async def resolve(host: str, _port: int) -> list[str]:
        if host not in left:
            raise OSError(f"no such name: {host}")
        return left[host].pop(0) if len(left[host]) > 1 else left[host][0]

    return resolve
