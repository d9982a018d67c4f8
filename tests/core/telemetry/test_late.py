"""Spans that are made when what they tell of has ended."""

import asyncio
from typing import Any

import pytest
from opentelemetry import trace
from sqlalchemy.orm import Session

from menon.core.runtime import Runtime
from menon.core.telemetry import genai, names
from menon.core.telemetry.context import current_span_id, current_trace_id, request_context, run_id
from menon.core.telemetry.late import Late
from menon.core.telemetry.models import Span
from menon.core.telemetry.spans import SpanRecorder, find

tracer = trace.get_tracer("test")


async def kept(runtime: Runtime, span_id: str) -> dict[str, Any]:
    def fields(session: Session) -> dict[str, Any]:
        row = find(session, span_id)
        assert row is not None
        return {column.key: getattr(row, column.key) for column in Span.__table__.columns}

    await runtime[SpanRecorder].flush()
    return await runtime.db.read(fields)


async def test_the_id_told_at_the_beginning_is_that_of_the_span(runtime: Runtime) -> None:
    with request_context("request-1"):
        turn, above, of_trace = genai.invocation(), current_span_id(), current_trace_id()
        genai.invoked(turn, agent="a-1", name="Assistant")
        with turn:
            run_id.set("run-1")
            assert (current_span_id(), current_trace_id()) == (turn.id, of_trace)
        assert current_span_id() == above
    row = await kept(runtime, turn.id)
    assert (row["name"], row["trace_id"], row["parent_id"]) == ("invoke_agent", of_trace, above)
    assert row["attributes"][names.AGENT_NAME] == "Assistant"
    assert (row["run_id"], row["status"]) == ("run-1", "unset")


async def test_what_begins_inside_of_a_turn_stands_below_it(runtime: Runtime) -> None:
    with genai.invocation() as turn, tracer.start_as_current_span("inside") as inside:
        inner = f"{inside.get_span_context().span_id:016x}"
    row = await kept(runtime, inner)
    assert row["parent_id"] == turn.id
    whole = await kept(runtime, turn.id)
    assert (whole["parent_id"], whole["trace_id"]) == (None, row["trace_id"])
    assert whole["started_at"] <= row["started_at"] <= row["ended_at"] <= whole["ended_at"]


async def test_a_request_is_nobodys_parent(runtime: Runtime) -> None:
    with genai.invocation() as turn, genai.model_request("openai:small") as request:
        assert current_span_id() == turn.id
        genai.used(request, input_tokens=3, output_tokens=4)
    row = await kept(runtime, request.id)
    assert (row["name"], row["parent_id"]) == ("chat small", turn.id)
    assert row["attributes"][names.OUTPUT_TOKENS] == 4


async def test_who_is_cancelled_makes_no_error(runtime: Runtime) -> None:
    span = genai.invocation()
    with pytest.raises(asyncio.CancelledError), span:
        raise asyncio.CancelledError
    assert (await kept(runtime, span.id))["status"] == "unset"


async def failed(span: Late) -> None:
    with span:
        raise KeyError("x")


async def test_an_error_is_told(runtime: Runtime) -> None:
    span = genai.model_request("openai:small")
    with pytest.raises(KeyError):
        await failed(span)
    row = await kept(runtime, span.id)
    assert (row["status"], row["attributes"][names.ERROR]) == ("error", "KeyError")
