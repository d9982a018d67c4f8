"""The frame around every request: its id and trace, the guard against bugs, headers, one log line.

    Exchange > Hosts > CORS > Packing > Identity > Limiter > BodyCap > routes

All of it is pure ASGI. `send` is wrapped once, by a plain function that looks at the first message
only; the pieces of a stream pass by it and by all the rest (`streamed`).
"""

import logging
import re
from collections.abc import Awaitable
from time import perf_counter
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext, SpanKind, StatusCode
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from menon.core.auth import Principal
from menon.core.errors import Internal, MenonError
from menon.core.http.headers import ANSWER_HEADERS, Header, completed
from menon.core.http.problem import Page, respond
from menon.core.http.streamed import LATER, Later
from menon.core.runtime import Runtime
from menon.core.telemetry.context import remote_parent, request_context
from menon.core.telemetry.metrics import Metrics
from menon.core.telemetry.names import METHOD, ROUTE, STATUS
from menon.core.telemetry.redact import redact

_SANE_ID = re.compile(rb"[A-Za-z0-9._~-]{8,128}")
_KEPT = (
    *("type", "method", "scheme", "server", "client", "http_version", "headers", "state"),
    *("path", "raw_path", "root_path", "query_string", "path_params", "app", "route", "principal"),
)
"""Keys of the scope that are there as long as an answer goes on: what a request is asked for."""
_GONE = 499
"""What is logged when the client left before the answer began."""

_tracer = trace.get_tracer("menon.http")
_access = logging.getLogger("menon.access")
_errors = logging.getLogger("menon.errors")


class Exchange:
    """The outermost layer.

    Args:
        app: what is framed.
        https: whether browsers reach us by HTTPS though a proxy speaks HTTP to us.
        spans: record a span for every request, not only where the caller's trace asks for it.
        page: shows people what no route could answer.
    """

    def __init__(
        self, app: ASGIApp, *, https: bool = False, spans: bool = False, page: Page | None = None
    ) -> None:
        self._app = app
        self._https = https
        self._spans = spans
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        named, parent = _named(scope)
        with request_context(named, parent) as context:
            call = _Call(scope, send, request=context.id, https=self._https, page=self._page)
            if self._spans or (parent is not None and parent.trace_flags.sampled):
                with _tracer.start_as_current_span(call.method, kind=SpanKind.SERVER) as span:
                    await call.run(self._app, receive)
                    call.describe(span)
            else:
                await call.run(self._app, receive)


class _Call:
    """One request or socket on its way through."""

    def __init__(
        self, scope: Scope, send: Send, *, request: str, https: bool, page: Page | None
    ) -> None:
        self.method: str = scope.get("method", "WS")
        self._scope = scope
        self._send = send
        self._page = page
        self._began = perf_counter()
        self._https = https or scope.get("scheme") in {"https", "wss"}
        self._extra: list[Header] = [(b"x-request-id", request.encode())]
        self._status = 0
        self._closed = False
        self._later = scope[LATER] = Later()
        scope[ANSWER_HEADERS] = self._extra

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        """Answer, whatever happens inside."""
        try:
            await app(self._scope, receive, self._pass)
            if self._later.speak is not None:
                _forget(self._scope)
                await self._later.speak(receive, self._send)
        except ClientDisconnect:
            self._status = self._status or _GONE
        except MenonError as error:  # from a layer around the routes, or amid a stream
            if self._status:
                _errors.exception("answer broke off in %s", route_template(self._scope))
            await self._refuse(error, receive)
        except Exception:  # noqa: BLE001 - the guard: no bug may show its inside to a caller
            _errors.exception("unhandled error in %s", route_template(self._scope))
            await self._refuse(Internal(), receive)
        finally:
            try:
                self._later.release()
            finally:
                self._record()

    def _pass(self, message: Message) -> Awaitable[None]:
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start":
                self._status = message["status"]
                message["headers"] = completed(
                    message.get("headers", ()), self._extra, https=self._https
                )
            case "websocket.accept":
                self._status = 101
            case "websocket.close":
                self._closed = True
                self._status = self._status or 403
            case _:
                pass
        return self._send(message)

    async def _refuse(self, error: MenonError, receive: Receive) -> None:
        # An answer that has begun cannot be taken back: returning makes the server close the line.
        if self._scope["type"] == "websocket":
            if not self._closed:
                code = 1011 if error.status == 500 else 1013
                await self._pass({"type": "websocket.close", "code": code})
        elif not self._status:
            response = await self._shown(error) or respond(error, path=self._scope["path"])
            await response(self._scope, receive, self._pass)

    async def _shown(self, error: MenonError) -> Response | None:
        """The error as a page, where a person looks and a page can be made at all."""
        if self._page is None:
            return None
        try:
            return await self._page(Request(self._scope), error)
        except Exception:  # noqa: BLE001 - what broke the request may break its page as well
            _errors.exception("no page for the error in %s", route_template(self._scope))
            return None

    def describe(self, span: Span) -> None:
        """Tell the span what became of the request."""
        route = route_template(self._scope)
        span.update_name(f"{self.method} {route}")
        span.set_attributes({METHOD: self.method, ROUTE: route, STATUS: self._status or _GONE})
        if self._status >= 500:
            span.set_status(StatusCode.ERROR)

    def _record(self) -> None:
        seconds = perf_counter() - self._began
        status = self._status or _GONE
        route = route_template(self._scope)
        if metrics := _metrics(self._scope):
            metrics.answered(self.method, route, status, seconds=seconds)
        if _access.isEnabledFor(logging.INFO):
            _access.info(
                "%s %s %s",
                self.method,
                self._scope["path"],
                status,
                extra=_fields(self._scope, route=route, status=status, seconds=seconds),
            )


def _named(scope: Scope) -> tuple[str, SpanContext | None]:
    """The id that the caller gave the request, if it may be kept, and the span it belongs to."""
    given: dict[bytes, bytes] = dict(scope["headers"])
    inbound = given.get(b"x-request-id", b"")
    traceparent = given.get(b"traceparent")
    return (
        inbound.decode() if _SANE_ID.fullmatch(inbound) else "",
        remote_parent(traceparent.decode("latin-1")) if traceparent else None,
    )


def _forget(scope: Scope) -> None:
    """Let go of what routing leaves in the scope: FastAPI's exit stacks take 3 KiB there."""
    kept = {name: scope[name] for name in _KEPT if name in scope}
    scope.clear()
    scope.update(kept)


def _metrics(scope: Scope) -> Metrics | None:
    runtime: Runtime | None = (
        getattr(scope["app"].state, "runtime", None) if "app" in scope else None
    )
    return runtime.get(Metrics) if runtime else None


def _fields(scope: Scope, *, route: str, status: int, seconds: float) -> dict[str, Any]:
    """What an access line says besides its message."""
    who: Principal | None = scope.get("principal")
    fields: dict[str, Any] = {
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
        "client": (scope.get("client") or ("",))[0],
    }
    if who is not None and who.key:
        fields["who"] = who.key
    if query := scope["query_string"]:
        fields["query"] = redact(query.decode("latin-1"))
    return fields


def route_template(scope: Scope) -> str:
    """The path as the route spells it, never with an id in it; `unmatched` where there is none."""
    return getattr(scope.get("route"), "path", "unmatched")
