"""Answers that go on for minutes, and how little of the server they hold meanwhile.

A route says how its stream begins and returns; the outermost layer speaks the rest of it:

    Exchange > ... > route → Streamed: the start of the answer, and what is left to say
    Exchange → `Later.speak`: the pieces, straight to the socket; `release`: what the route held

Thirty calls stand between the socket and a route. Kept open beneath a stream, they and what they
hold took 25 KiB of it, and each piece passed through six of them.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping
from functools import partial

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

LATER = "menon.later"
"""Scope key: the `Later` of a request or socket."""
Speak = Callable[[Receive, Send], Awaitable[None]]


class Last(bytes):
    """A piece after which nothing follows: it goes out in one write with the end."""


class Later:
    """What is left to do for a request when the layers inside have returned."""

    __slots__ = ("_held", "speak")

    def __init__(self) -> None:
        self.speak: Speak | None = None
        """The rest of the answer."""
        self._held: list[Callable[[], object]] = []

    def hold(self, release: Callable[[], object]) -> None:
        """Call `release` when the answer, or the socket, has ended, however it did."""
        self._held.append(release)

    def release(self) -> None:
        """Let go of what is held."""
        with contextlib.ExitStack() as every:  # one that fails keeps none of the others
            for each in self._held:
                every.callback(each)
            self._held.clear()


class Streamed(Response):
    """A stream that ends with its client, whose leaving one task waits for.

    It runs no background tasks: what is to follow the last piece belongs into the pieces.

    Args:
        pieces: what is said, a message each.
        media_type: what it is.
        headers: of the answer.
        leave: called when the client goes, or the server stops, before the end.
    """

    def __init__(
        self,
        pieces: AsyncIterable[bytes],
        *,
        media_type: str,
        headers: Mapping[str, str],
        leave: Callable[[], object] | None = None,
    ) -> None:
        # Not the parent's: it would say that the answer is empty, and so long.
        self.status_code, self.media_type, self.background = 200, media_type, None
        self.init_headers(headers)
        self._pieces = pieces
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin the answer; the outermost layer does the rest."""
        del receive
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        later: Later = scope[LATER]
        later.speak = partial(_speak, self._pieces, self._leave)


async def _speak(
    pieces: AsyncIterable[bytes],
    leave: Callable[[], object] | None,
    receive: Receive,
    send: Send,
) -> None:
    # The task group in which Starlette does this takes .2 ms of each stream.
    task, gone = asyncio.current_task(), False

    async def listen() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = task is not None and task.cancel()

    listening = asyncio.create_task(listen())
    try:
        async for piece in pieces:
            if isinstance(piece, Last):
                break
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        else:
            piece = b""
        leave = None
        await send({"type": "http.response.body", "body": piece})
    except asyncio.CancelledError:
        if not gone or (task is not None and task.uncancel()):
            raise
    finally:
        listening.cancel()
        if leave is not None:
            leave()
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()
