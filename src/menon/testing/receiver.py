"""A receiver of webhooks on the loopback: keeps what it is sent, answers as it is told."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from menon.testing.loopback import reply


@dataclass(frozen=True, kw_only=True)
class Message:
    """One request; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """What tells a repetition from another message."""
        return self.headers.get("webhook-id", "")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers by a function of the message; None closes the line without a word."""

    answer: Callable[[Message], bytes | None] = lambda _message: reply(b"thanks")
    port: int = 0
    messages: list[Message] = field(default_factory=list[Message])
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(
        default_factory=dict["asyncio.Task[None]", asyncio.StreamWriter]
    )

    @property
    def url(self) -> str:
        """Where messages go."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def endpoint(self) -> str:
        """What an operator writes into `outbound.allow`."""
        return f"127.0.0.1:{self.port}"

    def of(self, type_: str) -> list[Message]:
        """The messages that tell of a type of event."""
        return [message for message in self.messages if message.json["type"] == type_]

    async def until(self, claim: Callable[[], bool], *, seconds: float = 20.0) -> None:
        """Wait for messages until the claim is true."""
        async with asyncio.timeout(seconds):
            while not claim():
                self._more.clear()
                await self._more.wait()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection: what `asyncio.start_server` calls."""
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open[task] = writer
        task.add_done_callback(self._open.pop)

    async def aclose(self) -> None:
        """Hang up."""
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
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                method, path, _ = line.split(" ")
                message = Message(method=method, path=path, headers=headers, body=body)
                self.messages.append(message)
                self._more.set()
                answer = self.answer(message)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer[:1000]:
                    break
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.accept, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await receiver.aclose()
