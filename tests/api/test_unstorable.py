"""Text that no database keeps is refused at every door of the API, and nothing is stored of it."""

import json
from typing import Any

import httpx2
import pytest

ODD = ["a\x00b", "a \ud800 b"]
DOORS: list[tuple[str, dict[str, Any], str]] = [
    ("/api/v1/chat", {"message": "?"}, "/body/message"),
    (
        "/api/v1/chat",
        {"message": "hi", "history": [{"role": "user", "content": "?"}]},
        "/body/history/0/content",
    ),
    ("/api/v1/knowledge/search", {"query": "?"}, "/body/query"),
    ("/api/v1/rag/search", {"query": "?"}, "/body/query"),
    ("/api/v1/semantic/search", {"query": "?"}, "/body/query"),
    ("/api/v1/agents", {"name": "?", "instructions": "x"}, "/body/name"),
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("path", "body", "pointer"), DOORS)
async def test_it_is_pointed_at(
    as_developer: httpx2.AsyncClient, path: str, body: dict[str, Any], pointer: str, odd: str
):
    content = json.dumps(body).replace('"?"', json.dumps(odd))
    headers = {"content-type": "application/json"}
    answer = await as_developer.post(path, content=content, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert (await as_developer.get("/api/v1/runs")).json()["items"] == []


async def test_in_the_shape_of_openai_too(as_developer: httpx2.AsyncClient):
    body = {"model": "auto", "messages": [{"role": "user", "content": "a\x00b"}]}
    answer = await as_developer.post("/v1/chat/completions", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "messages[0].content"


async def test_who_may_not_ask_is_told_that_first(client: httpx2.AsyncClient):
    answer = await client.post("/api/v1/knowledge/search", json={"query": "a\x00b"})
    assert answer.status_code == 401


async def test_in_an_address(as_developer: httpx2.AsyncClient):
    answer = await as_developer.get("/api/v1/runs?cursor=a%00b")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/cursor"


async def test_in_a_path(as_developer: httpx2.AsyncClient):
    for path in ("runs/%00", "agents/a%00b", "knowledge/items/%00", "chat/sessions/%00"):
        answer = await as_developer.get(f"/api/v1/{path}")
        assert answer.status_code == 404, path


@pytest.mark.parametrize("media_type", ["application/JSON", "application/json; charset=utf-8"])
async def test_however_the_body_calls_itself(as_developer: httpx2.AsyncClient, media_type: str):
    answer = await as_developer.post(
        "/api/v1/agents", content=b'{"name": "a\\u0000b"}', headers={"content-type": media_type}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/name"


async def test_in_a_file_that_is_sent_as_the_body(as_developer: httpx2.AsyncClient):
    answer = await as_developer.post(
        "/api/v1/agents/import",
        content=b'{"agents": ["\\u0000"]}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/agents/0"
