"""Routes that cannot be built without saying who may call them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from starlette.requests import HTTPConnection

from menon.core.auth import ANONYMOUS, Action, Principal, authorize
from menon.core.errors import Forbidden, NotFound
from menon.core.http.credentials import required
from menon.core.http.csrf import check_csrf
from menon.core.http.idempotent import PARAMETER, Handler, IdempotentRoute
from menon.core.http.limiter import hold_stream
from menon.core.http.problem import documented
from menon.core.http.settings import HttpSettings
from menon.core.http.unstorable import refuse_unstorable, refuse_unstorable_query
from menon.core.runtime import Runtime

F = TypeVar("F", bound=Callable[..., Any])
Permit = Callable[[Request], Awaitable[None]]


async def _closed(request: Request) -> None:
    raise Forbidden(f"Nobody said who may call {request.url.path!r}.")


class GuardedRoute(IdempotentRoute):
    """A route that lets nobody in unasked, and asks before it listens to the body."""

    permit: Permit = staticmethod(_closed)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        told = "requestBody" in (self.openapi_extra or {})
        reads = (told or self.body_field is not None) and self.include_in_schema
        asks = _asks(self.dependant) and self.include_in_schema

        async def guarded(request: Request) -> Response:
            await self.permit(request)
            if "\x00" in request.scope["path"]:
                raise NotFound
            if asks:
                refuse_unstorable_query(request.scope["query_string"])
            if reads and "json" in request.headers.get("content-type", "").lower():
                refuse_unstorable(await request.body())
            return await handle(request)

        return guarded


def _asks(dependant: Dependant) -> bool:
    """Whether anything takes parameters from the address."""
    return bool(dependant.query_params) or any(map(_asks, dependant.dependencies))


class Routes:
    """The routes of a feature; each operation declares its `Action`.

    Besides what FastAPI takes, an operation may say `cost` (what it uses up of the caller's
    requests in a minute, 1 unless it says so, 0 for free) and `stream=True` (the answer stays
    open, and counts among the caller's streams until it ends). Sockets always count.

    Args:
        prefix: put before each path, such as `/api/v1`.
        tag: the group in the API docs.
        pages: HTML pages rather than API operations; left out of the schema.
    """

    def __init__(self, *, prefix: str = "/api/v1", tag: str, pages: bool = False) -> None:
        self.pages = pages
        self.actions: list[tuple[str, str, Action]] = []
        self.prices: list[tuple[str, str, int]] = []
        self.router = APIRouter(
            prefix="" if pages else prefix,
            tags=[tag],
            include_in_schema=not pages,
            route_class=GuardedRoute,
        )

    def get(self, path: str, *, action: Action, **options: Any) -> Callable[[F], F]:
        """Serve GET."""
        return self._add("GET", path, action, options)

    def post(self, path: str, *, action: Action, **options: Any) -> Callable[[F], F]:
        """Serve POST; an `Idempotency-Key` header makes it safe to repeat."""
        return self._add("POST", path, action, options)

    def put(self, path: str, *, action: Action, **options: Any) -> Callable[[F], F]:
        """Serve PUT."""
        return self._add("PUT", path, action, options)

    def patch(self, path: str, *, action: Action, **options: Any) -> Callable[[F], F]:
        """Serve PATCH."""
        return self._add("PATCH", path, action, options)

    def delete(self, path: str, *, action: Action, **options: Any) -> Callable[[F], F]:
        """Serve DELETE."""
        return self._add("DELETE", path, action, options)

    def websocket(self, path: str, *, action: Action) -> Callable[[F], F]:
        """Serve a WebSocket; the endpoint authorises after its handshake, with close code 1008."""
        self.actions.append(("WS", self.router.prefix + path, action))
        slot = Depends(hold_stream)
        return cast("Callable[[F], F]", self.router.websocket(path, dependencies=[slot]))

    def _add(
        self, method: str, path: str, action: Action, options: dict[str, Any]
    ) -> Callable[[F], F]:
        self.actions.append((method, self.router.prefix + path, action))
        if (cost := options.pop("cost", 1)) != 1:
            self.prices.append((method, self.router.prefix + path, cost))
        # The two chat routes also take a key in their body; the endpoint authorises its owner.
        later = bool(options.pop("key_in_body", False))
        permit = _permit(action, pages=self.pages, later=later)
        dependencies = options.setdefault("dependencies", [])
        if options.pop("stream", False):
            dependencies.append(Depends(hold_stream))
        if not self.pages:
            options["responses"] = documented(
                method, action, self.router.prefix + path
            ) | options.get("responses", {})
            asked = required(action, in_body=later)
            told: dict[str, Any] = {"x-action": action.value, "security": asked}
            if method == "POST":
                told["parameters"] = [dict(PARAMETER)]
            options["openapi_extra"] = options.get("openapi_extra", {}) | told

        def register(endpoint: F) -> F:
            self.router.add_api_route(path, endpoint, methods=[method], **options)
            cast("GuardedRoute", self.router.routes[-1]).permit = permit
            return endpoint

        return register


def principal(connection: HTTPConnection) -> Principal:
    """The principal that the middleware resolved for this connection."""
    return connection.scope.get("principal", ANONYMOUS)


def runtime(connection: HTTPConnection) -> Runtime:
    """The runtime of this process."""
    return connection.app.state.runtime


def address(connection: HTTPConnection) -> str:
    """Where the connection comes from; behind a trusted proxy, where that one's comes from."""
    return connection.client.host if connection.client else ""


def _permit(action: Action, *, pages: bool, later: bool) -> Permit:
    async def permit(request: Request) -> None:
        who = principal(request)
        if not (later and who.kind == "anonymous" and who.refusal is None):
            authorize(who, action)
        # A browser sends its cookie whoever asked it to; sign-in forms are at risk without one too.
        if (pages or who.kind == "cookie") and request.method not in {"GET", "HEAD", "OPTIONS"}:
            public = runtime(request).settings[HttpSettings].public_url
            await check_csrf(request, public_url=public)

    return permit


# Async, though they wait for nothing: FastAPI sends plain functions to another thread, for 400 us.
async def _who(connection: HTTPConnection) -> Principal:
    return principal(connection)


async def _runtime(connection: HTTPConnection) -> Runtime:
    return runtime(connection)


Who = Annotated[Principal, Depends(_who)]
AppRuntime = Annotated[Runtime, Depends(_runtime)]
Address = Annotated[str, Depends(address)]
