"""What a request may bring: so many bytes, JSON nested so deep, and a host that is ours."""

import re
from itertools import accumulate

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from menon.core.errors import BadRequest, InvalidInput, TooLarge
from menon.core.http.problem import Refusal, respond

# Possessive, and the end of the text ends a string too: hostile quotes cost linear time.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def depth(document: bytes) -> int:
    """How deep the brackets of a JSON document nest, at most; strings are passed over."""
    brackets = _STRING.sub(b"", document).translate(None, _NOT_BRACKETS)
    return max(accumulate(_STEP[b] for b in brackets), default=0)


class BodyCap:
    """Refuses bodies before they are held in memory.

    A JSON body is read here, under its cap, and handed on in one piece; other bodies pass through
    piece by piece and are counted. It stands inside of the limiter, so that only admitted callers
    are listened to.

    Args:
        app: what is inside.
        json_bytes: cap of a JSON body, and of any that is no upload.
        upload_bytes: cap of a multipart body.
        json_depth: cap of the nesting.
    """

    def __init__(
        self, app: ASGIApp, *, json_bytes: int, upload_bytes: int, json_depth: int
    ) -> None:
        self._app = app
        self._json_bytes = json_bytes
        self._upload_bytes = upload_bytes
        self._json_depth = json_depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        media_type = headers.get(b"content-type", b"").lower()
        upload = media_type.startswith(b"multipart/")
        cap = self._upload_bytes if upload else self._json_bytes
        try:
            _check_length(headers.get(b"content-length"), cap)
            counted = _counted(receive, cap)
            body = await self._whole(counted) if b"json" in media_type else counted
            await self._app(scope, body, send)
        except Refusal as refusal:
            await respond(refusal.error, refusal.headers, path=scope["path"])(scope, receive, send)

    async def _whole(self, receive: Receive) -> Receive:
        pieces: list[bytes] = []
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return _first(message, receive)
            pieces.append(message.get("body", b""))
            more = message.get("more_body", False)
        body = b"".join(pieces)
        # So few brackets cannot nest too deep: most bodies need no closer look.
        if body.count(b"[") + body.count(b"{") > self._json_depth < depth(body):
            raise Refusal(InvalidInput(f"The JSON nests deeper than {self._json_depth} levels."))
        return _first({"type": "http.request", "body": body, "more_body": False}, receive)


class Hosts:
    """Refuses requests that name a host which is not ours, such as rebound DNS names.

    Args:
        app: what is inside.
        allowed: host names without port; `*.example.org` allows every name below.
    """

    def __init__(self, app: ASGIApp, *, allowed: tuple[str, ...]) -> None:
        self._app = app
        self._names = frozenset(allowed)
        self._below = tuple(name[1:] for name in allowed if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._ours(dict(scope["headers"]).get(b"host", b"")):
            await self._app(scope, receive, send)
            return
        refused = BadRequest("This server does not answer to that host; see MENON_HTTP__HOSTS.")
        await respond(refused, path=scope["path"])(scope, receive, send)

    def _ours(self, host: bytes) -> bool:
        name = re.sub(r":\d+$", "", host.decode("latin-1")).lower()
        return name in self._names or (bool(self._below) and name.endswith(self._below))


def _check_length(announced: bytes | None, cap: int) -> None:
    if announced is None:
        return
    if not announced.isdigit():
        raise Refusal(BadRequest(f"{announced!r} is not a Content-Length."))
    if len(announced) > 18 or int(announced) > cap:
        raise _too_large(cap)


def _counted(receive: Receive, cap: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > cap:
                raise _too_large(cap)
        return message

    return counted


def _first(message: Message, then: Receive) -> Receive:
    """A `receive` that hands out this message, then what comes after it."""
    waiting = [message]

    async def receive() -> Message:
        return waiting.pop() if waiting else await then()

    return receive


def _too_large(cap: int) -> Refusal:
    return Refusal(TooLarge(f"The body is larger than the {cap} bytes that are accepted here."))
