"""The client behind providers and connectors: TLS by name, connections by checked address."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from menon.engine.outbound import OutboundPolicy, build_client, fetch
from menon.kit.ssrf import Endpoint
from menon.testing.loopback import LeadTo, Listener, resolver

NAMES = resolver({name: [["93.184.216.34"]] for name in ("secure.test", "other.test")})


async def asked(listener: Listener, times: int) -> None:
    while len(listener.asked) < times:
        await asyncio.sleep(0)


async def test_tls_speaks_to_the_name_while_the_connection_goes_to_the_checked_address(
    secure: tuple[Listener, list[str]], certificate: Path
) -> None:
    listener, wanted = secure
    dial = LeadTo(listener)
    policy = OutboundPolicy(ca_file=certificate)
    async with build_client(policy, resolve=NAMES, dial=dial) as client:
        assert (await fetch(client, "https://secure.test/")).body == b"hello"
    assert (wanted, dial.called) == (["secure.test"], ["93.184.216.34:443"])
    assert listener.asked[0][1]["host"] == "secure.test"


async def test_a_certificate_for_another_name_is_refused(
    secure: tuple[Listener, list[str]], certificate: Path
) -> None:
    dial = LeadTo(secure[0])
    policy = OutboundPolicy(ca_file=certificate)
    async with build_client(policy, resolve=NAMES, dial=dial) as client:
        with pytest.raises(httpx2.ConnectError, match="certificate"):
            await client.get("https://other.test/")


async def test_connections_are_kept_for_the_same_origin(listener: Listener, dial: LeadTo) -> None:
    async with build_client(OutboundPolicy(), resolve=NAMES, dial=dial) as client:
        await client.get("http://secure.test/")
        await client.get("http://secure.test/")
    assert (listener.connections, len(listener.asked)) == (1, 2)


async def test_a_full_client_says_so_instead_of_waiting_silently(
    listener: Listener, dial: LeadTo
) -> None:
    listener.answer = lambda _asked: None
    policy = OutboundPolicy(max_connections=1, pool_s=0.05)
    async with build_client(policy, resolve=NAMES, dial=dial) as client:
        hanging = asyncio.ensure_future(client.get("http://secure.test/"))
        await asyncio.wait_for(asked(listener, 1), 5)
        with pytest.raises(httpx2.PoolTimeout):
            await client.get("http://other.test/")
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging


async def test_more_requests_are_open_at_once_than_httpx2_has_by_itself(
    listener: Listener, dial: LeadTo
) -> None:
    """Its default is 100; the rest would wait without a word."""
    listener.answer = lambda _asked: None
    async with build_client(OutboundPolicy(), resolve=NAMES, dial=dial) as client:
        waiting = [asyncio.ensure_future(client.get("http://secure.test/")) for _ in range(150)]
        await asyncio.wait_for(asked(listener, 150), 10)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert listener.connections == 150


async def test_a_permitted_server_is_reached_for_real(listener: Listener) -> None:
    policy = OutboundPolicy(allow=frozenset({Endpoint("127.0.0.1", listener.port)}))
    async with build_client(policy) as client:
        answer = await fetch(client, f"http://localhost:{listener.port}/")
    assert (answer.body, listener.connections) == (b"hello", 1)
