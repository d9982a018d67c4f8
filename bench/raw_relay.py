"""The limit for a streaming relay: a bare ASGI application that turns OpenAI's SSE into NDJSON.

    UPSTREAM=127.0.0.1:9100 uvicorn bench.raw_relay:app --port 9200 --no-access-log

POST any path with {"model": "fake-n100-d20", ...}. One json.loads a chunk, no agent, no
authentication, no store. What a product spends per token is compared with what this spends, in
one run on one machine.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HOST, _, PORT = os.environ.get("UPSTREAM", "127.0.0.1:9100").partition(":")
NDJSON = [(b"content-type", b"application/x-ndjson")]


class Upstream(asyncio.Protocol):
    """One kept-alive connection; hands over encoded lines in the pieces in which they arrive."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Be ready for another answer."""
        self.rest = b""
        self.pieces: asyncio.Queue[tuple[bytes, bool]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\n")
        out: list[bytes] = []
        end = False
        for line in lines:
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                if choices and (text := choices[0]["delta"].get("content")):
                    out.append(b'{"type":"content","content":' + json.dumps(text).encode() + b"}\n")
            elif line.startswith(b"data: [DONE]"):
                out.append(b'{"type":"complete"}\n')
                end = True
        if out or end:
            self.pieces.put_nowait((b"".join(out), end))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        self.pieces.put_nowait((b"", True))


IDLE: list[Upstream] = []


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Relay one stream."""
    if scope["type"] != "http":
        return
    upstream = await _ask(await _body(receive))
    await send({"type": "http.response.start", "status": 200, "headers": NDJSON})
    end = False
    while not end:
        piece, end = await upstream.pieces.get()
        await send({"type": "http.response.body", "body": piece, "more_body": not end})
    if not upstream.transport.is_closing():
        IDLE.append(upstream)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _ask(body: bytes) -> Upstream:
    model = json.loads(body).get("model", "fake").rpartition(":")[2]
    question = [{"role": "user", "content": "x"}]
    ask = json.dumps({"model": model, "stream": True, "messages": question}).encode()
    if IDLE:
        upstream = IDLE.pop()
        upstream.renew()
    else:
        loop = asyncio.get_running_loop()
        _, upstream = await loop.create_connection(Upstream, HOST, int(PORT))
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    upstream.transport.write(head % len(ask) + ask)
    return upstream
