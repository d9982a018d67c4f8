"""Just enough of HTTP/1.1's client side to read a streamed answer cheaply (RFC 9112)."""

import asyncio
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

_HEAD_LIMIT = 64 * 1024
_PIECE = 64 * 1024
_SIZE_LINE_LIMIT = 1024
_DIGITS = 8
_HEX = re.compile(rb"[0-9a-fA-F]+")


class BadHttp(Exception):
    """The other side does not speak HTTP, or stopped in the middle of it."""


def request_bytes(url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = {"host": parts.netloc.rpartition("@")[2], "content-length": str(len(body)), **headers}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    text = "\r\n".join(lines)
    if any(char in value for value in fields.values() for char in "\r\n\x00"):
        raise BadHttp("a header value contains a line break")
    return text.encode("latin-1") + b"\r\n\r\n" + body


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers (names in lower case) of the final answer, interim ones passed over."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise BadHttp("the connection closed before an answer") from error
        except asyncio.LimitOverrunError as error:
            raise BadHttp("the headers do not end") from error
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        version, _, rest = first.partition(" ")
        if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
            raise BadHttp("the answer is not HTTP")
        status = int(rest[:3])
        if status >= 200:
            pairs = (line.partition(":") for line in lines)
            return status, {name.strip().lower(): value.strip() for name, _, value in pairs}


class Body:
    """The body of an answer, undone from its framing piece by piece."""

    def __init__(self, reader: asyncio.StreamReader, headers: Mapping[str, str]) -> None:
        self._reader = reader
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "")
        self._left = int(length) if length.isdecimal() and not self._chunked else None
        self._buffer = b""
        self.ended = self._left == 0
        """Whether the whole body was read, so that the connection may serve again."""

    async def read(self) -> bytes:
        """What has arrived, at least one byte; empty at the end. Raises `BadHttp` when cut."""
        while not self.ended:
            data = await self._reader.read(_PIECE)
            if not data:
                return self._cut()
            if body := self._take(data):
                return body
        return b""

    def _cut(self) -> bytes:
        if self._chunked or self._left is not None:
            raise BadHttp("the connection closed in the middle of an answer")
        self.ended = True  # a body without length ends with its connection
        return b""

    def _take(self, data: bytes) -> bytes:
        if self._chunked:
            return self._dechunk(data)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
            self.ended = self._left == 0
        return data

    def _dechunk(self, data: bytes) -> bytes:
        """The bodies of all chunks, whole or not, that `data` brings.

        `_left` is what the current chunk lacks: None before the first, 0 between two.
        """
        buffer = self._buffer + data if self._buffer else data
        out: list[bytes] = []
        at = 0
        while at < len(buffer) and not self.ended:
            if self._left:
                piece = buffer[at : at + self._left]
                out.append(piece)
                at += len(piece)
                self._left -= len(piece)
                continue
            start = at + 2 if self._left == 0 else at  # past the line break after a chunk
            line_end = buffer.find(b"\r\n", start)
            if line_end < 0:
                break
            size = _size(buffer[start:line_end])
            if size == 0 and buffer.find(b"\r\n\r\n", line_end) < 0:
                break  # trailers, or their absence, are still to come
            self.ended = size == 0
            self._left = size
            at = line_end + 2
        self._buffer = buffer[at:]
        if len(self._buffer) > _SIZE_LINE_LIMIT:
            raise BadHttp("a chunk size does not end")
        return b"".join(out)


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if len(digits) > _DIGITS:
        raise BadHttp(f"{line[:20]!r} is no chunk size")
    return _number(digits)


@lru_cache(maxsize=512)  # a model's chunks are of a few sizes
def _number(digits: bytes) -> int:
    if not _HEX.fullmatch(digits):
        raise BadHttp(f"{digits!r} is no chunk size")
    return int(digits, 16)
