"""Streams are spoken by the outermost layer, when those inside of it have returned."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from fastapi import FastAPI, Request
from httpx2 import AsyncClient, RemoteProtocolError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.fixtures.server import serve

from menon.core.auth import Action
from menon.core.errors import Overloaded
from menon.core.http import Routes
from menon.core.http.middleware import Exchange
from menon.core.http.streamed import LATER, Last, Later, Streamed
from menon.core.runtime import Runtime


class House:
    """What a stream does, and what it may wait for."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.said: list[str] = []
        self.told = asyncio.Event()

    def tell(self, what: str) -> None:
        self.said.append(what)
        self.told.set()

    async def until(self, what: str) -> None:
        async with asyncio.timeout(30):
            while what not in self.said:
                self.told.clear()
                await self.told.wait()


class Layer:
    """Tells when it has returned, and adds a header."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            self._house.tell(message["type"])
            await send(message)

        await self._app(scope, receive, marked)
        if scope["type"] == "http":
            self._house.tell("returned")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def remote(runtime: Runtime, house: House) -> AsyncIterator[AsyncClient]:
    routes = Routes(tag="things")

    async def pieces(*, whole: bool, request: Request) -> AsyncGenerator[bytes]:
        try:
            yield b"first "
            await house.go_on.wait()
            if not whole:
                raise Overloaded
            yield request.headers["x-asked"].encode()
            yield Last(b"last")
            yield b"never said"
        finally:
            house.tell("pieces ended")

    @routes.post("/stream", action=Action.PUBLIC)
    async def stream(request: Request, whole: bool = True) -> Streamed:
        request.scope[LATER].hold(lambda: house.tell("released"))
        return Streamed(
            pieces(whole=whole, request=request),
            media_type="text/plain",
            headers={"X-Ours": "yes"},
            leave=lambda: house.tell("left"),
        )

    app = FastAPI()
    app.add_middleware(Layer, house=house)
    app.add_middleware(Exchange)
    app.state.runtime = runtime
    app.include_router(routes.router)
    async with serve(app) as url, AsyncClient(base_url=f"{url}/api/v1") as opened:
        yield opened


async def test_the_layers_have_returned_while_it_goes_on(remote: AsyncClient, house: House) -> None:
    asked = {"x-asked": "second", "x-request-id": "stream-1"}
    async with remote.stream("POST", "/stream", headers=asked) as answer:
        said = answer.aiter_bytes()
        assert await anext(said) == b"first "
        await house.until("returned")
        assert "released" not in house.said
        house.go_on.set()
        assert b"".join([piece async for piece in said]) == b"secondlast"
    await house.until("released")
    assert house.said[-2:] == ["pieces ended", "released"]
    assert answer.headers["x-ours"] == "yes"
    assert answer.headers["x-request-id"] == "stream-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "left" not in house.said
    # Layers see the beginning; the pieces pass by them.
    assert [what for what in house.said if what.startswith("http.")] == ["http.response.start"]


async def test_who_leaves_ends_it(remote: AsyncClient, house: House) -> None:
    async with remote.stream("POST", "/stream") as answer:
        await anext(answer.aiter_bytes())
    await house.until("released")
    assert house.said[-3:] == ["pieces ended", "left", "released"]


async def test_a_stream_that_fails_breaks_off_and_says_so(
    remote: AsyncClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.go_on.set()
    with pytest.raises(RemoteProtocolError):
        await remote.post("/stream?whole=false")
    await house.until("released")
    assert house.said[-3:] == ["pieces ended", "left", "released"]
    assert "answer broke off in /api/v1/stream" in caplog.text


async def test_one_thing_that_cannot_be_let_go_of_keeps_no_other(house: House) -> None:
    later = Later()
    later.hold(lambda: house.tell("first"))
    later.hold({}.popitem)
    with pytest.raises(KeyError):
        later.release()
    assert house.said == ["first"]
