"""Spans to a collector, where one is configured."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from pydantic import SecretStr
from tests.core.telemetry.test_redact import CANARIES

from menon.core.db import Database
from menon.core.runtime import Runtime
from menon.core.settings import SettingsError, load
from menon.core.telemetry import otlp
from menon.core.telemetry.otlp import collector
from menon.core.telemetry.redact import redact
from menon.core.telemetry.settings import TelemetrySettings
from menon.core.telemetry.tracing import listeners, open_spans
from menon.kit.clock import SystemClock

SETTINGS = TelemetrySettings(
    otlp_endpoint="http://127.0.0.1:4318/", otlp_headers=SecretStr("api-key=abc, x-team = menon")
)


class Exporter(SpanExporter):
    """The library's exporter, but for the network."""

    made: "list[Exporter]"

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.spans: list[ReadableSpan] = []
        self.made.append(self)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        pass


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[Exporter]:
    Exporter.made = []
    name = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
    module = ModuleType(name)
    vars(module)["OTLPSpanExporter"] = Exporter
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(otlp, "_MODULE", name)
    return Exporter.made


def test_spans_are_sent_with_secrets_masked(library: list[Exporter]) -> None:
    sender = collector(SETTINGS, redact)
    with listeners().added(sender):
        for text, _ in CANARIES.values():
            with trace.get_tracer("test").start_as_current_span("chat") as span:
                span.set_attribute("note", text)
                span.add_event("said", {"text": text})
    sender.shutdown()
    (exporter,) = library
    assert exporter.options["endpoint"] == "http://127.0.0.1:4318/v1/traces"
    assert exporter.options["headers"] == {"api-key": "abc", "x-team": "menon"}
    assert len(exporter.spans) == len(CANARIES)
    sent = "".join(span.to_json() for span in exporter.spans)
    for _, canary in CANARIES.values():
        assert canary not in sent


def test_without_the_library_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(otlp, "_MODULE", "menon.no_such_library")
    with pytest.raises(SettingsError, match=r"uv pip install 'menon\[otlp\]'"):
        collector(SETTINGS, redact)


async def test_a_process_sends_where_it_is_configured(
    library: list[Exporter], sqlite_only_url: str, tmp_path: Path
) -> None:
    settings = load(
        [TelemetrySettings],
        environ={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"},
        data_dir=tmp_path,
    )
    db = Database(sqlite_only_url)
    async with open_spans(Runtime(settings=settings, db=db, clock=SystemClock())):
        with trace.get_tracer("test").start_as_current_span("chat"):
            pass
    db.close()
    (exporter,) = library
    assert [span.name for span in exporter.spans] == ["chat"]
