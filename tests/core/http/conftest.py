"""A shop that counts what its endpoints do, for the tests of repeated requests."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Form, Response, UploadFile
from fastapi.responses import StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from httpx2 import Response as Answer

from menon.core.auth import Action, Principal, Role, Scope
from menon.core.errors import NotFound
from menon.core.http import Routes, Wire
from menon.core.http.identity import Identity
from menon.core.http.middleware import Exchange
from menon.core.http.problem import install
from menon.core.runtime import Runtime

SECRET = "mnn_shown-only-once-0123456789"


class ThingIn(Wire):
    name: str


class Effects(Counter[str]):
    """How often each thing was made, and what holds an endpoint back."""

    gate = asyncio.Event()


def principal(name: str, scopes: frozenset[Scope] | None = None) -> Principal:
    return Principal(
        user_id=name, name=name, roles=frozenset({Role.DEVELOPER}), kind="key", scopes=scopes
    )


async def by_header(runtime: Runtime, scope: Any) -> Principal:
    del runtime
    given = dict(scope["headers"])
    name = given.get(b"x-user", b"").decode()
    if not name:
        return Principal()
    return principal(name, frozenset({Scope.READ}) if b"x-narrow" in given else None)


@pytest.fixture
def effects() -> Effects:
    made = Effects()
    made.gate = asyncio.Event()
    made.gate.set()
    return made


@pytest.fixture
def shop(runtime: Runtime, effects: Effects) -> FastAPI:
    routes = Routes(tag="things")

    @routes.post("/things", action=Action.AUTHOR, status_code=201)
    async def create(body: ThingIn, response: Response) -> dict[str, Any]:
        effects[body.name] += 1
        await effects.gate.wait()
        response.headers["Location"] = f"/api/v1/things/{body.name}"
        return {"name": body.name, "number": effects[body.name], "key": SECRET}

    @routes.post("/fail", action=Action.AUTHOR)
    async def fail(body: ThingIn) -> None:
        effects[body.name] += 1
        if body.name == "bug":
            raise RuntimeError("bug")
        raise NotFound

    @routes.post("/answered", action=Action.AUTHOR)
    async def answered(body: ThingIn) -> Response:
        effects[body.name] += 1
        return Response(status_code=503)

    @routes.post("/form", action=Action.AUTHOR)
    async def form(name: Annotated[str, Form()]) -> str:
        effects[name] += 1
        return name

    @routes.post("/upload", action=Action.AUTHOR)
    async def upload(file: UploadFile) -> int:
        effects["upload"] += 1
        return len(await file.read())

    @routes.post("/chat", action=Action.CHAT)
    async def chat(body: ThingIn) -> StreamingResponse:
        effects[body.name] += 1

        async def lines() -> AsyncIterator[bytes]:
            yield b'{"type": "metadata"}\n'
            await effects.gate.wait()
            yield b'{"type": "complete"}\n'

        run = {"X-Run-ID": "17"}
        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=run)

    app = FastAPI()
    app.add_middleware(Identity, authenticator=by_header)
    app.add_middleware(Exchange)
    app.state.runtime = runtime
    install(app)
    app.include_router(routes.router)
    return app


@pytest.fixture
async def caller(shop: FastAPI) -> AsyncIterator[AsyncClient]:
    sent = {"X-User": "ada"}
    transport = ASGITransport(app=shop)
    async with AsyncClient(transport=transport, base_url="http://t", headers=sent) as opened:
        yield opened


async def create(
    caller: AsyncClient, name: str = "lamp", key: str | None = "k-1", **headers: str
) -> Answer:
    sent = {**headers, **({"Idempotency-Key": key} if key else {})}
    return await caller.post("/api/v1/things", json={"name": name}, headers=sent)
