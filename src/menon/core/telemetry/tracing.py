"""Tracing of this process: one provider, whose spans go to whoever listens at the time.

Anybody takes a tracer from `opentelemetry.trace.get_tracer`. OpenTelemetry lets a process set its
provider once, while runtimes open and close (in tests), so listeners come and go behind it.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from functools import cache

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

from menon.core.runtime import Runtime
from menon.core.telemetry import names
from menon.core.telemetry.context import request_id, run_id, user_id
from menon.core.telemetry.late import Ids
from menon.core.telemetry.otlp import collector
from menon.core.telemetry.redact import Redactor, known_secrets
from menon.core.telemetry.settings import TelemetrySettings
from menon.core.telemetry.spans import SpanRecorder
from menon.version import VERSION

_ABOUT = ((names.REQUEST, request_id), (names.RUN, run_id), (names.USER, user_id))


class Listeners(SpanProcessor):
    """Tells each span what is known of the work at hand, and hands it on when it has ended."""

    def __init__(self) -> None:
        self._all: tuple[SpanProcessor, ...] = ()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Name the request, run and user that the span belongs to."""
        del parent_context
        for name, known in _ABOUT:
            if value := known.get():
                span.set_attribute(name, value)

    def on_end(self, span: ReadableSpan) -> None:
        for listener in self._all:
            listener.on_end(span)

    @contextlib.contextmanager
    def added(self, listener: SpanProcessor) -> Generator[None]:
        """Let it listen as long as the block lasts."""
        self._all = (*self._all, listener)
        try:
            yield
        finally:
            self._all = tuple(other for other in self._all if other is not listener)


@cache
def listeners() -> Listeners:
    """The listeners of this process; the first call sets the process's provider."""
    found = Listeners()
    provider = TracerProvider(
        resource=Resource.create({"service.name": "menon", "service.version": VERSION}),
        id_generator=Ids(),
    )
    provider.add_span_processor(found)
    trace.set_tracer_provider(provider)
    return found


@contextlib.asynccontextmanager
async def open_spans(runtime: Runtime) -> AsyncGenerator[SpanRecorder]:
    """Record the spans of this process in its database, and send them where it is configured."""
    settings = runtime.settings[TelemetrySettings]
    mask = Redactor(known_secrets(runtime.settings))
    recorder = SpanRecorder(runtime.db, mask)
    with contextlib.ExitStack() as stack:
        if settings.otlp_endpoint:
            sender = collector(settings, mask)
            stack.callback(sender.shutdown)
            stack.enter_context(listeners().added(sender))
        stack.enter_context(listeners().added(recorder))
        writing = asyncio.create_task(recorder.run())
        try:
            yield recorder
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await recorder.flush()
