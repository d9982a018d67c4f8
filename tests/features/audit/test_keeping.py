"""Log lines of runs: caught, masked, bounded, stored, forgotten."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.runtime import Runtime
from menon.core.telemetry.context import run_id as current_run
from menon.core.telemetry.redact import Redactor
from menon.features.audit.keeping import LineHandler, LogKeeper, forget_lines
from menon.features.audit.models import LogLine
from menon.kit.clock import FixedClock, SystemClock
from menon.kit.ids import new_id

KNOWN = "a-secret-that-this-process-knows"


@pytest.fixture
def handler() -> LineHandler:
    return LineHandler(Redactor([KNOWN]), level=logging.INFO, lines=5)


@pytest.fixture
def log(handler: LineHandler) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.keeping")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_only_lines_of_runs_are_caught(handler: LineHandler, log: logging.Logger):
    run = new_id()
    log.info("of nothing")
    log.info("of something else", extra={"run_id": "x"})
    log.info("named", extra={"run_id": run})
    token = current_run.set(run)
    log.warning("at work")
    log.debug("too fine")
    current_run.reset(token)
    assert [(row["message"], row["severity"]) for row in handler.waiting] == [
        ("named", 20),
        ("at work", 30),
    ]
    assert {row["run_id"] for row in handler.waiting} == {run}


def test_secrets_are_masked_in_messages_fields_and_exceptions(
    handler: LineHandler, log: logging.Logger
):
    run = new_id()
    try:
        raise ValueError(f"refused {KNOWN}")
    except ValueError:
        given: dict[str, Any] = {"run_id": run, "api_key": "tell-nobody", "n": {"password": "p4ss"}}
        log.exception("with %s and Bearer abcdefgh12345678", KNOWN, extra=given)
    [row] = handler.waiting
    for secret in (KNOWN, "tell-nobody", "p4ss", "abcdefgh"):
        assert secret not in str(row)
    assert row["fields"]["exception"].startswith("ValueError")


def test_a_run_that_says_too_much_is_cut_and_others_are_not(
    handler: LineHandler, log: logging.Logger
):
    much, little = new_id(), new_id()
    for n in range(20):
        log.info("line %s", n, extra={"run_id": much})
    log.info("hello", extra={"run_id": little})
    messages = [row["message"] for row in handler.waiting]
    assert messages[:4] == [f"line {n}" for n in range(4)]
    assert "more than is kept" in messages[4]
    assert messages[5:] == ["hello"]
    assert handler.left_out == 15


def test_memory_is_bounded(log: logging.Logger, handler: LineHandler):
    for _ in range(3000):
        log.info("one", extra={"run_id": new_id()})
    assert (len(handler.waiting), handler.left_out) == (2000, 1000)


def test_a_line_that_cannot_be_shown_harms_nobody(
    log: logging.Logger, handler: LineHandler, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log.info("%d", "x", extra={"run_id": new_id()})
    log.info("fine", extra={"run_id": new_id()})
    assert [row["message"] for row in handler.waiting] == ["fine"]


def _stored(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    rows = session.scalars(select(LogLine).order_by(LogLine.id))
    return [(row.run_id, row.message, row.fields) for row in rows]


async def test_what_is_logged_is_stored_and_forgotten_in_time(runtime: Runtime, clock: FixedClock):
    run = new_id()
    logging.getLogger("tests").warning("kept\x00", extra={"run_id": run, "step": "a"})
    await runtime[LogKeeper].flush()
    assert await runtime.db.read(_stored) == [(run, "kept", {"step": "a"})]
    now = SystemClock().now()
    assert await runtime.db.write(forget_lines, now + timedelta(days=29), 10, days=30) == 0
    assert await runtime.db.write(forget_lines, now + timedelta(days=31), 10, days=30) == 1
    assert await runtime.db.read(_stored) == []


async def test_odd_text_is_stored_and_many_flushes_at_once_store_it_once(runtime: Runtime):
    odd = "\ud800 \x00 \x1b[31m \U0001f600"
    extra = {"run_id": new_id(), "odd \ud800": odd}
    record = logging.getLogger("tests").makeRecord(
        "tests", logging.WARNING, __file__, 1, odd, (), None, extra=extra
    )
    # Straight to the keeper: a report with such text in it cannot be sent between processes.
    [keeper] = [one for one in logging.getLogger().handlers if isinstance(one, LineHandler)]
    keeper.handle(record)
    await asyncio.gather(*(runtime[LogKeeper].flush() for _ in range(10)))
    [(_, message, fields)] = await runtime.db.read(_stored)
    assert "\U0001f600" in message
    assert len(fields) == 1


class TestSwitchedOff:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"logs": {"keep": False}}

    async def test_nothing_is_kept(self, runtime: Runtime):
        logging.getLogger("tests").warning("gone", extra={"run_id": new_id()})
        await runtime[LogKeeper].flush()
        assert await runtime.db.read(_stored) == []
