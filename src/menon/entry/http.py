"""The HTTP application: parts put together, middleware around them."""

import contextlib
import gc
from collections.abc import AsyncGenerator, Sequence

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from menon.core.feature import Feature
from menon.core.http.api import Api
from menon.core.http.body import BodyCap, Hosts
from menon.core.http.identity import Identity
from menon.core.http.index import RouteIndex
from menon.core.http.limiter import Limiter, Prices
from menon.core.http.middleware import Exchange
from menon.core.http.packing import Packing
from menon.core.http.problem import install
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.core.telemetry.settings import TelemetrySettings
from menon.core.web.assets import MOUNT, Static, load_assets
from menon.core.web.errors import error_page
from menon.core.web.render import Web
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.entry.warm import warming
from menon.version import VERSION


def create_app(
    settings: Settings, *, among: Sequence[Feature] | None = None, runtime: Runtime | None = None
) -> FastAPI:
    """The application of one process.

    Args:
        settings: the assembled settings.
        among: the features to serve; all that are installed by default.
        runtime: an opened runtime to use instead of opening one, for in-process clients.
    """
    chosen = features() if among is None else among

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with contextlib.AsyncExitStack() as stack:
            opened = runtime or await stack.enter_async_context(
                open_runtime(settings, among=chosen)
            )
            _attach(app, opened, chosen)
            if runtime is None:  # a process of its own, whose parts stay to its end
                # A collection of the oldest generation stops it for 100-190 ms otherwise. One
                # before this takes 260 ms, and finds 5,000 small objects.
                gc.freeze()
                await stack.enter_async_context(warming(opened))
            yield

    app = Api(
        title="Menon",
        version=VERSION,
        lifespan=lifespan,
        middleware=_layers(settings, chosen),
        # Ours says which ids may be kept, and never a body or a field.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    if runtime is not None:
        _attach(app, runtime, chosen)
    install(app, page=error_page)
    app.mount(MOUNT, Static(load_assets()))
    for feature in chosen:
        for routes in (*feature.routes, *feature.pages):
            app.router.routes.extend(routes.router.routes)
    app.router.routes.insert(0, RouteIndex(app.routes))
    return app


def _attach(app: FastAPI, runtime: Runtime, chosen: Sequence[Feature]) -> None:
    app.state.runtime = runtime
    app.state.web = Web(chosen, runtime.clock)


def _layers(settings: Settings, chosen: Sequence[Feature]) -> list[Middleware]:
    """What stands around the routes, outermost first; pure ASGI only."""
    http = settings[HttpSettings]
    authenticator = next((f.authenticator for f in chosen if f.authenticator), None)
    secure, spans = http.public_url.startswith("https:"), settings[TelemetrySettings].requests
    layers = [Middleware(Exchange, https=secure, spans=spans, page=error_page)]
    if http.trusted_proxies:
        layers.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=http.trusted_proxies))
    if http.hosts:
        layers.append(Middleware(Hosts, allowed=tuple(http.hosts)))
    if http.cors_origins:
        layers.append(_cors(http.cors_origins))
    return [
        *layers,
        Middleware(Packing),
        Middleware(Identity, authenticator=authenticator),
        Middleware(Limiter, prices=_prices(chosen), page=error_page),
        Middleware(
            BodyCap,
            json_bytes=http.body_bytes,
            upload_bytes=http.upload_bytes,
            json_depth=http.json_depth,
        ),
    ]


def _prices(chosen: Sequence[Feature]) -> Prices:
    """What requests cost; the assets of our own pages are free."""
    every = (routes for feature in chosen for routes in (*feature.routes, *feature.pages))
    return Prices((price for routes in every for price in routes.prices), free=("/static/",))


def _cors(origins: list[str]) -> Middleware:
    """Pages of these origins may call the API with a token; never with our cookie."""
    return Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[
            *("Authorization", "X-API-Key", "Content-Type", "Idempotency-Key", "Last-Event-ID"),
            *("MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name"),
            *("A2A-Version", "A2A-Extensions"),
        ],
        expose_headers=[
            *("Location", "Link", "RateLimit", "Retry-After", "X-Request-ID"),
            "Mcp-Session-Id",
        ],
        max_age=3600,
    )
