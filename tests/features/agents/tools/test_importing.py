"""OpenAPI documents at the edge: looked at, imported switched off, enabled after a review."""

import json
from typing import Any

import httpx2
import pytest

from menon.testing.loopback import reply
from menon.testing.receiver import Receiver

TOOLS = "/api/v1/tools"

Json = dict[str, Any]


def shop(receiver: Receiver, count: int = 0) -> Json:
    """A document with a few operations, and as many more as wanted."""
    paths: Json = {
        "/orders/{id}": {
            "get": {
                "operationId": "getOrder",
                "summary": "Read an order",
                "tags": ["orders"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "X-Key", "in": "header", "schema": {"type": "string"}},
                ],
            },
            "delete": {
                "operationId": "drop.order",
                "tags": ["orders"],
                "parameters": [{"name": "id", "in": "path", "required": True}],
            },
        },
        "/upload": {
            "post": {
                "operationId": "upload",
                "tags": ["files"],
                "requestBody": {"required": True, "content": {"multipart/form-data": {}}},
            }
        },
    }
    paths |= {
        f"/more{n}": {"get": {"operationId": f"more{n}", "tags": ["more"]}} for n in range(count)
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "2"},
        "servers": [{"url": f"http://{receiver.endpoint}/api"}],
        "paths": paths,
    }


async def test_a_document_is_looked_at_in_pages(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    body = {"document": shop(receiver, 2000)}
    place = f"{TOOLS}/import/preview"
    first = (await as_developer.post(place, json=body, params={"limit": 2})).json()
    assert (first["title"], first["total"]) == ("Shop", 2003)
    assert first["tags"] == {"files": 1, "more": 2000, "orders": 2}
    assert [each["id"] for each in first["items"]] == ["getOrder", "drop.order"]
    assert (first["items"][1]["effect"], first["items"][0]["arguments"]) == (
        "write",
        ["id", "X-Key"],
    )
    cursor = first["next_cursor"]
    second = await as_developer.post(place, json=body, params={"limit": 2, "cursor": cursor})
    assert "multipart" in second.json()["items"][0]["problem"]
    found = await as_developer.post(place, json=body, params={"tag": "more", "q": "MORE1999"})
    assert [each["id"] for each in found.json()["items"]] == ["more1999"]
    for cursor in ("WyJhIl0=", "Wy0xXQ==", "x"):
        wrong = await as_developer.post(place, json=body, params={"cursor": cursor})
        assert wrong.status_code == 422, cursor


async def test_an_import_is_inert_until_it_is_enabled(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    body = {
        "document": json.dumps(shop(receiver)),
        "prefix": "shop",
        "tags": ["orders", "files"],
        "headers": {"X-Key": {"secret": "key"}},
        "secrets": {"key": "k-1234567890"},
    }
    made = await as_developer.post(f"{TOOLS}/import", json=body)
    assert made.status_code == 201, made.text
    found = made.json()
    assert found["tools"][0] == "shop__getOrder"
    assert found["tools"][1].startswith("shop__drop_order_")
    assert found["skipped"] == [
        {"operation": "upload", "reason": "its body is multipart/form-data; only JSON is sent"}
    ]
    tool = (await as_developer.get(f"{TOOLS}/shop__getOrder")).json()
    assert (tool["available"], tool["definition"]["origin"]) == (False, "Shop 2: getOrder")
    assert list(tool["input_schema"]["properties"]) == ["id"], "the key is the importer's"
    called = await as_developer.post(f"{TOOLS}/shop__getOrder/invoke", json={"args": {"id": 1}})
    assert (called.status_code, receiver.messages) == (409, [])
    agent = {"name": "A", "configuration": {"tools": ["shop__getOrder"]}}
    refused = await as_developer.post("/api/v1/agents", json=agent)
    assert (refused.status_code, "enables it" in refused.json()["detail"]) == (422, True)
    foreign = await as_neighbour.post(f"{TOOLS}/enable", json={"names": found["tools"]})
    assert foreign.status_code == 404
    half = {"names": [*found["tools"], "nothing"]}
    assert (await as_developer.post(f"{TOOLS}/enable", json=half)).status_code == 404
    assert not (await as_developer.get(f"{TOOLS}/shop__getOrder")).json()["available"]
    enabled = await as_developer.post(f"{TOOLS}/enable", json={"names": found["tools"]})
    assert enabled.status_code == 204
    assert (await as_developer.post("/api/v1/agents", json=agent)).status_code == 201
    again = await as_developer.post(f"{TOOLS}/import", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT_001")
    # Tools of one import share their secrets: they stay until the last one goes.
    for name in found["tools"]:
        kept = (await as_developer.get(f"{TOOLS}/{name}")).json()["definition"]["secrets"]
        assert kept == ["key"]
        await as_developer.delete(f"{TOOLS}/{name}")


async def test_a_document_is_fetched_where_that_is_allowed(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    document = shop(receiver) | {"servers": [{"url": "/v2"}]}
    receiver.answer = lambda _message: reply(json.dumps(document).encode())
    body: Json = {"url": receiver.url, "prefix": "far", "operations": ["getOrder"]}
    made = (await as_developer.post(f"{TOOLS}/import", json=body)).json()
    assert made["server"] == f"http://{receiver.endpoint}/v2"
    for url, says in (
        ("http://169.254.169.254/openapi.json", "link-local"),
        ("file:///etc/passwd", "http://"),
    ):
        refused = await as_developer.post(f"{TOOLS}/import", json=body | {"url": url})
        assert refused.status_code == 422
        assert says in refused.json()["detail"]
    receiver.answer = lambda _message: reply(status="404 No")
    assert (await as_developer.post(f"{TOOLS}/import", json=body)).status_code == 422


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"operations": ["nothing"]}, "no operation 'nothing'"),
        ({"tags": ["nothing"]}, "no tag 'nothing'"),
        ({}, "2003 operations and 2003 are chosen; an import takes 1 to 5"),
        ({"tags": ["more"]}, "2000 are chosen"),
        ({"operations": ["getOrder"], "server": "ftp://x"}, "send its address in `server`"),
        ({"document": {"swagger": "2.0"}}, "'2.0'"),
        ({"document": "- 1"}, "no object"),
        ({"url": "http://x.example/"}, ""),
        ({"prefix": "mcp"}, "tool servers"),
        ({"prefix": "a__b"}, ""),
        ({"prefix": "agent", "operations": ["getOrder"]}, "tool servers and agents"),
    ],
)
async def test_an_import_that_cannot_be_says_what_to_do(
    as_developer: httpx2.AsyncClient, receiver: Receiver, change: Json, says: str
):
    body: Json = {"document": shop(receiver, 2000), "prefix": "shop"} | change
    if body["prefix"] == "mcp":
        body["operations"] = ["getOrder"]
    answer = await as_developer.post(f"{TOOLS}/import", json=body)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"]
    assert receiver.messages == []
