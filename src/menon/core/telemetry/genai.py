"""Spans of what an agent does, by the GenAI conventions; they hold nobody's words.

`invoke_agent` (the turn, by who runs it) > `chat MODEL` for each request, `execute_tool NAME`
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from opentelemetry import trace
from opentelemetry.context import get_current
from opentelemetry.trace import Span, SpanKind, StatusCode

from menon.core.telemetry import names

_tracer = trace.get_tracer("menon.genai")


class ModelRequest:
    """`with` it while a qualified model, such as `openai:NAME`, is asked and answers.

    Its span is made when the answer has ended and begins when the request did: one that is open
    takes 2 KiB. It becomes nobody's parent: who streams may leave the block in another context.
    """

    __slots__ = ("_began", "_model", "_parent", "_taken")

    def __init__(self, model: str) -> None:
        self._model = model
        self._parent = get_current()
        self._began = time.time_ns()
        self._taken: dict[str, int] = {}

    def used(self, *, input_tokens: int, output_tokens: int) -> None:
        """What the request took."""
        self._taken = {names.INPUT_TOKENS: input_tokens, names.OUTPUT_TOKENS: output_tokens}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        provider, _, name = self._model.partition(":")
        span = _tracer.start_span(
            f"{names.CHAT} {name}",
            context=self._parent,
            kind=SpanKind.CLIENT,
            attributes={
                names.OPERATION: names.CHAT,
                names.PROVIDER: provider,
                names.REQUEST_MODEL: name,
                **self._taken,
            },
            start_time=self._began,
        )
        if kind is not None:
            span.set_attribute(names.ERROR, kind.__name__)
            span.set_status(StatusCode.ERROR)
        span.end()


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
