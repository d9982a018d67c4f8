"""An answer that another ASGI application gives, behind our checks of who may ask."""

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Handed(Response):
    """Hands the connection on, with the body that was read already.

    It is a stream to whoever keeps replies: what is said is not known before it is sent.

    Args:
        app: gives the answer.
        body: what the request brought.
    """

    def __init__(self, app: ASGIApp, body: bytes) -> None:
        # Not the parent's: a body of its own would be kept as the reply to the request.
        self.status_code, self.background = 200, None
        self.init_headers()
        self._app = app
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = [self._body]

        async def again() -> Message:
            if left:
                return {"type": "http.request", "body": left.pop(), "more_body": False}
            return await receive()

        await self._app(scope, again, send)


async def handed(request: Request, app: ASGIApp) -> Handed:
    """The answer of `app` to this request."""
    return Handed(app, await request.body())
