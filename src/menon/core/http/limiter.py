"""Limits on the wire: a price for each route, `RateLimit` headers, 429, and slots for streams."""

import math
import re
from collections.abc import Iterable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from menon.core.auth import ANONYMOUS, Principal
from menon.core.errors import RateLimited
from menon.core.http.headers import ANSWER_HEADERS
from menon.core.http.problem import Page, respond
from menon.core.http.streamed import LATER, Later
from menon.core.limits import PERIOD_S, Limits, Verdict, caller_address
from menon.core.runtime import Runtime


class Prices:
    """What a request costs by its method and path: 1, unless the route says something else.

    Args:
        routes: method, path template and cost of the routes that say so.
        free: path prefixes that cost nothing.
    """

    def __init__(self, routes: Iterable[tuple[str, str, int]], *, free: tuple[str, ...]) -> None:
        self._exact: dict[tuple[str, str], int] = {}
        self._patterns: list[tuple[str, re.Pattern[str], int]] = []
        self._free = free
        for method, path, cost in routes:
            if "{" in path:
                self._patterns.append((method, compile_path(path)[0], cost))
            else:
                self._exact[method, path] = cost

    def __call__(self, method: str, path: str) -> int:
        """The cost of a request."""
        if path.startswith(self._free):
            return 0
        exact = self._exact.get((method, path))
        if exact is not None:
            return exact
        return next(
            (cost for m, regex, cost in self._patterns if m == method and regex.match(path)), 1
        )


class Limiter:
    """Lets a caller pass as long as their minute lasts; stands inside of `Identity`.

    Args:
        app: what stands inside.
        prices: what requests cost.
        page: shows people that they have to wait.
    """

    def __init__(self, app: ASGIApp, *, prices: Prices, page: Page | None = None) -> None:
        self._app = app
        self._prices = prices
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        runtime: Runtime = scope["app"].state.runtime
        limits = runtime[Limits]
        cost = self._prices(scope.get("method", "WS"), scope["path"]) if limits.enabled else 0
        if cost:
            verdict = await limits.hit(caller(scope), cost, runtime.clock.now())
            scope[ANSWER_HEADERS] += rate_headers(verdict, limits.per_minute)
            if not verdict.passes:
                answer = await self._refusal(scope, verdict.retry_after)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope, seconds: float) -> Response:
        wait = max(1, math.ceil(seconds))
        detail = f"Too many requests in this minute; try again in {wait} s."
        refused = RateLimited(detail, retry_after=seconds)
        shown = None
        if self._page is not None and scope["type"] == "http":
            shown = await self._page(Request(scope), refused)
        return shown or respond(refused, path=scope["path"])


async def hold_stream(connection: HTTPConnection) -> None:
    """Holds a slot of the caller until the answer, or the socket, has ended.

    Raises:
        RateLimited: too many are open.
    """
    runtime: Runtime = connection.app.state.runtime
    later: Later = connection.scope[LATER]
    later.hold(runtime[Limits].streams.take(caller(connection.scope)))


def caller(scope: Scope) -> str:
    """What limits are counted by: the credential, or the address where nobody is signed in."""
    who: Principal = scope.get("principal", ANONYMOUS)
    return who.key or caller_address((scope.get("client") or ("",))[0])


def rate_headers(verdict: Verdict, limit: int) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of draft-ietf-httpapi-ratelimit-headers-11."""
    return (
        (b"ratelimit-policy", f'"default";q={limit};w={PERIOD_S}'.encode()),
        (b"ratelimit", f'"default";r={verdict.remaining};t={verdict.reset_s}'.encode()),
    )
