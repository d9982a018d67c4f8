"""Structured logs: one JSON object a line with the ids of the work at hand, secrets masked.

Both `structlog.get_logger` and `logging.getLogger` end here; a process configures it once, when it
starts to serve or to work. One formatter makes the lines in 20 us; structlog's own chain takes 85,
as much as a whole request.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
import structlog

from menon.core.settings import Settings
from menon.core.telemetry.context import (
    current_span_id,
    current_trace_id,
    request_id,
    run_id,
    user_id,
)
from menon.core.telemetry.redact import Redactor, known_secrets
from menon.core.telemetry.settings import TelemetrySettings

_MEGABYTE: Final = 1_048_576
_QUIET: Final = ("httpcore2", "httpx2", "asyncio", "uvicorn.access", "alembic")
"""Libraries whose small talk is left out below warnings."""

_KNOWN: Final = (
    ("request_id", request_id.get),
    ("trace_id", current_trace_id),
    ("span_id", current_span_id),
    ("user_id", user_id.get),
    ("run_id", run_id.get),
)
_STANDARD: Final = frozenset(
    {
        *vars(logging.makeLogRecord({})),
        *("message", "asctime", "taskName", "color_message"),
    }
)
_encoder: Final = msgspec.json.Encoder(enc_hook=repr)


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log line of this process to the stream, and to the file that is configured."""
    own = settings[TelemetrySettings]
    render = as_json if own.log_format == "json" else as_text
    formatter = RedactingFormatter(render, Redactor(known_secrets(settings)))
    handlers: list[logging.Handler] = [logging.StreamHandler(stream or sys.stderr)]
    if own.log_file:
        handlers += _files(Path(own.log_file))
    for handler in handlers:
        handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = handlers
    root.setLevel(own.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.render_to_log_kwargs,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class RedactingFormatter(logging.Formatter):
    """Gathers what a line says, renders it and masks what no log may hold."""

    def __init__(self, render: Callable[[dict[str, Any]], str], redactor: Redactor) -> None:
        super().__init__()
        self._render = render
        self._redact = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._render(dict(self._fields(record))))

    def _fields(self, record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
        yield "timestamp", datetime.fromtimestamp(record.created, UTC).isoformat()
        yield "level", record.levelname.lower()
        yield "logger", record.name
        yield "message", record.getMessage()
        yield from ((name, value) for name, known in _KNOWN if (value := known()))
        yield from ((name, v) for name, v in vars(record).items() if name not in _STANDARD)
        yield from (("module", record.module), ("function", record.funcName))
        yield "line", record.lineno
        if record.exc_info:
            yield "exception", self.formatException(record.exc_info)


def as_json(fields: dict[str, Any]) -> str:
    """For machines."""
    return _encoder.encode(fields).decode()


def as_text(fields: dict[str, Any]) -> str:
    """For reading along."""
    exception = fields.pop("exception", None)
    first = [fields.pop(name) for name in ("timestamp", "level", "logger", "message")]
    line = "{} {:7} {}: {}".format(*first)
    rest = " ".join(f"{name}={value}" for name, value in fields.items())
    return "\n".join(filter(None, (f"{line} [{rest}]", exception)))


def _files(file: Path) -> list[logging.Handler]:
    file.parent.mkdir(parents=True, exist_ok=True)
    everything = RotatingFileHandler(file, maxBytes=50 * _MEGABYTE, backupCount=10, delay=True)
    errors = RotatingFileHandler(
        file.with_name(f"errors-{file.name}"), maxBytes=10 * _MEGABYTE, backupCount=5, delay=True
    )
    errors.setLevel(logging.ERROR)
    return [everything, errors]
