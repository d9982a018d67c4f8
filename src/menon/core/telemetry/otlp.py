"""Spans to a collector by OTLP, where one is configured; the library comes with an extra."""

import importlib
from collections.abc import Sequence
from typing import Any, cast

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from menon.core.settings import SettingsError
from menon.core.telemetry.settings import TelemetrySettings
from menon.core.telemetry.spans import Mask, masked

_MODULE = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


class Masking(SpanExporter):
    """Masks secrets in what another exporter sends."""

    def __init__(self, inner: SpanExporter, mask: Mask) -> None:
        self._inner = inner
        self._mask = mask

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([self._clean(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def _clean(self, span: ReadableSpan) -> ReadableSpan:
        return ReadableSpan(
            name=self._mask(span.name),
            context=span.get_span_context(),
            parent=span.parent,
            resource=span.resource,
            attributes=masked(span.attributes or {}, self._mask),
            events=[
                Event(event.name, masked(event.attributes or {}, self._mask), event.timestamp)
                for event in span.events
            ],
            links=span.links,
            kind=span.kind,
            status=span.status,
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )


def collector(settings: TelemetrySettings, mask: Mask) -> BatchSpanProcessor:
    """What sends spans to the configured collector, from a thread of its own.

    Raises:
        SettingsError: the library is not installed.
    """
    try:
        module = cast("Any", importlib.import_module(_MODULE))
    except ImportError as error:
        raise SettingsError(
            "telemetry.otlp_endpoint is set, but the OTLP library is missing:"
            " run `uv pip install 'menon[otlp]'`, or unset OTEL_EXPORTER_OTLP_ENDPOINT"
        ) from error
    given = settings.otlp_headers.get_secret_value()
    pairs = (pair.partition("=") for pair in given.split(",") if pair.strip())
    exporter = module.OTLPSpanExporter(
        endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces",
        headers={name.strip(): value.strip() for name, _, value in pairs},
    )
    return BatchSpanProcessor(Masking(exporter, mask))
