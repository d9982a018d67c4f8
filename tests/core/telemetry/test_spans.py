"""A span id resolves in our own database."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode
from sqlalchemy.orm import Session
from tests.core.telemetry.test_redact import CANARIES

from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.core.telemetry import names, spans
from menon.core.telemetry.context import request_context, run_id, user_id
from menon.core.telemetry.models import Span
from menon.core.telemetry.spans import SpanRecorder, find, forget_spans, of_trace
from menon.kit.clock import FixedClock

tracer = trace.get_tracer("test")


def fields(session: Session, span_id: str) -> dict[str, Any]:
    row = find(session, span_id)
    assert row is not None, span_id
    return {column.key: getattr(row, column.key) for column in Span.__table__.columns}


def id_of(span: trace.Span) -> str:
    return f"{span.get_span_context().span_id:016x}"


async def kept(runtime: Runtime, span: trace.Span) -> dict[str, Any]:
    await runtime[SpanRecorder].flush()
    return await runtime.db.read(fields, id_of(span))


async def test_a_span_is_found_by_its_id_with_its_work(runtime: Runtime) -> None:
    with request_context("request-1"):
        user_id.set("ada")
        run_id.set("run-1")
        with (
            tracer.start_as_current_span("invoke_agent assistant") as outer,
            tracer.start_as_current_span("chat", attributes={names.INPUT_TOKENS: 12}) as inner,
        ):
            inner.add_event("first token")
    row = await kept(runtime, inner)
    assert row["name"] == "chat"
    assert row["parent_id"] == id_of(outer)
    assert row["attributes"][names.INPUT_TOKENS] == 12
    assert row["attributes"][names.REQUEST] == "request-1"
    assert (row["run_id"], row["user_id"]) == ("run-1", "ada")
    assert [event["name"] for event in row["events"]] == ["first token"]
    assert row["started_at"] <= row["ended_at"]

    def names_of(session: Session) -> list[str]:
        return [span.name for span in of_trace(session, row["trace_id"])]

    assert await runtime.db.read(names_of) == ["invoke_agent assistant", "chat"]


async def test_a_failed_span_says_why(runtime: Runtime) -> None:
    with pytest.raises(ValueError, match="nonsense"), tracer.start_as_current_span("chat") as span:
        raise ValueError("nonsense")
    row = await kept(runtime, span)
    assert row["status"] == "error"
    assert "nonsense" in row["detail"]
    assert row["events"][0]["attributes"]["exception.type"] == "ValueError"


async def test_no_canary_is_kept(runtime: Runtime) -> None:
    for text, canary in CANARIES.values():
        with tracer.start_as_current_span(f"chat {text}") as span:
            span.set_attribute("note", text)
            span.set_attribute("api_key", canary)
            span.set_attribute("notes", [text, text])
            span.add_event("said", {"text": text})
            span.set_status(StatusCode.ERROR, text)
        assert canary not in repr(await kept(runtime, span))


async def test_spans_are_written_without_being_asked(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "EVERY_S", 0.0)
    recorder = SpanRecorder(runtime.db, str)
    with tracer.start_as_current_span("chat") as span:
        pass
    recorder.on_end(span)  # pyright: ignore[reportArgumentType] - the SDK's span can be read
    writing = asyncio.create_task(recorder.run())
    while True:
        try:
            await runtime.db.read(fields, id_of(span))
            break
        except AssertionError:
            await asyncio.sleep(0.01)
    writing.cancel()


async def test_what_the_database_refuses_waits(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseError

    recorder = runtime[SpanRecorder]
    with tracer.start_as_current_span("chat") as span:
        pass
    with monkeypatch.context() as patched:
        patched.setattr(runtime.db, "write_bulk", refuse)
        await recorder.flush()
    assert (await kept(runtime, span))["name"] == "chat"


async def test_two_recorders_of_one_database_do_not_collide(runtime: Runtime) -> None:
    other = SpanRecorder(runtime.db, str)
    with tracer.start_as_current_span("chat") as span:
        pass
    other.on_end(span)  # pyright: ignore[reportArgumentType] - the SDK's span can be read
    await other.flush()
    assert (await kept(runtime, span))["name"] == "chat"


def test_memory_is_bounded(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "BOUND", 3)
    recorder = SpanRecorder(runtime.db, str)
    with tracer.start_as_current_span("chat") as span:
        pass
    for _ in range(5):
        recorder.on_end(span)  # pyright: ignore[reportArgumentType] - the SDK's span can be read
    assert recorder.dropped == 2


async def test_old_spans_are_forgotten(runtime: Runtime, clock: FixedClock) -> None:
    with tracer.start_as_current_span("chat") as span:
        pass
    ended = (await kept(runtime, span))["ended_at"]
    assert await runtime.db.write(forget_spans, ended + timedelta(days=3), 10, days=4) == 0
    assert await runtime.db.write(forget_spans, ended + timedelta(days=5), 10, days=4) == 1
