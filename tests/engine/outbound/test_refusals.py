"""The table of addresses that must not be called: a listener behind all of them sees nobody.

Every connection of these tests would be led to the listener, whatever address it was for.
"""

from contextlib import suppress

import httpx2
import pytest

from menon.core.errors import TargetRefused
from menon.engine.outbound import OutboundPolicy, build_client, fetch
from menon.kit.ssrf import Endpoint
from menon.testing.loopback import LeadTo, Listener, reply, resolver

PUBLIC = ["93.184.216.34"]
NAMES = {
    "public.test": [PUBLIC],
    "loop.test": [["127.0.0.1"]],
    "loop6.test": [["::1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "sixtofour.test": [["2002:7f00:1::"]],
    "lan.test": [["192.168.1.10"]],
    "cgnat.test": [["100.64.0.1"]],
    "zero.test": [["0.0.0.0"]],
    "both.test": [["93.184.216.34", "10.0.0.1"]],
    "both6.test": [["2606:4700::1", "fe80::1%2"]],
    "meta.test": [["169.254.169.254"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "localhost": [["127.0.0.1", "::1"]],
    "app.localhost": [["127.0.0.1"]],
}
REFUSED = [
    # loopback in every spelling
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0300.0250.1.1/",
    "http://127.0.0.1./",
    "http://127.255.255.254/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://app.localhost/",
    # unspecified, private, link-local, shared, reserved
    "http://0.0.0.0/",
    "http://0/",
    "http://[::]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[ff02::1]/",
    # cloud metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/computeMetadata/v1/",
    # IPv4 carried in IPv6
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::1]/",
    # who is the host, who is the user
    "http://public.test@127.0.0.1/",
    "http://user:secret@public.test/",
    "http://public.test\\@127.0.0.1/",
    "http://127.0.0.1\\@public.test/",
    "http://public.test:80@127.0.0.1/",
    "http://127.0.0.%31/",
    # schemes and ports
    "ftp://public.test/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "ws://public.test/",
    "unix:///var/run/docker.sock",
    "//public.test/",
    "http://public.test:22/",
    "http://public.test:25/",
    "http://public.test:0/",
    "http://public.test:65536/",
    "http://public.test:http/",
    # line breaks and other smuggling
    "http://public.test/\r\nHost: 127.0.0.1",
    "http://pub\tlic.test/",
    "http://public.test\x00.evil.test/",
    "http:///127.0.0.1/",
    "http:127.0.0.1",
    # names that lead inside
    "http://loop.test/",
    "http://loop6.test/",
    "http://mapped.test/",
    "http://nat64.test/",
    "http://sixtofour.test/",
    "http://lan.test/",
    "http://cgnat.test/",
    "http://zero.test/",
    "http://meta.test/",
    "http://both.test/",
    "http://both6.test/",
    "https://loop.test/",
]

# Relative to the public address that redirects, or cut off by the header's line break.
HARMLESS_AS_REDIRECT = {
    "//public.test/",
    "http:127.0.0.1",
    "http:///127.0.0.1/",
    "http://pub\tlic.test/",
    "http://public.test/\r\nHost: 127.0.0.1",
    "http://public.test\x00.evil.test/",
}


@pytest.mark.parametrize("url", REFUSED)
async def test_nobody_is_called_at(url: str, listener: Listener, dial: LeadTo) -> None:
    async with build_client(OutboundPolicy(), resolve=resolver(NAMES), dial=dial) as client:
        with pytest.raises(TargetRefused):
            await fetch(client, url)
    assert listener.connections == 0


@pytest.mark.parametrize("url", [url for url in REFUSED if url not in HARMLESS_AS_REDIRECT])
async def test_a_redirect_leads_nobody_to(url: str, listener: Listener, dial: LeadTo) -> None:
    listener.answer = lambda _asked: reply(status="302 Found", location=url)
    async with build_client(OutboundPolicy(), resolve=resolver(NAMES), dial=dial) as client:
        with pytest.raises(TargetRefused):
            await fetch(client, "http://public.test/")
    assert dial.called == ["93.184.216.34:80"]
    assert len(listener.asked) == 1


@pytest.mark.parametrize("url", REFUSED)
async def test_the_bare_client_calls_nobody_inside(url: str, dial: LeadTo) -> None:
    """A provider's library brings its own reading of addresses; the connection is judged again."""
    async with build_client(OutboundPolicy(), resolve=resolver(NAMES), dial=dial) as client:
        with suppress(TargetRefused, httpx2.InvalidURL):
            await client.get(url)
    assert set(dial.called) <= {"93.184.216.34:80"}


async def test_a_name_that_changes_its_address_is_not_followed_inside(
    listener: Listener, dial: LeadTo
) -> None:
    """Rebinding: the first answer is public, later ones are not; one answer is all we take."""
    listener.answer = lambda _asked: reply(b"public", connection="close")
    names = resolver({"rebind.test": [PUBLIC, ["127.0.0.1"]]})
    async with build_client(OutboundPolicy(), resolve=names, dial=dial) as client:
        assert (await fetch(client, "http://rebind.test/")).body == b"public"
        with pytest.raises(TargetRefused):
            await fetch(client, "http://rebind.test/")
    assert dial.called == ["93.184.216.34:80"]


async def test_a_name_that_changes_during_redirects_is_refused(
    listener: Listener, dial: LeadTo
) -> None:
    listener.answer = lambda _asked: reply(
        status="302 Found", location="http://rebind.test/again", connection="close"
    )
    names = resolver({"rebind.test": [PUBLIC, ["169.254.169.254"]]})
    async with build_client(OutboundPolicy(), resolve=names, dial=dial) as client:
        with pytest.raises(TargetRefused):
            await fetch(client, "http://rebind.test/")
    assert dial.called == ["93.184.216.34:80"]


async def test_a_permitted_address_is_not_reached_under_another_name(
    listener: Listener, dial: LeadTo
) -> None:
    policy = OutboundPolicy(allow=frozenset({Endpoint("127.0.0.1", 11434)}))
    async with build_client(policy, resolve=resolver(NAMES), dial=dial) as client:
        with pytest.raises(TargetRefused):
            await fetch(client, "http://loop.test:11434/")
        with pytest.raises(TargetRefused):
            await fetch(client, "http://127.0.0.1:11435/")
        assert (await fetch(client, "http://127.1:11434/api/tags")).body == b"hello"
    assert dial.called == ["127.0.0.1:11434"]
