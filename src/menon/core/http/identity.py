"""Puts the principal on each connection; everything further in asks the scope, not the headers."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from menon.core.auth import ANONYMOUS, Principal
from menon.core.runtime import Runtime
from menon.core.telemetry.context import user_id

PRINCIPAL: Final = "principal"
_IDENTIFY: Final = "menon.identify"


class Identity:
    """Pure ASGI: resolves the credential of each request and WebSocket.

    Args:
        app: the application further in.
        authenticator: `Feature.authenticator` of the feature that knows credentials; without one
            everybody is anonymous.
    """

    def __init__(
        self,
        app: ASGIApp,
        authenticator: Callable[[Runtime, AsgiScope], Awaitable[Principal]] | None,
    ) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope[_IDENTIFY] = self._identify
        scope[PRINCIPAL] = who = await self._identify(scope)
        if who.user_id:
            user_id.set(who.user_id)
        await self._app(scope, receive, send)

    async def _identify(self, scope: AsgiScope) -> Principal:
        if self._authenticator is None:
            return ANONYMOUS
        return await self._authenticator(scope["app"].state.runtime, scope)


async def still_signed_in(scope: AsgiScope) -> bool:
    """Whether the credential of a long connection still stands for the same principal.

    A WebSocket asks this every 5 s and closes with 1008 when it does not.
    """
    identify: Callable[[AsgiScope], Awaitable[Principal]] = scope[_IDENTIFY]
    return await identify(dict(scope)) == scope[PRINCIPAL]
