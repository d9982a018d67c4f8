"""Answers that are whole and long are packed, pages and lists; what streams is never touched.

Only a GET by a browser or client that takes gzip has its `send` wrapped, and not where it asks for
an event stream: a streamed answer costs what it cost. Static files are packed when they are read.
A page that repeats a secret beside a visitor's words must mask it per answer (BREACH); see `csrf`.
"""

import gzip

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from menon.core.http.headers import Header

_LEVEL = 5
"""A page of 40 kB in half a millisecond; level 9 takes three times as long for 2 % less."""
_SMALL = 1024
"""Bytes below which packing does not pay: the answer fits into one packet as it is."""
_PACKED = (b"text/html", b"application/json", b"application/problem+json", b"text/plain")


class Packing:
    """Packs answers that say how long they are.

    Args:
        app: what is inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and _wanted(dict(scope["headers"])):
            send = _Packer(send)
        await self._app(scope, receive, send)


class _Packer:
    """The `send` of one answer: holds its start back until the body is there, if it is to pack."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _packable(message):
            self._held = message
            return
        if self._held is not None:
            start, self._held = self._held, None
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                body = gzip.compress(message.get("body", b""), _LEVEL, mtime=0)
                start["headers"] = _renewed(start["headers"], len(body))
                message = {"type": "http.response.body", "body": body}
            await self._send(start)
        await self._send(message)


def _wanted(given: dict[bytes, bytes]) -> bool:
    """Whether the caller takes gzip and does not ask for a stream."""
    if given.get(b"accept", b"").startswith(b"text/event-stream"):
        return False
    offers = given.get(b"accept-encoding", b"").lower().replace(b" ", b"").split(b",")
    return b"gzip" in offers or any(
        offer.startswith(b"gzip;") and not offer.endswith((b"q=0", b"q=0.0")) for offer in offers
    )


def _packable(start: Message) -> bool:
    """A whole answer of text, long enough, that nobody has packed or named by a tag."""
    own: dict[bytes, bytes] = {name.lower(): value for name, value in start.get("headers", ())}
    return (
        start["status"] not in {204, 206, 304}
        and int(own.get(b"content-length", b"0")) >= _SMALL
        and own.get(b"content-type", b"").split(b";")[0] in _PACKED
        and not own.keys() & {b"content-encoding", b"content-range", b"etag"}
    )


def _renewed(headers: list[Header], length: int) -> list[Header]:
    kept = [header for header in headers if header[0].lower() != b"content-length"]
    return [
        *kept,
        (b"content-length", str(length).encode()),
        (b"content-encoding", b"gzip"),
        (b"vary", b"accept-encoding"),
    ]
