"""One whole answer from an address that somebody else gave us."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

import httpx2

from menon.core.errors import ContentBomb, ExternalError
from menon.engine.outbound.network import MIB, checked
from menon.kit import ssrf

_MAX_REDIRECTS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_KEPT_ACROSS_ORIGINS: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "if-range", "range", "user-agent"}
)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A whole response; the caller judges the status."""

    url: str
    """Where the last redirect led."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    cut: bool = False
    """Whether there was more; only where the caller takes a beginning."""

    @property
    def media_type(self) -> str | None:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None


async def fetch(
    client: httpx2.AsyncClient,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    max_bytes: int = 32 * MIB,
    timeout_s: float = 30.0,
    beginning: bool = False,
) -> Fetched:
    """The answer at `url`, at most `max_bytes` after decompression, within `timeout_s` in all.

    With `beginning` a larger answer is cut at `max_bytes` instead of refused. GET and HEAD follow
    up to five redirects; each is checked anew and loses the credentials when it leaves the origin.
    Raises TargetRefused, ContentBomb or, when nobody answers, ExternalError.
    """
    request = _Request(method.upper(), checked(url), dict(headers or {}), content)
    cap = _Cap(max_bytes, cuts=beginning)
    try:
        async with asyncio.timeout(timeout_s):
            for _ in range(_MAX_REDIRECTS + 1):
                answer = await _once(client, request, cap)
                following = _next(request, answer)
                if following is None:
                    return answer
                request = following
    except TimeoutError as error:
        raise ExternalError(f"{url!r} took longer than {timeout_s:g} s") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise ExternalError(f"{request.target.url!r} did not answer: {reason}") from error
    raise ExternalError(f"{url!r} redirects more than {_MAX_REDIRECTS} times")


@dataclass(frozen=True)
class _Cap:
    most: int
    cuts: bool


@dataclass(frozen=True)
class _Request:
    method: str
    target: ssrf.Target
    headers: dict[str, str]
    content: bytes | None


async def _once(client: httpx2.AsyncClient, request: _Request, cap: _Cap) -> Fetched:
    async with client.stream(
        request.method,
        request.target.url,
        headers=request.headers,
        content=request.content,
        follow_redirects=False,
    ) as response:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > cap.most:
                if cap.cuts:
                    break
                raise ContentBomb(f"{request.target.url!r} is larger than {cap.most} bytes")
        return Fetched(
            url=request.target.url,
            status=response.status_code,
            headers=dict(response.headers),
            body=bytes(body[: cap.most]),
            cut=len(body) > cap.most,
        )


def moved(
    target: ssrf.Target, headers: dict[str, str], status: int, answer: Mapping[str, str]
) -> tuple[ssrf.Target, dict[str, str]] | None:
    """Where a GET is redirected and with which headers, checked anew; None for other answers."""
    location = answer.get("location")
    if status not in _MOVED or not location:
        return None
    following = checked(urljoin(target.url, location))
    if following.origin != target.origin:
        headers = {
            name: value for name, value in headers.items() if name.lower() in _KEPT_ACROSS_ORIGINS
        }
    return following, headers


def _next(request: _Request, answer: Fetched) -> _Request | None:
    """The request that a redirect asks for; None for answers and for methods that change things."""
    if request.method not in {"GET", "HEAD"}:
        return None
    following = moved(request.target, request.headers, answer.status, answer.headers)
    return following and _Request(request.method, *following, None)
