"""A bare guarded connection, for readers of token streams that decode the wire themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final

from menon.engine.outbound.network import (
    OutboundPolicy,
    Resolver,
    checked,
    first,
    resolve_allowed,
    system_resolver,
    tls_context,
)
from menon.kit.ssrf import Target

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_LINE: Final = 1024 * 1024
"""Longest line that the reader takes, in bytes."""


def build_connect(
    policy: OutboundPolicy, *, resolve: Resolver = system_resolver
) -> Callable[[str], Awaitable[Stream]]:
    """A function that opens a checked connection to the host of an http(s) URL, TLS included.

    It raises TargetRefused, or OSError (TimeoutError among them) when nobody answers.
    """
    tls = cache(lambda: tls_context(policy))

    async def connect(url: str) -> Stream:
        target = checked(url)
        try:
            async with asyncio.timeout(policy.connect_s):
                return await opened(target)
        except TimeoutError as error:
            late = f"{target.endpoint} did not answer within {policy.connect_s:g} s"
            raise TimeoutError(late) from error

    async def opened(target: Target) -> Stream:
        found = await resolve_allowed(target.host, target.port, policy, resolve=resolve)
        share = policy.connect_s / max(1, len(found))
        secure = target.scheme == "https"
        dials = (
            asyncio.open_connection(
                str(address),
                target.port,
                limit=_LINE,
                ssl=tls() if secure else None,
                server_hostname=target.host if secure else None,
            )
            for address in found
        )
        return await first(asyncio.wait_for(dial, share) for dial in dials)

    return connect
