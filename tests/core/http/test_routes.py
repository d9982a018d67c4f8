"""Who may call is settled before a route listens."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from httpx2 import ASGITransport, AsyncClient

from menon.core.auth import Action
from menon.core.http import Routes, Wire
from menon.core.http.problem import install


class ThingIn(Wire):
    name: str


@pytest.fixture
async def caller() -> AsyncIterator[AsyncClient]:
    routes = Routes(tag="things")

    @routes.post("/things", action=Action.AUTHOR)
    async def create(body: ThingIn) -> str:
        return body.name

    @routes.post("/open", action=Action.PUBLIC)
    async def say(body: ThingIn) -> str:
        return body.name

    async def forgotten(request: Request) -> str:
        return "in"

    routes.router.add_api_route("/forgotten", forgotten)
    app = FastAPI()
    install(app)
    app.router.routes.extend(routes.router.routes)
    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://t/api/v1") as opened:
        yield opened


async def test_a_stranger_is_refused_before_the_body_is_read(caller: AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    sent = {"Content-Type": "application/json"}
    answer = await caller.post("/things", content=never(), headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_001")


async def test_an_open_route_reads_and_checks_it(caller: AsyncClient) -> None:
    assert (await caller.post("/open", json={"name": "lamp"})).json() == "lamp"
    assert (await caller.post("/open", json={})).status_code == 422


async def test_a_route_that_says_nothing_lets_nobody_in(caller: AsyncClient) -> None:
    answer = await caller.get("/forgotten")
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_003")
