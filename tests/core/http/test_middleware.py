"""The frame around every request."""

import logging
from collections.abc import AsyncIterator
from typing import ClassVar

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.responses import HTMLResponse, StreamingResponse
from httpx2 import ASGITransport, AsyncClient
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import StatusCode
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.fixtures.server import serve
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from menon.core.errors import Overloaded
from menon.core.http.middleware import Exchange
from menon.core.http.problem import install
from menon.core.telemetry.context import current_trace_id, request_id
from menon.core.telemetry.tracing import listeners

SECRET = "the-cause-nobody-may-see"


@pytest.fixture
def framed() -> FastAPI:
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    app.add_middleware(Exchange)
    install(app)
    router = APIRouter(prefix="/api/v1")

    @router.get("/things/{thing_id}")
    async def thing(thing_id: str) -> dict[str, str]:
        return {"request_id": request_id.get(), "trace_id": current_trace_id(), "id": thing_id}

    @router.get("/bug")
    async def bug() -> None:
        raise RuntimeError(SECRET)

    @router.get("/late-bug")
    async def late_bug() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"first\n"
            raise RuntimeError(SECRET)

        return StreamingResponse(pieces())

    @router.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>hello</p>")

    @router.get("/gone")
    async def gone() -> None:
        raise ClientDisconnect

    @router.websocket("/closed")
    async def closed(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close(1000)
        raise RuntimeError(SECRET)

    @router.websocket("/socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        raise RuntimeError(SECRET)

    app.include_router(router)
    return app


@pytest.fixture
async def caller(framed: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=framed), base_url="http://t") as opened:
        yield opened


class TestRequestId:
    async def test_one_is_made_and_answered(self, caller: AsyncClient) -> None:
        answer = await caller.get("/api/v1/things/1")
        assert answer.headers["x-request-id"] == answer.json()["request_id"] != ""
        assert answer.json()["request_id"] == answer.json()["trace_id"]

    async def test_a_sane_one_is_kept(self, caller: AsyncClient) -> None:
        answer = await caller.get("/api/v1/things/1", headers={"X-Request-ID": "abc-12345"})
        assert answer.headers["x-request-id"] == "abc-12345" == answer.json()["request_id"]

    @pytest.mark.parametrize("given", ["short", "x" * 129, "has blanks in it", 'quo"tes-quotes'])
    async def test_an_insane_one_is_replaced(self, caller: AsyncClient, given: str) -> None:
        answer = await caller.get("/api/v1/things/1", headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"] not in {given, ""}

    async def test_nothing_of_it_is_left_afterwards(self, caller: AsyncClient) -> None:
        await caller.get("/api/v1/things/1")
        assert request_id.get() == ""
        assert current_trace_id() == ""


class TestTrace:
    async def test_a_callers_trace_goes_on_here(self, caller: AsyncClient) -> None:
        trace = "0af7651916cd43dd8448eb211c80319c"
        sent = {"traceparent": f"00-{trace}-b7ad6b7169203331-00"}
        assert (await caller.get("/api/v1/things/1", headers=sent)).json()["trace_id"] == trace

    @pytest.mark.parametrize(
        "given",
        [
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "nonsense",
        ],
    )
    async def test_a_malformed_one_is_replaced(self, caller: AsyncClient, given: str) -> None:
        answer = await caller.get("/api/v1/things/1", headers={"traceparent": given})
        trace = answer.json()["trace_id"]
        assert len(trace) == 32
        assert trace not in given


class TestGuard:
    async def test_a_bug_becomes_a_problem_that_leaks_nothing(
        self, caller: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = await caller.get("/api/v1/bug")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["code"] == "INTERNAL_001"
        assert len(body["trace_id"]) == 32
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text
        record = next(r for r in caplog.records if r.levelno == logging.ERROR)
        assert "/api/v1/bug" in record.getMessage()
        assert SECRET in caplog.text

    async def test_a_bug_in_a_stream_ends_the_connection_and_is_logged(
        self, framed: FastAPI, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serve(framed) as url, AsyncClient(base_url=url) as remote:
            with pytest.raises(httpx2.RemoteProtocolError):
                await remote.get("/api/v1/late-bug")
        assert "unhandled error in /api/v1/late-bug" in caplog.text

    async def test_a_bug_in_a_socket_closes_it_with_1011(self, framed: FastAPI) -> None:
        async with serve(framed) as url, connect(f"ws{url[4:]}/api/v1/socket") as socket:
            with pytest.raises(ConnectionClosedError) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1011
        assert SECRET not in closed.value.rcvd.reason

    async def test_a_bug_after_a_socket_was_closed_is_only_logged(
        self, framed: FastAPI, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with serve(framed) as url, connect(f"ws{url[4:]}/api/v1/closed") as socket:
            with pytest.raises(ConnectionClosedOK):
                await socket.recv()
        assert SECRET in caplog.text

    async def test_a_client_that_left_is_no_bug(
        self, framed: FastAPI, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "menon.access")
        transport = ASGITransport(app=framed, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://t") as caller:
            with pytest.raises(AssertionError):  # the transport misses an answer
                await caller.get("/api/v1/gone")
        assert [r.levelno for r in caplog.records if r.name.startswith("menon")] == [logging.INFO]
        assert "/api/v1/gone 499" in caplog.text


class Refusing:
    """A layer outside of the routes that cannot do its work."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise Overloaded(retry_after=1)


async def test_an_error_of_a_layer_is_answered_by_its_own_code(framed: FastAPI) -> None:
    app = Exchange(Refusing(framed))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://t") as caller:
        answer = await caller.get("/api/v1/things/1")
    assert (answer.status_code, answer.json()["code"]) == (503, "DB_002")
    assert answer.headers["retry-after"] == "1"


class TestAccessLog:
    async def test_one_line_names_the_route_and_hides_tokens(
        self, caller: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "menon.access")
        await caller.get("/api/v1/things/17?token=hunter2hunter2&page=3")
        (record,) = (r for r in caplog.records if r.name == "menon.access")
        fields = vars(record)
        assert fields["route"] == "/api/v1/things/{thing_id}"
        assert fields["status"] == 200
        assert fields["query"] == "token=[redacted]&page=3"

    async def test_an_unknown_path_is_unmatched(
        self, caller: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "menon.access")
        await caller.get("/nowhere/4711")
        (record,) = (r for r in caplog.records if r.name == "menon.access")
        assert vars(record)["route"] == "unmatched"


class TestSpans:
    async def test_a_failing_request_is_an_error_in_the_callers_trace(
        self, caller: AsyncClient
    ) -> None:
        class Seen(SpanProcessor):
            spans: ClassVar[list[ReadableSpan]] = []

            def on_end(self, span: ReadableSpan) -> None:
                self.spans.append(span)

        trace = "0af7651916cd43dd8448eb211c80319c"
        with listeners().added(seen := Seen()):
            await caller.get(
                "/api/v1/bug", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
            )
            await caller.get(
                "/api/v1/bug", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-00"}
            )
        (span,) = seen.spans
        assert span.name == "GET /api/v1/bug"
        assert span.context is not None
        assert f"{span.context.trace_id:032x}" == trace
        assert span.parent is not None
        assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
        assert span.status.status_code is StatusCode.ERROR


class TestSecurityHeaders:
    async def test_pages_get_a_policy_without_inline_script(self, caller: AsyncClient) -> None:
        headers = (await caller.get("/api/v1/page")).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers

    async def test_data_gets_the_strictest_policy(self, caller: AsyncClient) -> None:
        headers = (await caller.get("/api/v1/things/1")).headers
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"

    async def test_https_is_remembered(self, framed: FastAPI) -> None:
        transport = ASGITransport(app=framed)
        async with AsyncClient(transport=transport, base_url="https://t") as secure:
            headers = (await secure.get("/api/v1/things/1")).headers
        assert "max-age=31536000" in headers["strict-transport-security"]
