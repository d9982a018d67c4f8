"""The whole application, with all its layers, around a few routes that misbehave on purpose."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import select
from tests.core.telemetry.test_redact import CANARIES
from tests.fixtures.server import serve

from menon.core.auth import Action
from menon.core.errors import ExternalError
from menon.core.feature import Feature
from menon.core.http import Routes, Wire
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.core.telemetry.context import current_trace_id
from menon.core.telemetry.models import Span
from menon.core.telemetry.spans import SpanRecorder
from menon.entry.http import create_app
from menon.entry.parts import features


class SaidIn(Wire):
    number: int
    word: str = ""


@dataclass
class Stage:
    """What the routes wait for, and what they say."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    secret: str = ""


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def whole(settings: Settings, runtime: Runtime, stage: Stage) -> FastAPI:
    routes = Routes(tag="probe", prefix="/probe")

    @routes.get("/stream", action=Action.PUBLIC, stream=True)
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b'{"n": 1}\n'
            await stage.go_on.wait()
            yield b'{"n": 2}\n'

        return StreamingResponse(pieces(), media_type="application/x-ndjson")

    @routes.post("/body", action=Action.PUBLIC)
    async def body(body: SaidIn) -> int:
        return body.number

    @routes.get("/bug", action=Action.PUBLIC)
    async def bug() -> None:
        raise RuntimeError(stage.secret)

    @routes.get("/upstream", action=Action.PUBLIC)
    async def upstream() -> None:
        raise ExternalError(f"The server said: {stage.secret}")

    probe = Feature(name="probe", routes=(routes,))
    return create_app(settings, among=[*features(), probe], runtime=runtime)


@pytest.fixture
async def caller(whole: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=whole), base_url="http://t") as opened:
        yield opened


async def test_a_stream_arrives_piece_by_piece_through_every_layer(
    whole: FastAPI, stage: Stage
) -> None:
    async with (
        serve(whole) as url,
        AsyncClient(base_url=url) as remote,
        remote.stream("GET", "/probe/stream", headers={"X-Request-ID": "stream-1"}) as answer,
    ):
        assert answer.headers["x-request-id"] == "stream-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b'{"n": 1}\n'
        stage.go_on.set()
        assert await anext(pieces) == b'{"n": 2}\n'
        assert [piece async for piece in pieces] == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"number": 7}', 200, None),
        (b'{"number": ' + b"1" * 2_000_000 + b"}", 413, "VALID_003"),
        (b'{"number": ' + b"[" * 100_000, 422, "VALID_001"),
        (b'{"number": 9223372036854775808999999}', 200, None),
        (b'{"number": "\xff\xfe"}', 400, "VALID_002"),
        (b'{"number":', 422, "VALID_001"),
        (b"\x00" * 1000, 422, "VALID_001"),
        (b'{"number": 1, "word": "\\ud800\\u0000"}', 422, "VALID_001"),
        (b"", 422, "VALID_001"),
        (b"[]", 422, "VALID_001"),
    ],
    ids=lambda given: f"{given[:20]!r}" if isinstance(given, bytes) else str(given),
)
async def test_no_body_harms(
    caller: AsyncClient, content: bytes, status: int, code: str | None
) -> None:
    sent = {"Content-Type": "application/json"}
    answer = await caller.post("/probe/body", content=content, headers=sent)
    assert answer.status_code == status
    if code:
        assert answer.json()["code"] == code


async def test_no_canary_is_in_a_problem(caller: AsyncClient, stage: Stage) -> None:
    for text, canary in CANARIES.values():
        stage.secret = text
        wrong = {"number": text, "word": {"password": canary}}
        for answer in (
            await caller.get("/probe/bug"),
            await caller.get("/probe/upstream"),
            await caller.post("/probe/body", json=wrong),
            await caller.get("/api/v1/runs", headers={"Authorization": f"Bearer {canary}"}),
            await caller.get("/api/v1/runs", params={"kind": canary}),
        ):
            assert answer.status_code >= 400
            assert canary not in answer.text


async def test_the_log_of_a_bug_holds_what_the_answer_names(
    caller: AsyncClient, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.secret = "the cause"
    ids: list[str] = []

    class Watch(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            ids.append(current_trace_id())
            return True

    caplog.handler.addFilter(watch := Watch())
    said = (await caller.get("/probe/bug")).json()
    caplog.handler.removeFilter(watch)
    assert said["trace_id"] in ids
    assert "the cause" in caplog.text


class TestSwitches:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {
            "http": {
                "hosts": ["menon.example.org"],
                "cors_origins": ["https://app.example.org"],
                "trusted_proxies": ["10.0.0.1"],
                "public_url": "https://menon.example.org",
            },
            "limits": {"per_minute": 2},
            "telemetry": {"requests": True},
        }

    @pytest.fixture
    async def caller(self, whole: FastAPI) -> AsyncIterator[AsyncClient]:
        transport = ASGITransport(app=whole, client=("10.0.0.1", 4711))
        address = "http://menon.example.org"
        async with AsyncClient(transport=transport, base_url=address) as opened:
            yield opened

    async def test_other_hosts_are_refused(self, caller: AsyncClient) -> None:
        answer = await caller.get("/health", headers={"Host": "evil.example.com"})
        assert (answer.status_code, answer.json()["code"]) == (400, "VALID_002")

    async def test_pages_of_named_origins_may_call(self, caller: AsyncClient) -> None:
        asked = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}
        answer = await caller.options("/api/v1/runs", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
        assert "access-control-allow-credentials" not in answer.headers
        strange = {**asked, "Origin": "https://evil.example.com"}
        answer = await caller.options("/api/v1/runs", headers=strange)
        assert "access-control-allow-origin" not in answer.headers

    async def test_behind_https_browsers_are_told_to_stay_there(self, caller: AsyncClient) -> None:
        assert "strict-transport-security" in (await caller.get("/health")).headers

    async def test_a_trusted_proxy_names_the_caller(self, caller: AsyncClient) -> None:
        async def ask(address: str) -> int:
            answer = await caller.get("/api/v1/runs", headers={"X-Forwarded-For": address})
            return answer.status_code

        assert [await ask("192.0.2.1") for _ in range(3)] == [401, 401, 429]
        assert await ask("192.0.2.2") == 401

    async def test_every_request_leaves_a_span(self, caller: AsyncClient, runtime: Runtime) -> None:
        await caller.get("/health")
        await runtime[SpanRecorder].flush()

        def kept(session: Any) -> list[Any]:
            return [(span.name, span.attributes) for span in session.scalars(select(Span))]

        ((name, attributes),) = await runtime.db.read(kept)
        assert name == "GET /health"
        assert attributes["http.response.status_code"] == 200
