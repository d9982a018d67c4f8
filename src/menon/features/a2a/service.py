"""A2A calls, let in; the library is loaded for the first of them (2.5 s, 13 MiB)."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import NotConfigured
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.a2a.settings import A2aSettings
from menon.features.agents import service as agents
from menon.features.agents.changes import ASSISTANT
from menon.kit.loading import loaded

if TYPE_CHECKING:
    from menon.features.a2a.tasks import Asker

_SERVER = "menon.features.a2a.server"
_INSTALL = "uv pip install 'menon[a2a]'"

Operation = Literal["send", "stream", "get", "list", "cancel", "subscribe", "card"]


async def show_card(
    runtime: Runtime, who: Principal, request: Request, name: str = ASSISTANT
) -> Response:
    """The card of an agent, of the assistant when none is named.

    Raises:
        NotConfigured: the library is not installed.
        Unauthenticated: cards are not public here, and nobody is signed in.
        NotFound: there is no such agent that they may use.
    """
    await _loaded()
    from menon.features.a2a.server import shown

    public = who.kind == "anonymous" and runtime.settings[A2aSettings].public_cards
    if not public:
        authorize(who, Action.READ)
    agent = await agents.get(runtime, who, name)
    return shown(agent, base_url(runtime, request), extended=not public)


async def by_jsonrpc(runtime: Runtime, who: Principal, request: Request, name: str) -> Response:
    """Answer a JSON-RPC request."""
    asker = await _asker(runtime, who, request, name)
    from menon.features.a2a.server import jsonrpc

    return await jsonrpc(asker, request)


async def by_rest(
    runtime: Runtime, who: Principal, request: Request, name: str, operation: Operation
) -> Response:
    """Answer a request of the HTTP+JSON binding."""
    asker = await _asker(runtime, who, request, name)
    from menon.features.a2a.server import rest

    return await rest(asker, request, operation)


def base_url(runtime: Runtime, request: Request) -> str:
    """Where callers reach this server."""
    public = runtime.settings[HttpSettings].public_url
    return (public or str(request.base_url)).rstrip("/")


async def _asker(runtime: Runtime, who: Principal, request: Request, name: str) -> "Asker":
    await _loaded()
    from menon.features.a2a.tasks import Asker

    agent = await agents.get(runtime, who, name)
    return Asker(runtime=runtime, who=who, agent=agent, base_url=base_url(runtime, request))


async def _loaded() -> None:
    if find_spec("a2a") is None:
        raise NotConfigured(f"A2A needs a library; run `{_INSTALL}` and start the server again.")
    await loaded(_SERVER)
