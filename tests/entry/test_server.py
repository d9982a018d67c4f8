"""How the server runs beneath the application."""

from fastapi import FastAPI, Request
from httpx2 import AsyncClient
from tests.fixtures.server import serve

from menon.entry.server import options


async def test_nobody_but_a_trusted_proxy_says_where_a_request_comes_from() -> None:
    app = FastAPI()

    @app.get("/")
    async def told(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    said = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    async with serve(app, **options()) as url, AsyncClient(base_url=url) as remote:
        assert (await remote.get("/", headers=said)).json() == ["127.0.0.1", "http"]
