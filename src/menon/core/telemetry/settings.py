"""Settings of traces, logs and metrics."""

from typing import ClassVar, Literal

from pydantic import SecretStr

from menon.core.settings import Section, setting


class TelemetrySettings(Section):
    """What is recorded of the work, and where it goes besides the database."""

    name: ClassVar[str] = "telemetry"

    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Least severe log line that is written.", env="LOG_LEVEL"
    )
    log_format: Literal["json", "text"] = setting("json", "`text` is for reading along.")
    log_file: str = setting(
        "", "Log here too, ten files of 50 MB in turn; errors beside it.", env="LOG_FILE"
    )
    requests: bool = setting(
        False,
        "Record a span for every HTTP request, not only where the caller's trace asks for it.",
    )
    content: bool = setting(False, "Record prompts and answers in spans; they may be personal.")
    span_days: int = setting(90, "Days after which a span is forgotten.", ge=1)
    otlp_endpoint: str = setting(
        "", "Send spans to this OTLP collector by HTTP too.", env="OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    otlp_headers: SecretStr = setting(
        SecretStr(""), "`name=value,...` for the collector.", env="OTEL_EXPORTER_OTLP_HEADERS"
    )
