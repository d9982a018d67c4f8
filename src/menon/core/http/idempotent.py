"""`Idempotency-Key` on the wire: the route takes the key, and keeps the reply.

It runs after the caller was authorised, so that a stored reply reaches only somebody who may still
do what it answers. Anonymous callers have no keys: nothing tells them apart.

Only replies below 400 are kept; after an error the same key may be tried again. A stream is sent
once: who repeats its key is told where to follow the run, by the stream's `Location` or `X-Run-ID`.
"""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.responses import Response

from menon.core import idempotency
from menon.core.auth import ANONYMOUS, Principal
from menon.core.errors import DatabaseError, InvalidInput, KeyInFlight
from menon.core.http.problem import respond
from menon.core.idempotency import LARGEST, LEASE, Claim, Replies, Reply
from menon.core.keys import Keys
from menon.core.runtime import Runtime
from menon.kit.ids import new_id

REPLAYED = "Idempotency-Replayed"
_HEADER = "idempotency-key"
_LONGEST = 255
_KEY = re.compile(rf"[\x21-\x7e]{{1,{_LONGEST}}}")
PARAMETER: Mapping[str, Any] = {
    "name": _HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": _LONGEST, "pattern": r"^[\x21-\x7e]+$"},
    "description": "Names the request, so that repeating it within a day has one effect.",
}
"""The header in the API's description. As a dependency it took a tenth of a millisecond of each
request, whether it had a key or not."""

_HELD = "menon.idempotency"
_KEPT_HEADERS = ("content-type", "location", "etag", "link", "x-run-id")
_CHUNK = 1_048_576

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(kw_only=True)
class _Held:
    claim: Claim
    runtime: Runtime
    renewal: asyncio.Task[None]


class _Replay(Exception):
    """The answer is known: no endpoint runs."""

    def __init__(self, response: Response) -> None:
        self.response = response


class IdempotentRoute(APIRoute):
    """A route that answers a repeated key with the stored reply."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        return partial(_once, handle) if "POST" in (self.methods or ()) else handle


async def _take(request: Request, key: str) -> None:
    """Take the request's key, or end the request with the reply that is stored under it.

    Raises:
        InvalidInput: it is no key.
        KeyInFlight: another request works on it.
        KeyReused: it stands for another request.
    """
    if not _KEY.fullmatch(key):
        detail = f"is not 1 to {_LONGEST} visible ASCII characters"
        errors = [{"pointer": f"/header/{_HEADER}", "detail": detail}]
        raise InvalidInput(f"The {_HEADER} {detail}.", errors=errors)
    who: Principal = request.scope.get("principal", ANONYMOUS)
    if not who.user_id:
        return
    runtime: Runtime = request.app.state.runtime
    claim = Claim(
        id=idempotency.key_id(who.user_id, key),
        user_id=who.user_id,
        fingerprint=await _fingerprint(request),
        token=new_id(),
    )
    sealed = await runtime.db.write(idempotency.take, claim, runtime.clock.now())
    if sealed is not None:
        reply = _replies(runtime).open(sealed, claim=claim)
        raise _Replay(_again(reply, request.url.path))
    renewal = asyncio.create_task(_renew(runtime, claim))
    request.scope[_HELD] = _Held(claim=claim, runtime=runtime, renewal=renewal)


async def _once(handle: Handler, request: Request) -> Response:
    try:
        if (key := request.headers.get(_HEADER)) is not None:
            await _taken(request, key)
        response = await handle(request)
    except _Replay as known:
        return known.response
    except asyncio.CancelledError:
        _let_go(request)  # nobody knows how far it came: the lease decides
        raise
    except Exception:
        await _release(request)
        raise
    if response.status_code >= 400:
        await _release(request)
    elif held := _let_go(request):
        reply = _kept(response)
        sealed = _replies(held.runtime).seal(reply, claim=held.claim)
        settle = partial(idempotency.settle, status=reply.status, reply=sealed)
        await held.runtime.db.write(settle, held.claim)
    return response


async def _taken(request: Request, key: str) -> None:
    try:
        await _take(request, key)
    except BaseException:
        await request.close()  # the files of a form that no endpoint will read
        raise


async def _release(request: Request) -> None:
    if held := _let_go(request):
        await held.runtime.db.write(idempotency.release, held.claim)


def _let_go(request: Request) -> _Held | None:
    held: _Held | None = request.scope.pop(_HELD, None)
    if held is not None:
        held.renewal.cancel()
    return held


async def _renew(runtime: Runtime, claim: Claim) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        with contextlib.suppress(DatabaseError):  # the next one comes before the lease runs out
            await runtime.db.write(idempotency.renew, claim, runtime.clock.now())


def _kept(response: Response) -> Reply:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = getattr(response, "body", None)
    whole = isinstance(body, bytes) and len(body) <= LARGEST
    return Reply(status=response.status_code, headers=headers, body=body if whole else None)


def _again(reply: Reply, path: str) -> Response:
    if reply.body is not None:
        headers = {**reply.headers, REPLAYED: "true"}
        return Response(reply.body, reply.status, headers=headers)
    run = reply.headers.get("x-run-id")
    place = reply.headers.get("location") or (run and f"/api/v1/runs/{run}/events")
    where = f"; follow it at {place!r}" if place else ""
    sent = KeyInFlight(
        f"The answer to this Idempotency-Key was a stream and is sent only once{where}."
    )
    return respond(sent, {"Location": place} if place else None, path=path)


def _replies(runtime: Runtime) -> Replies:
    return Replies(runtime[Keys].vault)


async def _fingerprint(request: Request) -> str:
    """A digest of method, address and body; a form counts by its fields, not by its boundary."""
    digest = hashlib.sha256()
    scope = request.scope
    for part in (scope["method"].encode(), scope["path"].encode(), scope["query_string"]):
        digest.update(part + b"\0")
    if "multipart/form-data" in request.headers.get("content-type", ""):
        for name, value in (await request.form()).multi_items():
            digest.update(b"\0field\0" + name.encode() + b"\0")
            async for piece in _pieces(value):
                digest.update(piece)
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _pieces(value: str | UploadFile) -> AsyncIterator[bytes]:
    if isinstance(value, str):
        yield value.encode()
        return
    yield (value.filename or "").encode() + b"\0"
    await value.seek(0)
    while piece := await value.read(_CHUNK):
        yield piece
    await value.seek(0)
