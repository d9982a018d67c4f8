"""Logs are JSON lines with the ids of the work, and hold no secret."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.core.telemetry.test_redact import CANARIES

from menon.core.settings import load
from menon.core.telemetry.context import current_trace_id, request_context, run_id, user_id
from menon.core.telemetry.logs import configure_logging
from menon.core.telemetry.settings import TelemetrySettings

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def telemetry() -> dict[str, Any]:
    return {}


@pytest.fixture
def lines(written: io.StringIO, telemetry: dict[str, Any], tmp_path: Path) -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    settings = load(
        [TelemetrySettings],
        environ={},
        data_dir=tmp_path,
        database_url="postgresql://menon:plain-db-password@db/menon",
        secret_key="a secret without any shape 0123456789",
        telemetry=telemetry,
    )
    configure_logging(settings, stream=written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def log_by_stdlib(text: str, **fields: Any) -> None:
    logging.getLogger("menon.test").warning("said %s", text, extra=fields)


def log_by_structlog(text: str, **fields: Any) -> None:
    structlog.get_logger("menon.test").warning("said %s", text, **fields)


def log_as_exception(text: str, **fields: Any) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("menon.test").exception("failed", extra=fields)


both = pytest.mark.parametrize("log", [log_by_stdlib, log_by_structlog])


@both
def test_a_line_is_an_object_with_the_ids_of_the_work(
    lines: Lines, log: Callable[..., None]
) -> None:
    with request_context("request-1"):
        user_id.set("ada")
        run_id.set("run-1")
        trace = current_trace_id()
        log("hello", page=3)
    (line,) = lines()
    assert list(line)[:4] == ["timestamp", "level", "logger", "message"]
    assert line["message"] == "said hello"
    assert (line["level"], line["logger"], line["page"]) == ("warning", "menon.test", 3)
    assert (line["request_id"], line["user_id"], line["run_id"]) == ("request-1", "ada", "run-1")
    assert line["trace_id"] == trace
    assert (line["module"], line["function"]) == ("test_logs", log.__name__)
    assert line["timestamp"].endswith("+00:00")


@pytest.mark.parametrize("log", [log_by_stdlib, log_by_structlog, log_as_exception])
@pytest.mark.parametrize(("text", "canary"), CANARIES.values(), ids=CANARIES)
def test_no_canary_is_written(
    lines: Lines, written: io.StringIO, log: Callable[..., None], text: str, canary: str
) -> None:
    log(text, body=text, headers={"authorization": canary}, api_key=canary)
    assert canary not in written.getvalue()
    assert lines()


@pytest.mark.parametrize("secret", ["plain-db-password", "a secret without any shape 0123456789"])
def test_what_the_configuration_hides_is_hidden_in_any_text(
    lines: Lines, written: io.StringIO, secret: str
) -> None:
    log_by_stdlib(f"the server said {secret} is wrong")
    assert secret not in written.getvalue()
    assert lines()


def test_an_exception_stands_in_its_line_as_a_whole(lines: Lines) -> None:
    log_as_exception("nonsense")
    (line,) = lines()
    assert "Traceback" in line["exception"]
    assert "ValueError: nonsense" in line["exception"]


def test_lines_below_the_level_are_not_written(lines: Lines) -> None:
    logging.getLogger("menon.test").debug("quiet")
    structlog.get_logger("menon.test").debug("quiet")
    assert lines() == []


class TestText:
    @pytest.fixture
    def telemetry(self) -> dict[str, Any]:
        return {"log_format": "text", "log_level": "debug"}

    @both
    def test_people_read_plain_lines(
        self, lines: Lines, written: io.StringIO, log: Callable[..., None]
    ) -> None:
        log("hello", page=3)
        assert "said hello" in written.getvalue()
        assert "page=3" in written.getvalue()


class TestFile:
    @pytest.fixture
    def telemetry(self, tmp_path: Path) -> dict[str, Any]:
        return {"log_file": str(tmp_path / "logs" / "application.log")}

    def test_lines_go_to_the_file_too_and_errors_beside_it(
        self, lines: Lines, tmp_path: Path
    ) -> None:
        log_by_stdlib("hello")
        log_as_exception("nonsense")
        everything = (tmp_path / "logs" / "application.log").read_text().splitlines()
        errors = (tmp_path / "logs" / "errors-application.log").read_text().splitlines()
        assert [json.loads(line)["message"] for line in everything] == ["said hello", "failed"]
        assert [json.loads(line)["message"] for line in errors] == ["failed"]
        assert len(lines()) == 2
