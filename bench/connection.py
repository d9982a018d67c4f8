"""One HTTP/1.1 connection of the load generator: bytes scanned for tokens, no JSON decoded."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import cast

_STAMP = re.compile(rb"@(\d{6,});")
_LENGTH = re.compile(rb"content-length: *(\d+)")
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Tally:
    """What all connections together have seen inside the measured window."""

    want: int | None
    """Tokens of a whole stream, where known."""
    measuring: bool = False
    tokens: int = 0
    first_ms: list[float] = field(default_factory=list[float])
    """Request written -> first token seen."""
    hop_ms: list[float] = field(default_factory=list[float])
    """Token stamped by the fake server -> token seen here."""


class Connection(asyncio.Protocol):
    """One request at a time; the same parser serves streams and plain answers."""

    transport: asyncio.Transport

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._done: asyncio.Future[str] | None = None
        self._begin()

    def _begin(self) -> None:
        self._head = b""
        self._tail = b""
        self._left = 0
        self._chunked = False
        self._until_close = False
        self.code = 0
        self.got = 0
        self.started_ns = time.monotonic_ns()

    def start(self, request: bytes) -> "asyncio.Future[str]":
        """Send a request; the future tells how its answer ended, `ok` or `closed`."""
        self._done = asyncio.get_running_loop().create_future()
        self._begin()
        self.transport.write(request)
        return self._done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        self._finish("ok" if self._until_close and self.code else "closed")

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if not self.code:
            self._head += data
            head, separator, data = self._head.partition(b"\r\n\r\n")
            if not separator:
                return
            self._read_head(head)
        self._count(data, now)
        if self._chunked:
            self._tail = (self._tail + data)[-7:]
            if self._tail in {_LAST_CHUNK, b"\r\n" + _LAST_CHUNK}:
                self._finish("ok")
        elif not self._until_close:
            self._left -= len(data)
            if self._left <= 0:
                self._finish("ok")

    def _read_head(self, head: bytes) -> None:
        low = head.lower()
        self.code = int(head.split(b" ", 2)[1])
        self._chunked = b"transfer-encoding: chunked" in low
        length = _LENGTH.search(low)
        self._left = int(length[1]) if length else 0
        self._until_close = not self._chunked and not length

    def _count(self, data: bytes, now: int) -> None:
        tally = self._tally
        # A server may repeat the whole text at the end: what is complete is counted no more.
        room = tally.want - self.got if tally.want is not None else len(data)
        if room <= 0:
            return
        tokens = min(room, data.count(b"~"))
        if tally.measuring:
            tally.tokens += tokens
            if tokens and not self.got:
                tally.first_ms.append((now - self.started_ns) / 1e6)
            if b"@" in data:
                tally.hop_ms += [now / 1e6 - int(stamp) / 1e3 for stamp in _STAMP.findall(data)]
        self.got += tokens

    def _finish(self, how: str) -> None:
        if self._done and not self._done.done():  # it may have been cancelled at the end of a run
            self._done.set_result(how)
