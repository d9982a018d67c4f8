"""Fetching somebody else's address: bounded in size, time and hops, and discreet."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from menon.core.errors import ContentBomb, ContentError, ExternalError
from menon.engine.outbound import Fetched, OutboundPolicy, build_client, fetch
from menon.testing.loopback import Asked, LeadTo, Listener, reply, resolver

NAMES = resolver({name: [["93.184.216.34"]] for name in ("here.test", "there.test")})
SECRETS = {"authorization": "Bearer x", "x-api-key": "y", "cookie": "z=1", "accept": "text/html"}


@pytest.fixture
async def client(dial: LeadTo) -> AsyncIterator[httpx2.AsyncClient]:
    policy = OutboundPolicy(max_bytes=3_000_000)
    async with build_client(policy, resolve=NAMES, dial=dial) as client:
        yield client


def moves(to: str, status: str = "302 Found") -> Callable[[Asked], bytes]:
    return lambda asked: (
        reply(b"arrived") if asked[0] == "/end" else reply(status=status, location=to)
    )


async def test_an_answer_is_whole(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = lambda _asked: reply(b"<p>", content_type="Text/HTML; charset=utf-8")
    answer = await fetch(client, "http://here.test/page?a=b#part")
    assert (answer.status, answer.body, answer.media_type) == (200, b"<p>", "text/html")
    assert answer.url == "http://here.test/page?a=b"
    assert listener.asked[0][1]["host"] == "here.test"


async def test_a_beginning_is_cut_where_a_whole_answer_would_be_refused(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(b"x" * 1000)
    answer = await fetch(client, "http://here.test/", max_bytes=10, beginning=True)
    assert (answer.body, answer.cut) == (b"x" * 10, True)
    whole = await fetch(client, "http://here.test/", max_bytes=1000, beginning=True)
    assert (len(whole.body), whole.cut) == (1000, False)


def test_an_answer_without_a_type_has_none() -> None:
    assert Fetched(url="", status=200, headers={}, body=b"").media_type is None


async def test_a_status_is_the_callers_matter(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(b"gone", status="404 Not Found")
    assert (await fetch(client, "http://here.test/")).status == 404


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"text" * 9, mtime=0)),
        ("x-gzip", gzip.compress(b"text" * 9, mtime=0)),
        ("deflate", zlib.compress(b"text" * 9)),
        ("identity", b"text" * 9),
    ],
)
async def test_packed_answers_are_unpacked(
    client: httpx2.AsyncClient, listener: Listener, coding: str, packed: bytes
) -> None:
    listener.answer = lambda _asked: reply(packed, content_encoding=coding)
    assert (await fetch(client, "http://here.test/")).body == b"text" * 9


async def test_a_large_answer_is_cut_off(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = lambda _asked: reply(b"x" * 1001)
    assert len((await fetch(client, "http://here.test/", max_bytes=1001)).body) == 1001
    with pytest.raises(ContentBomb, match="1000 bytes"):
        await fetch(client, "http://here.test/", max_bytes=1000)


async def test_an_answer_that_unpacks_to_too_much_is_cut_off_for_every_reader(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    listener.answer = lambda _asked: reply(bomb, content_encoding="gzip")
    with pytest.raises(ContentBomb):
        await fetch(client, "http://here.test/")
    with pytest.raises(ContentBomb, match="3000000 bytes"):
        await client.get("http://here.test/")


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "gzip, identity"])
async def test_codings_that_nobody_asked_for_are_refused(
    client: httpx2.AsyncClient, listener: Listener, coding: str
) -> None:
    listener.answer = lambda _asked: reply(b"x", content_encoding=coding)
    with pytest.raises(ContentError, match="packed"):
        await fetch(client, "http://here.test/")


async def test_a_damaged_packing_is_an_error(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(b"no gzip", content_encoding="gzip")
    with pytest.raises(ContentError, match="damaged"):
        await fetch(client, "http://here.test/")


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nslow"])
async def test_a_server_that_never_ends_is_given_up(
    client: httpx2.AsyncClient, listener: Listener, answer: bytes | None
) -> None:
    listener.answer = lambda _asked: answer
    with pytest.raises(ExternalError, match=r"took longer than 0.1 s"):
        await fetch(client, "http://here.test/", timeout_s=0.1)


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"]
)
async def test_nonsense_is_an_error(
    client: httpx2.AsyncClient, listener: Listener, answer: bytes
) -> None:
    listener.answer = lambda _asked: answer
    with pytest.raises(ExternalError, match="did not answer"):
        await fetch(client, "http://here.test/")


async def test_an_unknown_name_is_an_error(client: httpx2.AsyncClient) -> None:
    with pytest.raises(ExternalError, match="no such name"):
        await fetch(client, "http://nowhere.test/")


async def test_a_silent_server_is_an_error(listener: Listener, dial: LeadTo) -> None:
    listener.answer = lambda _asked: None
    async with build_client(OutboundPolicy(read_s=0.05), resolve=NAMES, dial=dial) as client:
        with pytest.raises(ExternalError, match="ReadTimeout"):
            await fetch(client, "http://here.test/")


async def test_redirects_within_the_origin_keep_the_credentials(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = moves("end")
    answer = await fetch(client, "http://here.test/start", headers=SECRETS)
    assert (answer.body, answer.url) == (b"arrived", "http://here.test/end")
    assert SECRETS.items() <= listener.asked[-1][1].items()


@pytest.mark.parametrize("there", ["http://there.test/end", "http://here.test:8080/end"])
async def test_redirects_to_another_origin_drop_the_credentials(
    client: httpx2.AsyncClient, listener: Listener, there: str
) -> None:
    listener.answer = moves(there)
    assert (await fetch(client, "http://here.test/", headers=SECRETS)).body == b"arrived"
    sent = listener.asked[-1][1]
    assert sent["accept"] == "text/html"
    assert not {"authorization", "x-api-key", "cookie"} & sent.keys()


async def test_five_redirects_are_enough(client: httpx2.AsyncClient, listener: Listener) -> None:
    def count(asked: Asked) -> bytes:
        left = int(asked[0][1:])
        return reply(status="301 Moved", location=f"/{left - 1}") if left else reply(b"arrived")

    listener.answer = count
    assert (await fetch(client, "http://here.test/5")).body == b"arrived"
    with pytest.raises(ExternalError, match="more than 5"):
        await fetch(client, "http://here.test/6")


async def test_a_redirect_without_a_place_is_an_answer(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(status="302 Found")
    assert (await fetch(client, "http://here.test/")).status == 302


async def test_a_body_is_never_sent_on(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = moves("/end", "307 Temporary Redirect")
    answer = await fetch(client, "http://here.test/", method="post", content=b"secret")
    assert (answer.status, len(listener.asked)) == (307, 1)


async def test_cookies_are_not_kept(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = lambda _asked: reply(set_cookie="session=1; Path=/")
    await fetch(client, "http://here.test/")
    await fetch(client, "http://here.test/")
    assert "cookie" not in listener.asked[1][1]


async def test_proxies_of_the_environment_are_not_used(
    client: httpx2.AsyncClient, dial: LeadTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with build_client(OutboundPolicy(), resolve=NAMES, dial=dial) as fresh:
        assert (await fetch(fresh, "http://here.test/")).body == b"hello"
    assert dial.called == ["93.184.216.34:80"]
