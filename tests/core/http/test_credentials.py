"""What the OpenAPI document says of credentials, and whether it is true of each operation."""

import httpx2
import pytest
from fastapi import FastAPI

from menon.core.auth import Action
from menon.core.http.credentials import SCHEMES, required

OPEN = {
    "/health",
    "/ready",
    "/api/v1/auth/login",
    "/api/v1/auth/refresh",
    "/api/v1/auth/register",
}


@pytest.mark.parametrize(
    ("action", "in_body", "ways"),
    [
        (Action.PUBLIC, False, []),
        (Action.READ, False, ["token", "key", "session"]),
        (Action.CHAT, True, ["token", "key", "session", ""]),
    ],
)
def test_what_an_operation_asks_for(action: Action, in_body: bool, ways: list[str]) -> None:
    assert required(action, in_body=in_body) == [{way: []} if way else {} for way in ways]


def test_every_operation_says_what_it_asks_for(app: FastAPI) -> None:
    document = app.openapi()
    assert document["components"]["securitySchemes"] == SCHEMES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            public = operation["x-action"] == Action.PUBLIC
            assert (operation["security"] == []) is public, path
            assert not (path in OPEN and not public), path


async def test_each_declared_way_lets_in(
    as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient
) -> None:
    key = as_developer.headers["X-API-Key"]
    me = "/api/v1/auth/me"
    assert (await client.get(me)).status_code == 401
    assert (await client.get(me, headers={"X-API-Key": key})).status_code == 200
    assert (await client.get(me, headers={"Authorization": f"Bearer {key}"})).status_code == 200
