"""Connections to admitted addresses: resolve once, check all, connect what was checked."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import httpcore2
import httpx2

from menon.core.errors import TargetRefused
from menon.kit import ssrf

T = TypeVar("T")

MIB: Final = 1024 * 1024

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Name and port -> the addresses that the name has now."""


@dataclass(frozen=True, kw_only=True)
class OutboundPolicy:
    """Where requests may go and how much they may cost."""

    allow: frozenset[ssrf.Endpoint] = field(default_factory=frozenset[ssrf.Endpoint])
    """Endpoints permitted besides public addresses; see `kit.ssrf.parse_endpoint`."""
    max_bytes: int = 256 * MIB
    """Most bytes of one response body, after decompression."""
    connect_s: float = 5.0
    read_s: float = 60.0
    """Longest silence of a server that has been asked."""
    max_connections: int = 4096
    """Far above the 1,000 streams promised; beyond it, requests fail after `pool_s`."""
    pool_s: float = 5.0
    ca_file: Path | None = None
    """Certificates trusted instead of the system's."""
    user_agent: str = "menon"


async def system_resolver(host: str, port: int) -> list[str]:
    """The addresses that the machine's resolver gives, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def resolve_allowed(
    host: str, port: int, policy: OutboundPolicy, *, resolve: Resolver = system_resolver
) -> list[ssrf.Address]:
    """The addresses that may be connected for this host; connect these, never the name.

    TargetRefused when any of them is neither public nor permitted; OSError for an unknown name.
    """
    try:
        endpoint = ssrf.Endpoint(ssrf.canonical_host(host), port)
        ssrf.refuse_early(endpoint, policy.allow)
        address = ssrf.literal(endpoint.host)
        found = [str(address)] if address else await resolve(endpoint.host, port)
        return ssrf.admit(endpoint, found, policy.allow)
    except ssrf.Refused as error:
        raise refusal(error) from error


def build_admit(
    policy: OutboundPolicy, *, resolve: Resolver = system_resolver
) -> Callable[[str], Awaitable[str]]:
    """A function that says, before anything is sent, whether a request to a URL would be let out.

    It answers the URL in its canonical spelling and connects to nothing. It raises TargetRefused,
    or OSError for an unknown name; what it admits is checked again when a request is sent.
    """

    async def admit(url: str) -> str:
        target = checked(url)
        await resolve_allowed(target.host, target.port, policy, resolve=resolve)
        return target.url

    return admit


async def first(
    attempts: Iterable[Awaitable[T]], failures: tuple[type[Exception], ...] = (OSError,)
) -> T:
    """What the first attempt that succeeds gives; the last failure when none does."""
    error: Exception = OSError("the name has no address")
    for attempt in attempts:
        try:
            return await attempt
        except failures as failed:
            error = failed
    raise error


def checked(url: str) -> ssrf.Target:
    """The URL in its canonical spelling; TargetRefused when it is not plain http(s) to a host."""
    try:
        return ssrf.parse_target(url)
    except ssrf.Refused as error:
        raise refusal(error) from error


def refusal(error: ssrf.Refused) -> TargetRefused:
    """The error that a caller sees, with what an operator can do about it."""
    return TargetRefused(f"{error}; an operator can permit host:port in MENON_OUTBOUND__ALLOW")


def tls_context(policy: OutboundPolicy) -> ssl.SSLContext:
    """What certificates are checked against."""
    if policy.ca_file:
        return ssl.create_default_context(cafile=policy.ca_file)
    return _trusted_by_default()


@cache
def _trusted_by_default() -> ssl.SSLContext:
    # Reading them takes about 15 ms, which the clients and the streams of a process share.
    return httpx2.create_ssl_context(trust_env=False)


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Opens connections to admitted addresses; the name stays with TLS and the Host header."""

    def __init__(
        self, policy: OutboundPolicy, resolve: Resolver, dial: httpcore2.AsyncNetworkBackend
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class names it so
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        budget = self._policy.connect_s if timeout is None else timeout
        try:
            async with asyncio.timeout(budget):
                found = await resolve_allowed(host, port, self._policy, resolve=self._resolve)
                share = budget / max(1, len(found))
                dials = (
                    self._dial.connect_tcp(str(address), port, share, local_address, socket_options)
                    for address in found
                )
                return await first(dials, (httpcore2.ConnectError, httpcore2.ConnectTimeout))
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"{host}:{port} took over {budget:g} s") from error
        except OSError as error:
            raise httpcore2.ConnectError(f"{host!r} cannot be called: {error}") from error
