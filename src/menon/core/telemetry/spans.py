"""Spans in the database: written in batches off the hot path, and found again by their ids."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.db.insert import insert_all_new
from menon.core.errors import DatabaseError
from menon.core.telemetry import names
from menon.core.telemetry.models import Span

EVERY_S = 1.0
BATCH = 200
"""Spans in one unit of work: below 20 ms."""
BOUND = 20_000
"""Spans that may wait; beyond that the oldest are dropped, never the memory grown."""

_log = logging.getLogger(__name__)
_encode = json.JSONEncoder(default=str).encode
Mask = Callable[[str], str]


class SpanRecorder(SpanProcessor):
    """Keeps spans that ended until the next batch is written.

    Args:
        db: where they go.
        mask: masks secrets in a text.
    """

    def __init__(self, db: Database, mask: Mask) -> None:
        self._db = db
        self._mask = mask
        self._waiting: deque[ReadableSpan] = deque(maxlen=BOUND)
        self.dropped = 0

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, from any thread."""
        if len(self._waiting) == BOUND:
            self.dropped += 1
        self._waiting.append(span)

    async def run(self) -> None:
        """Write what waits, again and again."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.flush()

    async def flush(self) -> None:
        """Write what waits; what the database cannot take now waits on."""
        while self._waiting:
            taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            rows = [as_row(span, self._mask) for span in taken]
            try:
                await self._db.write_bulk(insert_all_new, Span, rows)
            except DatabaseError:
                _log.warning("spans wait, since the database does not take them")
                self._waiting.extendleft(reversed(taken))
                return


def as_row(span: ReadableSpan, mask: Mask) -> dict[str, Any]:
    """A span as a row of the table, secrets masked."""
    context = span.get_span_context()
    attributes = masked(span.attributes or {}, mask)
    return {
        "span_id": f"{context.span_id:016x}" if context else "",
        "trace_id": f"{context.trace_id:032x}" if context else "",
        "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
        "name": mask(span.name)[:200],
        "started_at": _time(span.start_time),
        "ended_at": _time(span.end_time),
        "status": span.status.status_code.name.lower(),
        "detail": mask(span.status.description or "")[:2000],
        "attributes": attributes,
        "events": [_event(event, mask) for event in span.events],
        "run_id": attributes.get(names.RUN),
        "user_id": attributes.get(names.USER),
    }


def masked(attributes: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    """Attributes with secrets masked, in their names' light: a field `password` hides its value.

    Numbers are none: names such as `gen_ai.usage.input_tokens` would send every span through the
    patterns, which was a tenth of what a stream costs.
    """
    numbers = {k: v for k, v in attributes.items() if isinstance(v, int | float)}
    texts = {k: v for k, v in attributes.items() if k not in numbers}
    if not texts:
        return numbers
    said = _encode(texts)
    hidden = mask(said)
    # What hides nothing needs not be read back; a few kinds of values only do as JSON.
    if hidden == said and all(isinstance(v, str) for v in texts.values()):
        return texts | numbers
    return json.loads(hidden) | numbers


def find(session: Session, span_id: str) -> Span | None:
    """The span of this id."""
    return session.get(Span, span_id)


def of_trace(session: Session, trace_id: str, limit: int = 1000) -> Sequence[Span]:
    """The spans of a trace in the order in which they began."""
    found = select(Span).where(Span.trace_id == trace_id).order_by(Span.started_at).limit(limit)
    return session.scalars(found).all()


def forget_spans(session: Session, now: datetime, limit: int, *, days: int) -> int:
    """Delete up to `limit` spans that ended so many days ago."""
    old = select(Span.span_id).where(Span.ended_at < now - timedelta(days=days)).limit(limit)
    ids = list(session.scalars(old))
    session.execute(delete(Span).where(Span.span_id.in_(ids)))
    return len(ids)


def _event(event: Event, mask: Mask) -> dict[str, Any]:
    return {
        "name": event.name,
        "at": _time(event.timestamp).isoformat(),
        "attributes": masked(event.attributes or {}, mask),
    }


def _time(nanos: int | None) -> datetime:
    return datetime.fromtimestamp((nanos or 0) / 1e9, UTC)
