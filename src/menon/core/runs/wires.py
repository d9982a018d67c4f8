"""How run events look on each wire; every wire projects the same log."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import msgspec

from menon.core.http.streamed import Last, Streamed
from menon.core.runs.events import ENDS, Envelope

STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
NDJSON = "application/x-ndjson"
SSE = "text/event-stream"

_encoder = msgspec.json.Encoder()


class Line(msgspec.Struct, frozen=True):
    """The envelope with its public id."""

    id: str
    v: int
    run: str
    epoch: int
    seq: int
    at: Any
    type: str
    data: Any
    span: Any = msgspec.UNSET
    node: Any = msgspec.UNSET
    item: Any = msgspec.UNSET
    parent: Any = msgspec.UNSET


def encoded(event: Envelope) -> bytes:
    """The envelope as JSON."""
    unset = msgspec.UNSET
    return _encoder.encode(
        Line(
            event.id,
            event.v,
            event.run,
            event.epoch,
            event.seq,
            event.at,
            event.type,
            event.data,
            event.span or unset,
            event.node or unset,
            event.item or unset,
            event.parent or unset,
        )
    )


def ndjson(event: Envelope) -> bytes:
    """One line of JSON."""
    return encoded(event) + b"\n"


def sse(event: Envelope) -> bytes:
    """One server-sent event; `id` is what `Last-Event-ID` brings back."""
    head = f"id: {event.id}\nevent: {event.type}\ndata: ".encode()
    return head + encoded(event) + b"\n\n"


async def pieces(
    batches: AsyncGenerator[list[Envelope]], project: Callable[[Envelope], bytes]
) -> AsyncIterator[bytes]:
    """Each batch as one piece, so that a burst of events costs one `send`."""
    async with aclosing(batches):
        async for batch in batches:
            if piece := b"".join(map(project, batch)):
                yield Last(piece) if batch[-1].type in ENDS else piece


def streamed(
    body: AsyncIterator[bytes],
    media_type: str,
    headers: dict[str, str] | None = None,
    leave: Callable[[], object] | None = None,
) -> Streamed:
    """A streaming answer that no proxy holds back.

    Args:
        body: the pieces.
        media_type: what they are.
        headers: more of them.
        leave: called when the reader goes before the end.
    """
    every = {**STREAM_HEADERS, **(headers or {})}
    return Streamed(body, media_type=media_type, headers=every, leave=leave)


async def kept_alive(body: AsyncIterator[bytes], every: float = 15.0) -> AsyncIterator[bytes]:
    """The same pieces, with an SSE comment where nothing came for `every` seconds."""
    waiting = asyncio.ensure_future(anext(body, None))
    try:
        while True:
            done, _ = await asyncio.wait([waiting], timeout=every)
            if not done:
                yield b": keep-alive\n\n"
                continue
            piece = waiting.result()
            if piece is None:
                return
            yield piece
            waiting = asyncio.ensure_future(anext(body, None))
    finally:
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        if isinstance(body, AsyncGenerator):
            await body.aclose()
