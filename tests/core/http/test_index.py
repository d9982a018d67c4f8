"""Routes are found by the words their paths begin with, in the order in which they were added."""

from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from httpx2 import ASGITransport, AsyncClient
from starlette.responses import PlainTextResponse
from starlette.routing import Match, NoMatchFound
from starlette.types import Receive, Scope, Send
from tests.fixtures.server import serve
from websockets.asyncio.client import connect

from menon.core.http.index import RouteIndex
from menon.core.http.problem import install


async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"mounted {scope['path']}")(scope, receive, send)


@pytest.fixture
def indexed() -> FastAPI:
    app = FastAPI()
    install(app)
    router = APIRouter(prefix="/api/v1")

    async def found() -> str:
        return "found"

    for path in (
        "/",
        "/things",
        "/things/special",
        "/things/{thing_id}",
        "/things/{thing_id}/parts",
        "/models/{name:path}/stats",
    ):
        router.add_api_route(path, found, methods=["GET"])
    router.add_api_route("/things", found, methods=["POST"])

    @router.get("/{anything}/last")
    async def last(anything: str) -> str:
        return f"last {anything}"

    @router.websocket("/things/{thing_id}/socket")
    async def socket(socket: WebSocket, thing_id: str) -> None:
        await socket.accept()
        await socket.send_text(thing_id)

    app.mount("/static", mounted)
    app.router.routes.extend(router.routes)
    app.router.routes.insert(0, RouteIndex(app.routes))
    return app


@pytest.fixture
async def caller(indexed: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=indexed), base_url="http://t") as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/v1/", "/api/v1/"),
        ("/api/v1/things", "/api/v1/things"),
        ("/api/v1/things/special", "/api/v1/things/special"),
        ("/api/v1/things/17", "/api/v1/things/{thing_id}"),
        ("/api/v1/things/17/parts", "/api/v1/things/{thing_id}/parts"),
        ("/api/v1/models/llama3:8b/x/stats", "/api/v1/models/{name:path}/stats"),
        ("/api/v1/things/last", "/api/v1/things/{thing_id}"),
        ("/api/v1/other/last", "/api/v1/{anything}/last"),
        ("/static/a.css", "/static"),
    ],
)
def test_the_route_is_the_one_that_asking_all_finds(
    indexed: FastAPI, path: str, template: str
) -> None:
    index, *routes = indexed.routes
    scope: Scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    by_turn = next(route for route in routes if route.matches(dict(scope))[0] is Match.FULL)
    match, child = index.matches(dict(scope))
    assert match is Match.FULL
    assert child["menon.route"] is by_turn
    assert getattr(by_turn, "path", None) == template


async def test_requests_reach_their_endpoints(caller: AsyncClient) -> None:
    assert (await caller.get("/api/v1/things/17")).json() == "found"
    assert (await caller.get("/api/v1/other/last")).json() == "last other"
    assert (await caller.get("/static/a.css")).text == "mounted /static/a.css"


async def test_a_wrong_method_names_the_right_ones(caller: AsyncClient) -> None:
    answer = await caller.delete("/api/v1/things/17")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_an_unknown_path_is_not_found(caller: AsyncClient) -> None:
    assert (await caller.get("/api/v1/nothing")).status_code == 404
    assert (await caller.get("/nothing")).status_code == 404


async def test_a_missing_slash_is_still_forgiven(caller: AsyncClient) -> None:
    answer = await caller.get("/api/v1/things/")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://t/api/v1/things")


async def test_sockets_are_found_too(indexed: FastAPI) -> None:
    async with serve(indexed) as url, connect(f"ws{url[4:]}/api/v1/things/17/socket") as socket:
        assert await socket.recv() == "17"


def test_the_description_of_the_api_is_complete(indexed: FastAPI) -> None:
    assert "/api/v1/things/{thing_id}/parts" in indexed.openapi()["paths"]


def test_addresses_are_made_by_the_routes(indexed: FastAPI) -> None:
    assert indexed.url_path_for("last", anything="x") == "/api/v1/x/last"
    with pytest.raises(NoMatchFound):
        indexed.url_path_for("nothing")
