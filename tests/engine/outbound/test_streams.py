"""Bare connections are guarded like the client's."""

import asyncio
from pathlib import Path

import pytest

from menon.core.errors import TargetRefused
from menon.engine.outbound import OutboundPolicy, build_connect
from menon.kit.ssrf import Endpoint
from menon.testing.loopback import Listener, resolver


def permitted(host: str, listener: Listener) -> OutboundPolicy:
    return OutboundPolicy(allow=frozenset({Endpoint(host, listener.port)}))


async def test_a_permitted_address_is_connected(listener: Listener) -> None:
    connect = build_connect(permitted("127.0.0.1", listener))
    reader, writer = await connect(f"http://127.0.0.1:{listener.port}/v1")
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "inside.test", "u@127.0.0.1"])
async def test_nobody_inside_is_connected(host: str, listener: Listener) -> None:
    names = resolver({"inside.test": [["127.0.0.1"]], "localhost": [["127.0.0.1"]]})
    with pytest.raises(TargetRefused):
        await build_connect(OutboundPolicy(), resolve=names)(f"http://{host}:{listener.port}/")
    assert listener.connections == 0


async def test_a_dead_address_gives_way_to_the_next(listener: Listener) -> None:
    names = resolver({"models.lan": [["127.0.0.2", "127.0.0.1"]]})
    connect = build_connect(permitted("models.lan", listener), resolve=names)
    _, writer = await connect(f"http://models.lan:{listener.port}/")
    assert writer.get_extra_info("peername")[0] == "127.0.0.1"
    writer.close()
    await writer.wait_closed()


async def test_a_dead_server_is_an_os_error(listener: Listener) -> None:
    names = resolver({"models.lan": [["127.0.0.2"]]})
    with pytest.raises(OSError, match=r"127\.0\.0\.2"):
        await build_connect(permitted("models.lan", listener), resolve=names)(
            f"http://models.lan:{listener.port}/"
        )


async def test_tls_needs_a_certificate_for_the_name(
    secure: tuple[Listener, list[str]], certificate: Path
) -> None:
    listener, wanted = secure
    allow = frozenset(Endpoint(name, listener.port) for name in ("secure.test", "other.test"))
    names = resolver({"secure.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]]})
    connect = build_connect(OutboundPolicy(allow=allow, ca_file=certificate), resolve=names)
    _, writer = await connect(f"https://secure.test:{listener.port}/")
    assert wanted == ["secure.test"]
    writer.close()
    await writer.wait_closed()
    with pytest.raises(OSError, match="certificate"):
        await connect(f"https://other.test:{listener.port}/")


async def test_a_name_that_is_not_answered_in_time_is_a_timeout() -> None:
    async def hang(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    connect = build_connect(OutboundPolicy(connect_s=0.01), resolve=hang)
    with pytest.raises(TimeoutError, match=r"slow\.test:80 did not answer within 0\.01 s"):
        await connect("http://slow.test/")
