"""Spans of what an agent does, by the GenAI conventions; they hold nobody's words.

`invoke_agent` (the turn, by who runs it) > `chat MODEL` for each request, `execute_tool NAME`
"""

from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from menon.core.telemetry import names
from menon.core.telemetry.late import Late

_tracer = trace.get_tracer("menon.genai")


def invocation() -> Late:
    """A turn of an agent, from the question on; what it asks and does stands below it."""
    about = {names.OPERATION: names.INVOKE_AGENT}
    return Late(_tracer, names.INVOKE_AGENT, SpanKind.INTERNAL, about, above=True)


def invoked(span: Late, *, agent: str, name: str) -> None:
    """Tell the span of a turn which agent is asked, by its id and name."""
    span.tell({names.AGENT_ID: agent, names.AGENT_NAME: name})


def model_request(model: str) -> Late:
    """A request to a qualified model, such as `openai:NAME`, and its answer."""
    provider, _, name = model.partition(":")
    about = {names.OPERATION: names.CHAT, names.PROVIDER: provider, names.REQUEST_MODEL: name}
    return Late(_tracer, f"{names.CHAT} {name}", SpanKind.CLIENT, about)


def used(span: Late, *, input_tokens: int, output_tokens: int) -> None:
    """Tell the span of a request what it took."""
    span.tell({names.INPUT_TOKENS: input_tokens, names.OUTPUT_TOKENS: output_tokens})


@contextmanager
def tool_execution(tool: str, call_id: str) -> Generator[Span]:
    """A tool at work; what it does stands below it."""
    with _tracer.start_as_current_span(
        f"{names.EXECUTE_TOOL} {tool}",
        attributes={
            names.OPERATION: names.EXECUTE_TOOL,
            names.TOOL_NAME: tool,
            names.TOOL_CALL: call_id,
        },
        record_exception=False,
    ) as span:
        yield span
