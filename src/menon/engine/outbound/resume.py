"""A large file, piece by piece: what a broken line cost is asked for again, from where it broke.

A range is only trusted under `If-Range` with a strong validator: a server that changed the file, or
knows no ranges, answers 200 with the whole, and the caller starts over.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

import httpx2

from menon.core.errors import ExternalError, TooLarge
from menon.engine.outbound.fetch import moved
from menon.engine.outbound.network import checked

RESUMES: Final = 5
"""Broken lines in a row, without a byte between them, after which it is given up."""
PAUSE_S: Final = 0.5
_REDIRECTS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a download stands."""

    done: int = 0
    """Bytes that are kept already."""
    total: int | None = None
    validator: str = ""
    """The strong `ETag` of what is kept; without one there is no resuming."""
    media_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Bytes at a place; `at` 0 means that what was kept before is worth nothing."""

    at: int
    data: bytes
    progress: Progress
    """Where the download stands with these bytes."""


async def download(
    client: httpx2.AsyncClient,
    url: str,
    *,
    headers: Mapping[str, str],
    kept: Progress,
    limit: int,
) -> AsyncGenerator[Piece]:
    """The pieces of a file that are not kept yet, in order.

    Args:
        client: the guarded one.
        url: where it is; redirects are followed, each checked anew.
        headers: sent along, to other origins without credentials.
        kept: what an earlier attempt has already.
        limit: most bytes of the whole.

    Raises:
        TargetRefused: an address is not public.
        ExternalError: the server refuses, or the line broke too often.
        TooLarge: there are more bytes.
    """
    failures, furthest = 0, kept.done
    while True:
        try:
            async with aclosing(_answer(client, url, headers, kept, limit)) as pieces:
                async for piece in pieces:
                    kept = piece.progress
                    yield piece
        except (httpx2.TransportError, httpx2.StreamError) as error:
            failures = 0 if kept.done > furthest else failures + 1
            furthest = max(furthest, kept.done)
            if failures >= RESUMES:
                raise ExternalError(f"{url!r} broke off {failures} times: {error}") from error
            await asyncio.sleep(PAUSE_S * failures)
        else:
            return


async def _answer(
    client: httpx2.AsyncClient,
    url: str,
    headers: Mapping[str, str],
    kept: Progress,
    limit: int,
) -> AsyncGenerator[Piece]:
    """What one request brings."""
    target, sent = checked(url), dict(headers) | {"accept-encoding": "identity"}
    if kept.done and kept.validator:
        sent |= {"range": f"bytes={kept.done}-", "if-range": kept.validator}
    for _ in range(_REDIRECTS + 1):
        async with client.stream("GET", target.url, headers=sent) as response:
            following = moved(target, sent, response.status_code, response.headers)
            if following is None:
                async for piece in _body(response, kept, limit):
                    yield piece
                return
        target, sent = following
    raise ExternalError(f"{url!r} redirects more than {_REDIRECTS} times")


async def _body(response: httpx2.Response, kept: Progress, limit: int) -> AsyncGenerator[Piece]:
    at = _start(response, kept)
    if at is None:
        return
    length = response.headers.get("content-length", "")
    now = Progress(
        done=at,
        total=at + int(length) if length.isdigit() else None,
        validator=_strong(response.headers.get("etag", "")),
        media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
    )
    if (now.total or 0) > limit:
        raise TooLarge(f"The file has {now.total} bytes, more than the {limit} that are taken.")
    if now.total == at == 0:
        yield Piece(at=0, data=b"", progress=now)
    async for data in response.aiter_raw():
        if now.done + len(data) > limit:
            raise TooLarge(f"The file has more than the {limit} bytes that are taken.")
        at, now = now.done, replace(now, done=now.done + len(data))
        yield Piece(at=at, data=data, progress=now)


def _start(response: httpx2.Response, kept: Progress) -> int | None:
    """Where the body belongs; None when all of it is kept already."""
    status, told = response.status_code, response.headers.get("content-range", "")
    if status == 200:
        return 0
    if status == 206 and told.startswith(f"bytes {kept.done}-"):
        return kept.done
    if status == 416 and told == f"bytes */{kept.done}":
        return None
    raise ExternalError(f"The server answered {status}.")


def _strong(etag: str) -> str:
    return etag if etag.startswith('"') else ""
