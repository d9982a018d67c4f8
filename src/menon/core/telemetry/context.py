"""What is known of the work at hand, for logs, spans and error answers."""

import os
import re
from contextvars import ContextVar
from typing import Self

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

request_id: ContextVar[str] = ContextVar("request_id", default="")
user_id: ContextVar[str] = ContextVar("user_id", default="")
run_id: ContextVar[str] = ContextVar("run_id", default="")

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_KEPT = TraceFlags(TraceFlags.SAMPLED)
"""Spans below are always kept here, whatever the caller decided for itself."""


def current_trace_id() -> str:
    """The id that finds this work in logs and spans."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else request_id.get()


def current_span_id() -> str:
    """The id of the span at hand, or nothing outside of any trace."""
    context = trace.get_current_span().get_span_context()
    return f"{context.span_id:016x}" if context.is_valid else ""


def remote_parent(traceparent: str) -> SpanContext | None:
    """The span that a caller names in a W3C `traceparent` header, or None when it is malformed."""
    match = _TRACEPARENT.fullmatch(traceparent.strip())
    if match is None or match[1] == "ff" or (match[1] == "00" and match[5]):
        return None
    flags = TraceFlags(int(match[4], 16) & TraceFlags.SAMPLED)
    parent = SpanContext(int(match[2], 16), int(match[3], 16), is_remote=True, trace_flags=flags)
    return parent if parent.is_valid else None


class request_context:  # noqa: N801 - stands in a `with`, like those of contextlib
    """Names a request and its trace; spans that begin inside belong to that trace.

    A class, since a generator costs twice as much, and every request enters one.

    Args:
        given: the id that the caller gave the request; without one it is that of the trace.
        parent: the caller's span.
    """

    __slots__ = ("_above", "_tokens", "id")

    def __init__(self, given: str = "", parent: SpanContext | None = None) -> None:
        random = os.urandom(24)
        trace_id = int.from_bytes(random[:16]) or 1
        span_id = int.from_bytes(random[16:]) or 1
        self.id = given or f"{trace_id:032x}"
        """What the request is called."""
        self._above = SpanContext(
            trace_id=parent.trace_id if parent else trace_id,
            span_id=parent.span_id if parent else span_id,
            is_remote=parent is not None,
            trace_flags=_KEPT,
        )

    def __enter__(self) -> Self:
        attached = otel.attach(trace.set_span_in_context(NonRecordingSpan(self._above)))
        self._tokens = (request_id.set(self.id), user_id.set(""), run_id.set(""), attached)
        return self

    def __exit__(self, *_: object) -> None:
        named, nobody, no_run, attached = self._tokens
        run_id.reset(no_run)
        user_id.reset(nobody)
        request_id.reset(named)
        otel.detach(attached)
