"""Just enough HTTP/1.1: keep-alive, bodies by length or in chunks, chunked answers."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 404: b"Not Found"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, whole."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self.body or b"{}"))


class Connection(asyncio.Protocol):
    """One client; hands whole requests to `answer`."""

    def __init__(
        self,
        answer: Callable[["Connection", Request], None],
        changed: Callable[["Connection"], None],
    ) -> None:
        self._answer = answer
        self._changed = changed
        self._buffer = b""
        self.closed = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._changed(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.closed = True
        self._changed(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (request := self._take()) is not None:
            try:
                self._answer(self, request)
            except (ValueError, KeyError, TypeError) as error:
                # A bad request must not take the server down.
                self.json({"error": {"message": repr(error), "type": "bad_request"}}, 400)

    def _take(self) -> Request | None:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body, size = _dechunk(rest)
        else:
            size = int(headers.get("content-length", "0"))
            body = rest[:size] if len(rest) >= size else None
        if body is None:
            if headers.get("expect", "").lower().startswith("100"):
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        self._buffer = rest[size:]
        method, target, *_ = first.split(" ")
        return Request(method=method, path=target.partition("?")[0], headers=headers, body=body)

    def json(self, data: object, status: int = 200, *, headers: bytes = b"") -> None:
        """Answer with a whole JSON body."""
        body = json.dumps(data).encode()
        self.transport.write(
            b"HTTP/1.1 %d %b\r\ncontent-type: application/json\r\n%bcontent-length: %d\r\n\r\n%b"
            % (status, REASONS.get(status, b"Trouble"), headers, len(body), body)
        )

    def begin(self, content_type: bytes) -> None:
        """Answer in chunks from here on."""
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncache-control: no-cache\r\n"
            b"transfer-encoding: chunked\r\n\r\n" % content_type
        )

    def chunk(self, data: bytes) -> None:
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self, data: bytes = b"") -> None:
        if data:
            self.chunk(data)
        self.transport.write(b"0\r\n\r\n")

    def abort(self) -> None:
        self.transport.abort()


def _dechunk(data: bytes) -> tuple[bytes | None, int]:
    """A whole chunked body and its length on the wire; None while something is missing."""
    body, at = b"", 0
    while (line_end := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:line_end], 16)
        start = line_end + 2
        if len(data) < start + size + 2:
            break
        if not size:
            return body, start + 2
        body += data[start : start + size]
        at = start + size + 2
    return None, 0
