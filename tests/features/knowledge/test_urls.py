"""Pages of the web: fetched through the guarded client, or refused."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from tests.features.knowledge.conftest import Library

PAGE = (
    "<html><head><title>Caf\xe9 tides</title></head><body><p>Spring tides rise.</p></body></html>"
)


@pytest.fixture
async def site() -> AsyncGenerator[int]:
    """A server with one page, in Latin-1, under any address but `/missing`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = PAGE.encode("latin-1")
        status = b"404 Not Found" if b"/missing" in head else b"200 OK"
        writer.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html; charset=iso-8859-1\r\n"
            b"Content-Length: " + str(len(body)).encode() + b"\r\nConnection: close\r\n\r\n" + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def overrides(site: int) -> dict[str, Any]:
    return {"jobs": {"worker": True}, "outbound": {"allow": [f"127.0.0.1:{site}"]}}


async def test_a_page_is_read_in_its_charset(mine: Library, site: int):
    url = f"http://127.0.0.1:{site}/view.php?page=3"
    found = await mine.index(url=url)
    assert (found["status"], found["title"]) == ("ready", "Café tides"), found["error"]
    assert (found["source"], found["source_type"]) == (url, "web")
    assert await mine.sources("spring tides") == {url}


async def test_a_missing_page_fails_with_its_status(mine: Library, site: int):
    found = await mine.index(url=f"http://127.0.0.1:{site}/missing")
    assert (found["status"], found["error"]["code"]) == ("failed", "CONTENT_001")
    assert "404" in found["error"]["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
async def test_addresses_inside_are_refused(mine: Library, url: str):
    found = await mine.index(url=url)
    assert (found["status"], found["error"]["code"]) == ("failed", "SECURITY_001")
    assert await mine.search("root") == []
