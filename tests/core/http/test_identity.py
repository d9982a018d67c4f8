"""The principal on each connection, and a long one that outlives its credential."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from menon.core.auth import ANONYMOUS, Principal
from menon.core.http.identity import Identity, still_signed_in
from menon.core.runtime import Runtime


class App:
    """Keeps the scope that it was called with."""

    def __init__(self) -> None:
        self.scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope


async def nothing() -> Any:
    return {"type": "http.request"}


async def nowhere(_: Any) -> None:
    return


@pytest.fixture
def outer() -> FastAPI:
    app = FastAPI()
    app.state.runtime = None
    return app


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_the_scope_says_who_asks(outer: FastAPI, kind: str) -> None:
    dora = Principal(user_id="dora", kind="token")
    answers = [dora, dora, ANONYMOUS]

    async def authenticator(_: Runtime, scope: Scope) -> Principal:
        assert scope["type"] == kind
        return answers.pop(0)

    inner = App()
    await Identity(inner, authenticator)({"type": kind, "app": outer}, nothing, nowhere)
    assert inner.scope["principal"] == dora
    assert await still_signed_in(inner.scope)
    assert not await still_signed_in(inner.scope)


async def test_without_an_authenticator_everybody_is_anonymous(outer: FastAPI) -> None:
    inner = App()
    await Identity(inner, None)({"type": "http", "app": outer}, nothing, nowhere)
    assert inner.scope["principal"] is ANONYMOUS


async def test_the_lifespan_has_nobody(outer: FastAPI) -> None:
    inner = App()
    await Identity(inner, None)({"type": "lifespan", "app": outer}, nothing, nowhere)
    assert "principal" not in inner.scope
