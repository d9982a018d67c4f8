"""Spans of what an agent does, by the GenAI conventions; they hold nobody's words.

`invoke_agent` (the turn, by who runs it) > `chat MODEL` for each request, `execute_tool NAME`
"""

from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode

from menon.core.telemetry import names

_tracer = trace.get_tracer("menon.genai")


@contextmanager
def model_request(model: str) -> Generator[Span]:
    """A request to a qualified model, such as `openai:NAME`.

    It becomes nobody's parent: who streams may leave the block in another context.
    """
    provider, _, name = model.partition(":")
    span = _tracer.start_span(
        f"{names.CHAT} {name}",
        kind=SpanKind.CLIENT,
        attributes={
            names.OPERATION: names.CHAT,
            names.PROVIDER: provider,
            names.REQUEST_MODEL: name,
        },
    )
    try:
        yield span
    except BaseException as error:
        span.set_attribute(names.ERROR, type(error).__name__)
        span.set_status(StatusCode.ERROR)
        raise
    finally:
        span.end()


def used(span: Span, *, input_tokens: int, output_tokens: int) -> None:
    """Tell the span of a request what it took."""
    span.set_attributes({names.INPUT_TOKENS: input_tokens, names.OUTPUT_TOKENS: output_tokens})


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
