"""Limits on the wire."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Scope
from tests.fixtures.server import serve
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from menon.core.auth import Action, Principal, Role
from menon.core.http import Routes
from menon.core.http.identity import Identity
from menon.core.http.limiter import Limiter, Prices
from menon.core.http.middleware import Exchange
from menon.core.http.problem import install
from menon.core.limits import Limits
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "/api/v1/things", 1),
        ("POST", "/api/v1/things", 5),
        ("POST", "/api/v1/things/17/run", 7),
        ("GET", "/api/v1/things/17/run", 1),
        ("POST", "/api/v1/things/17/run/more", 1),
        ("GET", "/health", 0),
        ("GET", "/static/css/menon.css", 0),
        ("WS", "/ws", 1),
    ],
)
def test_a_request_costs_what_its_route_says(method: str, path: str, cost: int) -> None:
    routes = [
        ("POST", "/api/v1/things", 5),
        ("POST", "/api/v1/things/{thing_id}/run", 7),
        ("GET", "/health", 0),
    ]
    assert Prices(routes, free=("/static/",))(method, path) == cost


async def by_header(runtime: Runtime, scope: Scope) -> Principal:
    del runtime
    name = dict(scope["headers"]).get(b"x-user", b"").decode()
    if not name:
        return Principal()
    return Principal(user_id=name, kind="token", roles=frozenset({Role.DEVELOPER}))


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"limits": {"per_minute": 10, "streams": 2}}


@pytest.fixture
def release() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def limited(runtime: Runtime, release: asyncio.Event) -> FastAPI:
    routes = Routes(tag="things")

    @routes.get("/cheap", action=Action.PUBLIC)
    async def cheap() -> str:
        return "cheap"

    @routes.get("/free", action=Action.PUBLIC, cost=0)
    async def free() -> str:
        return "free"

    @routes.get("/dear/{thing_id}", action=Action.PUBLIC, cost=4)
    async def dear(thing_id: str) -> str:
        return thing_id

    @routes.get("/stream", action=Action.PUBLIC, cost=0, stream=True)
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"first\n"
            await release.wait()

        return StreamingResponse(pieces())

    @routes.websocket("/socket", action=Action.PUBLIC)
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()

    app = FastAPI()
    app.add_middleware(Limiter, prices=Prices(routes.prices, free=()))
    app.add_middleware(Identity, authenticator=by_header)
    app.add_middleware(Exchange)
    app.state.runtime = runtime
    install(app)
    app.include_router(routes.router)
    return app


@pytest.fixture
async def caller(limited: FastAPI) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app=limited, client=("192.0.2.7", 4711))
    async with AsyncClient(transport=transport, base_url="http://t/api/v1") as opened:
        yield opened


class TestRequests:
    async def test_every_answer_says_what_is_left(self, caller: AsyncClient) -> None:
        headers = (await caller.get("/cheap")).headers
        assert headers["ratelimit-policy"] == '"default";q=10;w=60'
        assert headers["ratelimit"] == '"default";r=9;t=60'

    async def test_above_the_limit_is_429_with_the_time_to_wait(
        self, caller: AsyncClient, clock: FixedClock
    ) -> None:
        for _ in range(10):
            assert (await caller.get("/cheap")).status_code == 200
        refused = await caller.get("/cheap")
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_001")
        assert refused.headers["ratelimit"] == '"default";r=0;t=60'
        clock.advance(seconds=int(refused.headers["retry-after"]))
        assert (await caller.get("/cheap")).status_code == 200

    async def test_a_dear_route_uses_up_more(self, caller: AsyncClient) -> None:
        assert (await caller.get("/dear/1")).headers["ratelimit"] == '"default";r=6;t=60'
        assert (await caller.get("/dear/2")).status_code == 200
        assert (await caller.get("/dear/3")).status_code == 429
        assert (await caller.get("/cheap")).status_code == 200

    async def test_a_free_route_is_not_counted(self, caller: AsyncClient) -> None:
        for _ in range(30):
            await caller.get("/free")
        answer = await caller.get("/free")
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers

    async def test_an_unknown_path_counts_too(self, caller: AsyncClient) -> None:
        for _ in range(10):
            await caller.get("/nowhere")
        assert (await caller.get("/nowhere")).status_code == 429

    async def test_principals_and_addresses_are_counted_apart(self, caller: AsyncClient) -> None:
        for _ in range(11):
            await caller.get("/cheap")
        assert (await caller.get("/cheap")).status_code == 429
        assert (await caller.get("/cheap", headers={"X-User": "ada"})).status_code == 200
        assert (await caller.get("/cheap", headers={"X-User": "eve"})).status_code == 200


class TestSwitchedOff:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"limits": {"enabled": False, "per_minute": 1, "streams": 1}}

    async def test_nothing_is_limited(self, caller: AsyncClient) -> None:
        await caller.get("/cheap")
        answer = await caller.get("/cheap")
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers


class TestStreams:
    async def test_a_caller_may_hold_so_many_open(
        self, limited: FastAPI, runtime: Runtime, release: asyncio.Event
    ) -> None:
        async with serve(limited) as url, AsyncClient(base_url=url) as remote:
            async with (
                remote.stream("GET", "/api/v1/stream") as first,
                remote.stream("GET", "/api/v1/stream") as second,
            ):
                assert (first.status_code, second.status_code) == (200, 200)
                assert runtime[Limits].streams.count == 2
                refused = await remote.get("/api/v1/stream")
                assert (refused.status_code, refused.json()["code"]) == (429, "RATE_001")
                release.set()
                await first.aread()
                await second.aread()
            assert (await remote.get("/api/v1/stream")).status_code == 200
            assert runtime[Limits].streams.count == 0

    async def test_a_slot_is_free_again_when_the_client_leaves(
        self, limited: FastAPI, runtime: Runtime
    ) -> None:
        async with serve(limited) as url, AsyncClient(base_url=url) as remote:
            async with remote.stream("GET", "/api/v1/stream") as first:
                await anext(first.aiter_bytes())
                assert runtime[Limits].streams.count == 1
            while runtime[Limits].streams.count:
                await asyncio.sleep(0.01)

    async def test_sockets_count_too_and_are_refused_before_they_open(
        self, limited: FastAPI
    ) -> None:
        async with serve(limited) as url:
            address = f"ws{url[4:]}/api/v1/socket"
            async with connect(address), connect(address):
                with pytest.raises(InvalidStatus) as refused:
                    async with connect(address):
                        pass
        assert refused.value.response.status_code == 429
