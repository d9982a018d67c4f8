"""Bodies that are too large, too deep, or meant for another host."""

import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, UploadFile
from httpx2 import ASGITransport, AsyncClient, Response, TransportError
from starlette.types import Message, Receive, Scope, Send
from tests.fixtures.server import serve

from menon.core.http.body import BodyCap, Hosts, depth
from menon.core.http.middleware import Exchange
from menon.core.http.problem import install


@pytest.mark.parametrize(
    ("document", "deep"),
    [
        (b"1", 0),
        (b"[]", 1),
        (b'{"a": [1, {"b": []}]}', 4),
        (b'["[[[[", "\\"[[", {}]', 2),
        (b"[" * 70, 70),
        (b"[]" * 1000, 1),
        (b'["unclosed [[[[', 1),
        (b'["ends in a backslash \\', 1),
    ],
)
def test_depth_counts_brackets_outside_of_strings(document: bytes, deep: int) -> None:
    assert depth(document) == deep


@pytest.mark.parametrize("hostile", [b'\\"' * 500_000, b'"' * 1_000_000, b'"' + b"\\" * 1_000_000])
def test_hostile_quotes_cost_linear_time(hostile: bytes) -> None:
    began = time.process_time()
    depth(hostile)
    assert time.process_time() - began < 0.5


@pytest.fixture
def capped() -> FastAPI:
    app = FastAPI()
    app.add_middleware(BodyCap, json_bytes=2000, upload_bytes=10_000, json_depth=64)
    app.add_middleware(Exchange)
    install(app)

    @app.post("/json")
    async def body(body: dict[str, Any]) -> int:
        return len(json.dumps(body))

    @app.post("/upload")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        raise AssertionError("the body was not refused")

    app.mount("/mounted", mounted)
    return app


@pytest.fixture
async def caller(capped: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=capped), base_url="http://t") as opened:
        yield opened


async def pieces(count: int, size: int = 1000) -> AsyncIterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    for _ in range(count):
        yield b"x" * size


def refused(answer: Response) -> bool:
    return (
        answer.status_code == 413
        and answer.json()["code"] == "VALID_003"
        and answer.headers["connection"] == "close"
        and "x-request-id" in answer.headers
    )


async def test_a_body_within_its_cap_passes(caller: AsyncClient) -> None:
    assert (await caller.post("/json", json={"a": "b"})).json() == 10
    assert (await caller.post("/upload", files={"file": b"x" * 9000})).json() == 9000


async def test_a_json_body_over_its_cap_is_refused(caller: AsyncClient) -> None:
    assert refused(await caller.post("/json", json={"a": "x" * 2000}))


async def test_an_announced_gigabyte_is_refused_before_it_is_read(caller: AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    sent = {"Content-Length": str(2**30), "Content-Type": "application/json"}
    assert refused(await caller.post("/json", content=never(), headers=sent))


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/json", "application/json"),
        ("/upload", "multipart/form-data; boundary=b"),
        ("/raw", "application/octet-stream"),
        ("/mounted/", "text/plain"),
    ],
)
async def test_a_body_of_unknown_length_is_refused_once_it_passes_its_cap(
    caller: AsyncClient, path: str, media_type: str
) -> None:
    sent = {"Content-Type": media_type}
    assert refused(await caller.post(path, content=pieces(1_000_000), headers=sent))


async def test_a_gigabyte_without_length_is_cut_off_on_a_real_connection(capped: FastAPI) -> None:
    sent = 0

    async def gigabyte() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1024):
            sent += 1
            yield bytes(2**20)

    async with serve(capped) as url, AsyncClient(base_url=url) as remote:
        # Whether the refusal arrives before the line breaks is the network's choice.
        with contextlib.suppress(TransportError):
            answer = await remote.post(
                "/json", content=gigabyte(), headers={"Content-Type": "application/json"}
            )
            assert refused(answer)
    assert sent < 100


@pytest.mark.parametrize("levels", [65, 1000, 900_000])
async def test_json_nested_too_deep_is_refused(capped: FastAPI, levels: int) -> None:
    app = BodyCap(capped, json_bytes=1_048_576, upload_bytes=1, json_depth=64)
    bomb = b'{"a":' + b"[" * (levels - 1) + b"]" * min(levels - 1, 100_000) + b"}"
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://t") as caller:
        answer = await caller.post(
            "/json", content=bomb, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 422
    assert "64 levels" in answer.json()["detail"]


async def test_json_nested_as_deep_as_allowed_passes(caller: AsyncClient) -> None:
    deep = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
    answer = await caller.post("/json", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


async def test_a_client_that_leaves_half_way_is_not_taken_for_a_whole_body() -> None:
    said: list[Message] = [
        {"type": "http.request", "body": b'{"a":', "more_body": True},
        {"type": "http.disconnect"},
        {"type": "http.disconnect"},
    ]
    heard: list[str] = []

    async def receive() -> Message:
        return said.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    app = BodyCap(inside, json_bytes=2000, upload_bytes=1, json_depth=64)
    headers = [(b"content-type", b"application/json")]
    await app({"type": "http", "method": "POST", "headers": headers}, receive, send)
    assert heard == ["http.disconnect", "http.disconnect"]


@pytest.mark.parametrize("announced", ["-1", "ten", "1e9"])
async def test_a_length_that_is_no_number_is_refused(caller: AsyncClient, announced: str) -> None:
    answer = await caller.post("/raw", content=pieces(1), headers={"Content-Length": announced})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("menon.example.org", 200),
        ("menon.example.org:8000", 200),
        ("MENON.example.org", 200),
        ("a.inner.example.org", 200),
        ("inner.example.org", 400),
        ("evil.example.com", 400),
        ("menon.example.org.evil.com", 400),
        ("", 400),
    ],
)
async def test_only_our_hosts_are_answered(capped: FastAPI, host: str, status: int) -> None:
    app = Hosts(capped, allowed=("menon.example.org", "*.inner.example.org"))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://t") as caller:
        answer = await caller.post("/raw", content=b"x", headers={"Host": host})
    assert answer.status_code == status
