"""Plain JSON requests to a model server, with the errors of all providers in one place."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sized
from time import monotonic
from typing import Any, TypeVar

import msgspec

from menon.core.errors import MenonError
from menon.engine.llm import faults
from menon.engine.llm.provider import Endpoint, Health, Outbound

T = TypeVar("T")

_SECONDS = 15.0
_LIMIT = 16_000_000
"""Bytes of an answer."""


async def call(
    outbound: Outbound,
    url: str,
    kind: type[T],
    *,
    name: str,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = _SECONDS,
) -> T:
    """The decoded answer to a GET, or to a POST where there is a body; `name` is for errors."""
    import httpx2

    method = "GET" if body is None else "POST"
    content = None if body is None else msgspec.json.encode(body)
    head = {"accept-encoding": "identity", **_typed(content), **(headers or {})}
    try:
        async with (
            asyncio.timeout(seconds),
            outbound.client.stream(method, url, content=content, headers=head) as response,
        ):
            data = await _read(response, name)
    except TimeoutError as error:
        raise faults.silent(name, seconds) from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        raise faults.unreachable(name, error) from error
    if response.status_code >= 300:
        raise faults.of_status(name, response.status_code, data, response.headers)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise faults.nonsense(name, f"an answer of another shape ({error})") from error


def _typed(content: bytes | None) -> dict[str, str]:
    return {} if content is None else {"content-type": "application/json"}


async def _read(response: Any, name: str) -> bytes:
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > _LIMIT:
            raise faults.huge(name, _LIMIT)
    return bytes(data)


async def lines(
    outbound: Outbound, url: str, kind: type[T], *, name: str, body: Mapping[str, Any]
) -> AsyncGenerator[T]:
    """The answer to a POST, one decoded object a line, as they come; there is no time limit."""
    import httpx2

    content = msgspec.json.encode(body)
    rest = b""
    try:
        async with outbound.client.stream(
            "POST",
            url,
            content=content,
            headers={"accept-encoding": "identity", **_typed(content)},
            timeout=httpx2.Timeout(None, connect=outbound.connect_s),
        ) as response:
            if response.status_code >= 300:
                data = await _read(response, name)
                raise faults.of_status(name, response.status_code, data, response.headers)
            async for piece in response.aiter_raw():
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    if line.strip():
                        yield msgspec.json.decode(line, type=kind)
            if rest.strip():
                yield msgspec.json.decode(rest, type=kind)
    except msgspec.DecodeError as error:
        raise faults.nonsense(name, f"a line of another shape ({error})") from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as error:
        raise faults.unreachable(name, error) from error


async def health(name: str, probe: Awaitable[tuple[str, str | None]]) -> Health:
    """How a request that costs nothing went; it answers with a detail and the server's version."""
    began = monotonic()
    try:
        detail, version = await probe
    except MenonError as error:
        return Health(ok=False, detail=error.detail)
    elapsed = round((monotonic() - began) * 1000, 1)
    return Health(ok=True, detail=f"{name}: {detail}", latency_ms=elapsed, version=version)


async def listing_health(name: str, listing: Awaitable[Sized]) -> Health:
    """The health of a server that is asked for its models."""

    async def probe() -> tuple[str, None]:
        return f"{len(await listing)} models", None

    return await health(name, probe())


def joined(endpoint: Endpoint, path: str) -> str:
    """An address below the endpoint's."""
    return f"{endpoint.base_url.rstrip('/')}/{path.lstrip('/')}"
