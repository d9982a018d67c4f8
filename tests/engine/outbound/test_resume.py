"""Large files piece by piece: what is asked for, trusted, refused."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from menon.core.errors import ExternalError, TargetRefused, TooLarge
from menon.engine.outbound import OutboundPolicy, Piece, Progress, build_client, download, resume
from menon.testing.loopback import LeadTo, Listener, reply, resolver

NAMES = resolver(
    {"here.test": [["93.184.216.34"]], "there.test": [["93.184.216.35"]], "in.test": [["10.0.0.1"]]}
)
KEPT = Progress(done=4, total=10, validator='"a"')


@pytest.fixture
async def client(dial: LeadTo) -> AsyncIterator[httpx2.AsyncClient]:
    async with build_client(OutboundPolicy(), resolve=NAMES, dial=dial) as client:
        yield client


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume, "PAUSE_S", 0.0)


async def fetched(
    client: httpx2.AsyncClient, kept: Progress | None = None, *, limit: int = 100
) -> list[Piece]:
    found = download(
        client,
        "http://here.test/file",
        headers={"authorization": "Bearer x"},
        kept=kept or Progress(),
        limit=limit,
    )
    return [piece async for piece in found]


async def test_the_whole_comes_with_what_is_known_of_it(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(b"0123456789", etag='"a"', content_type="Text/X; y=z")
    pieces = await fetched(client)
    assert b"".join(piece.data for piece in pieces) == b"0123456789"
    assert pieces[0].at == 0
    assert pieces[-1].progress == Progress(done=10, total=10, validator='"a"', media_type="text/x")
    _, headers = listener.asked[0]
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers


async def test_an_empty_file_is_a_file(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = lambda _asked: reply()
    (piece,) = await fetched(client)
    assert (piece.at, piece.data, piece.progress.total) == (0, b"", 0)


async def test_the_rest_is_asked_for_under_the_validator(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(
        b"456789", status="206 Part", content_range="bytes 4-9/10", etag='"a"'
    )
    pieces = await fetched(client, KEPT)
    assert (pieces[0].at, pieces[-1].progress.done, pieces[-1].progress.total) == (4, 10, 10)
    _, headers = listener.asked[0]
    assert (headers["range"], headers["if-range"]) == ("bytes=4-", '"a"')


async def test_a_changed_file_begins_anew(client: httpx2.AsyncClient, listener: Listener) -> None:
    listener.answer = lambda _asked: reply(b"new", etag='"b"')
    pieces = await fetched(client, KEPT)
    assert (pieces[0].at, pieces[-1].progress.validator) == (0, '"b"')


async def test_what_is_whole_already_brings_nothing(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(status="416 Enough", content_range="bytes */4")
    assert await fetched(client, KEPT) == []


@pytest.mark.parametrize(
    ("status", "content_range"),
    [
        ("206 Part", "bytes 0-9/10"),
        ("206 Part", ""),
        ("416 Enough", "bytes */10"),
        ("404 No", ""),
        ("503 Later", ""),
    ],
)
async def test_answers_that_do_not_fit_are_refused(
    client: httpx2.AsyncClient, listener: Listener, status: str, content_range: str
) -> None:
    listener.answer = lambda _asked: reply(b"x", status=status, content_range=content_range)
    with pytest.raises(ExternalError, match="The server answered"):
        await fetched(client, KEPT)


async def test_more_than_the_limit_is_refused_told_or_not(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda _asked: reply(b"x" * 101)
    with pytest.raises(TooLarge, match="101 bytes"):
        await fetched(client)
    assert listener.connections == 1


async def test_redirects_lose_credentials_on_other_origins_but_keep_the_range(
    client: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.answer = lambda asked: (
        reply(status="302 Found", location="http://there.test/b")
        if asked[0] == "/file"
        else reply(b"456789", status="206 Part", content_range="bytes 4-9/10")
    )
    await fetched(client, KEPT)
    (_, first), (_, second) = listener.asked
    assert first["authorization"] == "Bearer x"
    assert "authorization" not in second
    assert second["range"] == "bytes=4-"


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://in.test/", TargetRefused),
        ("http://127.0.0.1/", TargetRefused),
        ("ftp://here.test/", TargetRefused),
        ("http://here.test/file", ExternalError),
    ],
)
async def test_redirects_inwards_and_in_circles_are_refused(
    client: httpx2.AsyncClient, listener: Listener, location: str, error: type[Exception]
) -> None:
    listener.answer = lambda _asked: reply(status="302 Found", location=location)
    with pytest.raises(error):
        await fetched(client)
