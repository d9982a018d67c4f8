"""Responses as server-sent events, and what they have put out. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from menon.core.runs.events import Envelope
from menon.features.openai.response_wire import Projection

_encode = msgspec.json.Encoder().encode
DONE = b"data: [DONE]\n\n"


def frames(told: Iterable[Mapping[str, Any]], *, after: int = -1) -> bytes:
    """The frames of what is told after a `sequence_number`."""
    return b"".join(
        b"event: " + event["type"].encode() + b"\ndata: " + _encode(event) + b"\n\n"
        for event in told
        if event["sequence_number"] > after
    )


def settled(projection: Projection, events: Iterable[Envelope]) -> Projection:
    """The projection after these events, and after the pause where they end in one."""
    for event in events:
        projection.feed(event)
    projection.pause()
    return projection
