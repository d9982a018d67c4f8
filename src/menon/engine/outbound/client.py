"""The HTTP client: guarded connections below, a cap on every unpacked body above."""

import zlib
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, Protocol, cast

import httpcore2
import httpx2

from menon.core.errors import ContentBomb, ContentError
from menon.engine.outbound.network import (
    MIB,
    GuardedNetwork,
    OutboundPolicy,
    Resolver,
    refusal,
    system_resolver,
    tls_context,
)
from menon.kit import ssrf

_PIECE: Final = MIB
_CODINGS: Final = (["gzip"], ["x-gzip"], ["deflate"])


def build_client(
    policy: OutboundPolicy,
    *,
    resolve: Resolver = system_resolver,
    dial: httpcore2.AsyncNetworkBackend | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.AsyncClient:
    """A client for any number of users: no cookies, no environment, no redirects of its own.

    Refused addresses raise TargetRefused, network failures httpx2 errors. `fetch` adds redirects.
    """
    dial = dial or cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())
    return httpx2.AsyncClient(
        transport=GuardedTransport(policy, GuardedNetwork(policy, resolve, dial)),
        trust_env=False,
        follow_redirects=False,
        # A jar that takes nothing: cookies set for one user's request must not go with another's.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={
            **(headers or {}),
            "user-agent": policy.user_agent,
            "accept-encoding": "gzip",
        },
        timeout=httpx2.Timeout(
            connect=policy.connect_s, read=policy.read_s, write=policy.read_s, pool=policy.pool_s
        ),
    )


def build_private(
    policy: OutboundPolicy, *, resolve: Resolver = system_resolver
) -> Callable[..., httpx2.AsyncClient]:
    """A function that makes clients for one server each, with connections of their own.

    It takes `headers` that go with every request, `max_bytes` of one answer and `read_s`, the
    longest silence; whoever calls it closes the client.
    """

    def private(*, headers: Mapping[str, str], max_bytes: int, read_s: float) -> httpx2.AsyncClient:
        narrowed = replace(
            policy, max_bytes=min(max_bytes, policy.max_bytes), read_s=read_s, max_connections=32
        )
        return build_client(narrowed, resolve=resolve, headers=headers)

    return private


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends requests over guarded connections and caps what comes back."""

    def __init__(self, policy: OutboundPolicy, network: GuardedNetwork) -> None:
        self._policy = policy
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls_context(policy),
            max_connections=policy.max_connections,
            max_keepalive_connections=256,
            keepalive_expiry=30.0,
            network_backend=network,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._check(request.url)
        with _httpx_errors():
            response = await self._pool.handle_async_request(_lowered(request))
        headers = httpx2.Headers(response.headers)
        codings = headers.get_list("content-encoding", split_commas=True)
        codings = [coding.lower() for coding in codings]
        packed = bool(codings) and codings != ["identity"]
        if packed and codings not in _CODINGS:
            # Only gzip was asked for, and chains of codings turn small answers into huge ones.
            await response.aclose()
            raise ContentError(f"the server packed its answer as {', '.join(codings)!r}")
        if packed:
            del headers["content-encoding"]
            headers.pop("content-length", None)
        return httpx2.Response(
            response.status,
            headers=headers,
            stream=_Body(response, packed=packed, limit=self._policy.max_bytes),
            extensions=cast("dict[str, Any]", response.extensions),
        )

    def _check(self, url: httpx2.URL) -> None:
        """Refuse what needs no resolver: a pooled connection would not ask again."""
        try:
            if url.scheme not in ssrf.PORTS:
                raise ssrf.Refused(f"requests go to http and https only, not {url.scheme!r}")
            port = ssrf.PORTS[url.scheme] if url.port is None else url.port
            host = ssrf.canonical_host(url.raw_host.decode("ascii"))
            ssrf.refuse_early(ssrf.Endpoint(host, port), self._policy.allow)
        except ssrf.Refused as error:
            raise refusal(error) from error

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    """A response body, unpacked piece by piece and cut off at the cap."""

    def __init__(self, response: httpcore2.Response, *, packed: bool, limit: int) -> None:
        self._response = response
        self._packed = packed
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        total = 0
        inflate = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever the header says
        with _httpx_errors():
            async for piece in self._response.aiter_stream():
                for part in _unpacked(inflate, piece) if self._packed else (piece,):
                    total += len(part)
                    if total > self._limit:
                        raise ContentBomb(f"the response is larger than {self._limit} bytes")
                    yield part

    async def aclose(self) -> None:
        await self._response.aclose()


class _Inflate(Protocol):
    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unpacked(inflate: _Inflate, piece: bytes) -> Iterator[bytes]:
    try:
        while part := inflate.decompress(piece, _PIECE):
            yield part
            piece = inflate.unconsumed_tail
    except zlib.error as error:
        raise ContentError("the server's compressed answer is damaged") from error


def _lowered(request: httpx2.Request) -> httpcore2.Request:
    url = request.url
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=cast("httpx2.AsyncByteStream", request.stream),
        extensions=request.extensions,
    )


@contextmanager
def _httpx_errors() -> Generator[None]:
    """Errors of the layer below under the name that users of the client know them by."""
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.UnsupportedProtocol,
    ) as error:
        known = cast("type[httpx2.TransportError]", getattr(httpx2, type(error).__name__))
        raise known(str(error)) from error
