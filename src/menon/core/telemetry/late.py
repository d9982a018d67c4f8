"""Spans of what takes minutes: made when it ends, as having begun when it did.

A span that is open takes 2 KiB, half of it for events that it never gets. What is told of it while
it is open, and what stands below it, needs no more than its ids.
"""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags

from menon.core.telemetry import names

_ids = RandomIdGenerator()
_known: ContextVar[SpanContext | None] = ContextVar("known_span", default=None)


class Ids(RandomIdGenerator):
    """Ids by chance, but for a span that was known before it is made."""

    def generate_span_id(self) -> int:
        """The id of the span that is being made."""
        known = _known.get()
        return super().generate_span_id() if known is None else known.span_id

    def generate_trace_id(self) -> int:
        """The id of its trace, where it is the first span there."""
        known = _known.get()
        return super().generate_trace_id() if known is None else known.trace_id


class Late:
    """`with` it around the work; the kind of an error that leaves the block is told of the span.

    Not its words: they may be somebody's.

    Args:
        tracer: of the span.
        name: what it is called.
        kind: what it is.
        attributes: what is known of it.
        above: spans that begin inside stand below it. Without, it becomes nobody's parent: who
            streams may leave the block in another context.
    """

    __slots__ = (
        *("_above", "_attributes", "_began", "_context", "_kind", "_name", "_parent"),
        *("_token", "_tracer"),
    )

    def __init__(
        self,
        tracer: trace.Tracer,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        *,
        above: bool = False,
    ) -> None:
        self._tracer = tracer
        self._name = name
        self._kind = kind
        self._attributes = dict(attributes)
        self._above = above
        self._parent = otel.get_current()
        before = trace.get_current_span(self._parent).get_span_context()
        self._context = SpanContext(
            trace_id=before.trace_id if before.is_valid else _ids.generate_trace_id(),
            span_id=_ids.generate_span_id(),
            is_remote=False,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
        )
        self._began = time.time_ns()

    @property
    def id(self) -> str:
        """The span's id, 16 hexadecimal digits."""
        return f"{self._context.span_id:016x}"

    def tell(self, attributes: Mapping[str, str | int]) -> None:
        """More is known."""
        self._attributes.update(attributes)

    def __enter__(self) -> Self:
        if self._above:
            span = NonRecordingSpan(self._context)
            self._token = otel.attach(trace.set_span_in_context(span, self._parent))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._above:
            otel.detach(self._token)
        known = _known.set(self._context)
        span = self._tracer.start_span(
            self._name,
            context=self._parent,
            kind=self._kind,
            attributes=self._attributes,
            start_time=self._began,
        )
        _known.reset(known)
        if isinstance(error, Exception):  # who cancels, or leaves a generator, makes no error
            span.set_attribute(names.ERROR, type(error).__name__)
            span.set_status(StatusCode.ERROR)
        span.end()
