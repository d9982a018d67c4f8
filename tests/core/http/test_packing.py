"""Long answers are packed; short ones, files in pieces, tagged answers and streams pass."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Message, Receive, Scope, Send

from menon.core.http.packing import Packing

LONG = "<p>All gulls rest in spring.</p>" * 100
GZIP = {"accept-encoding": "br, gzip"}


def _app() -> FastAPI:
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    app.add_middleware(Packing)

    @app.get("/page")
    @app.post("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse(LONG)

    @app.get("/list")
    async def listed() -> list[str]:
        return [LONG]

    @app.get("/refused")
    async def refused() -> Response:
        return PlainTextResponse(LONG, status_code=404)

    @app.get("/short")
    async def short() -> HTMLResponse:
        return HTMLResponse("<p>hello</p>")

    @app.get("/tagged")
    async def tagged() -> HTMLResponse:
        return HTMLResponse(LONG, headers={"ETag": '"1"'})

    @app.get("/picture")
    async def picture() -> Response:
        return Response(LONG, media_type="image/png")

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncIterator[str]:
            for _ in range(100):
                yield LONG

        return StreamingResponse(pieces(), media_type="text/html")

    return app


@pytest.fixture
async def caller() -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=_app()), base_url="http://t") as opened:
        yield opened


@pytest.mark.parametrize("path", ["/page", "/list", "/refused"])
@pytest.mark.parametrize("offer", ["gzip", "br, gzip;q=0.5", "deflate,GZIP"])
async def test_a_long_answer_is_packed_for_who_takes_it(
    caller: AsyncClient, path: str, offer: str
) -> None:
    answer = await caller.get(path, headers={"accept-encoding": offer})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) < 500
    assert LONG in answer.text


@pytest.mark.parametrize("offer", ["identity", "br", "gzip;q=0", "x-gzip-like"])
async def test_others_get_it_as_it_is(caller: AsyncClient, offer: str) -> None:
    answer = await caller.get("/page", headers={"accept-encoding": offer})
    assert "content-encoding" not in answer.headers
    assert answer.text == LONG


@pytest.mark.parametrize("path", ["/short", "/tagged", "/picture", "/stream"])
async def test_what_does_not_gain_or_has_no_end_passes(caller: AsyncClient, path: str) -> None:
    answer = await caller.get(path, headers=GZIP)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


async def test_an_answer_to_a_write_passes(caller: AsyncClient) -> None:
    assert "content-encoding" not in (await caller.post("/page", headers=GZIP)).headers


@pytest.mark.parametrize(
    ("method", "headers"),
    [("POST", GZIP), ("GET", {**GZIP, "accept": "text/event-stream"}), ("GET", {})],
)
async def test_a_stream_keeps_the_servers_own_send(method: str, headers: dict[str, str]) -> None:
    given: list[Send] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        given.append(send)

    async def send(_message: Message) -> None: ...

    async def receive() -> Message:
        return await asyncio.Future[Message]()

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: Scope = {"type": "http", "method": method, "headers": raw}
    await Packing(app)(scope, receive, send)
    assert given == [send]


async def test_a_body_in_pieces_passes_piece_by_piece() -> None:
    body = LONG.encode()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        size = str(2 * len(body)).encode()
        headers = [(b"content-type", b"text/html"), (b"content-length", size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": body})

    transport = ASGITransport(app=Packing(app))
    async with AsyncClient(transport=transport, base_url="http://t") as caller:
        answer = await caller.get("/", headers=GZIP)
    assert "content-encoding" not in answer.headers
    assert answer.content == body * 2


async def test_packing_repeats_itself(caller: AsyncClient) -> None:
    async with caller.stream("GET", "/page", headers=GZIP) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert gzip.decompress(raw).decode() == LONG
