"""What an agent does leaves spans by the GenAI conventions, and nobody's words in them."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from tests.fixtures.llm import Ask

from menon.core.telemetry import names
from menon.core.telemetry.tracing import listeners
from menon.engine.agents.run import run
from menon.engine.tools.tool import ToolContext, ToolFailed, tool

SECRET = "what the user said"


class Seen(SpanProcessor):
    """The spans that ended."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)

    def called(self, name: str) -> list[dict[str, Any]]:
        return [dict(span.attributes or {}) for span in self.spans if span.name == name]


@pytest.fixture
def seen() -> Iterator[Seen]:
    with listeners().added(seen := Seen()):
        yield seen


@tool
async def lookup(context: ToolContext, word: str) -> str:
    """Look a word up."""
    return SECRET


@tool(name="lookup")
async def broken(context: ToolContext, word: str) -> str:
    """Fail."""
    raise ToolFailed(SECRET)


async def test_requests_and_tools_stand_below_the_turn(turn: Ask, seen: Seen) -> None:
    with trace.get_tracer("test").start_as_current_span("invoke_agent") as outer:
        async for _ in run(turn("openai:fake-n3-t1", tools=(lookup,), question=SECRET)):
            pass
    requests = seen.called("chat fake-n3-t1")
    assert len(requests) == 2
    assert requests[0][names.PROVIDER] == "openai"
    assert requests[0][names.REQUEST_MODEL] == "fake-n3-t1"
    assert requests[1][names.OUTPUT_TOKENS] == 3
    (execution,) = seen.called("execute_tool lookup")
    assert execution[names.TOOL_NAME] == "lookup"
    assert names.ERROR not in execution
    parent = outer.get_span_context().span_id
    below = [span for span in seen.spans if span.name != "invoke_agent"]
    assert {span.parent.span_id for span in below if span.parent} == {parent}
    assert SECRET not in "".join(span.to_json() for span in seen.spans)


async def test_what_failed_says_so(turn: Ask, seen: Seen) -> None:
    async for _ in run(turn("openai:fake-n1-t1", tools=(broken,))):
        pass
    (execution,) = seen.called("execute_tool lookup")
    assert execution[names.ERROR] == "failed"
    assert SECRET not in "".join(span.to_json() for span in seen.spans)


async def test_a_request_that_fails_ends_its_span(turn: Ask, seen: Seen) -> None:
    async for _ in run(turn("openai:fake-e500")):
        pass
    (request,) = seen.called("chat fake-e500")
    assert request[names.ERROR].startswith("Model")
