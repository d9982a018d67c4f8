"""Addresses are resolved once, all admitted, and tried in turn."""

import asyncio
from collections.abc import Iterable

import httpcore2
import pytest

from menon.core.errors import TargetRefused
from menon.engine.outbound import (
    OutboundPolicy,
    build_admit,
    resolve_allowed,
    system_resolver,
)
from menon.engine.outbound.network import GuardedNetwork
from menon.kit.ssrf import Endpoint
from menon.testing.loopback import resolver


class Dialler(httpcore2.AsyncNetworkBackend):
    """Remembers who was called and lets the named ones answer."""

    def __init__(self, *answering: str) -> None:
        self.called: list[str] = []
        self._answering = answering

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.called.append(host)
        if host not in self._answering:
            raise httpcore2.ConnectError("down")
        return httpcore2.AsyncMockStream([])


def network(dial: Dialler, *addresses: str) -> GuardedNetwork:
    return GuardedNetwork(OutboundPolicy(), resolver({"site": [list(addresses)]}), dial)


async def test_the_second_address_is_tried_when_the_first_is_down() -> None:
    dial = Dialler("8.8.4.4")
    await network(dial, "8.8.8.8", "8.8.4.4").connect_tcp("site", 80)
    assert dial.called == ["8.8.8.8", "8.8.4.4"]


async def test_no_answering_address_is_a_connect_error() -> None:
    with pytest.raises(httpcore2.ConnectError, match="down"):
        await network(Dialler(), "8.8.8.8").connect_tcp("site", 80)


async def test_a_name_without_addresses_is_a_connect_error() -> None:
    with pytest.raises(httpcore2.ConnectError, match="no address"):
        await network(Dialler()).connect_tcp("site", 80)


async def test_an_unknown_name_is_a_connect_error() -> None:
    with pytest.raises(httpcore2.ConnectError, match="no such name"):
        await network(Dialler()).connect_tcp("elsewhere", 80)


async def test_a_resolver_that_hangs_is_a_connect_timeout() -> None:
    async def hang(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(httpcore2.ConnectTimeout):
        await GuardedNetwork(OutboundPolicy(connect_s=0.01), hang, Dialler()).connect_tcp("a", 80)


async def test_addresses_spelt_out_are_not_resolved() -> None:
    found = await resolve_allowed("0x8080808", 443, OutboundPolicy(), resolve=resolver({}))
    assert [str(address) for address in found] == ["8.8.8.8"]


async def test_the_machines_own_name_is_refused() -> None:
    assert "127.0.0.1" in await system_resolver("localhost", 80)
    with pytest.raises(TargetRefused, match="MENON_OUTBOUND__ALLOW"):
        await resolve_allowed("localhost", 80, OutboundPolicy())


async def test_the_machines_own_name_is_admitted_when_permitted() -> None:
    policy = OutboundPolicy(allow=frozenset({Endpoint("localhost", 80)}))
    assert "127.0.0.1" in {str(found) for found in await resolve_allowed("localhost", 80, policy)}


async def test_a_url_is_judged_before_anything_is_sent() -> None:
    names = resolver({"out.test": [["8.8.8.8"]], "in.test": [["10.0.0.1"]]})
    admit = build_admit(OutboundPolicy(), resolve=names)
    assert await admit("HTTP://OUT.test:80/a#b") == "http://out.test/a"
    for url in ("http://in.test/", "ftp://out.test/", "http://127.1/", "http://out.test:22/"):
        with pytest.raises(TargetRefused):
            await admit(url)
    with pytest.raises(OSError, match="no such name"):
        await admit("http://nowhere.test/")
