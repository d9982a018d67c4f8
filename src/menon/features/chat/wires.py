"""Chat on its wires: the envelope, and the words of the assistant for .NET developers.

The words of `/api/chat` are a fixed vocabulary that clients exist for: `metadata`, `content`,
`tool_call`, `tool output` (with the blank), `citation`, `complete`, `error`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from menon.core.http.streamed import Streamed
from menon.core.runs.events import (
    Cancelled,
    Citation,
    Complete,
    Content,
    Envelope,
    Error,
    Metadata,
    State,
    ToolCall,
    ToolResult,
)
from menon.core.runs.log import RunLog
from menon.core.runs.wires import NDJSON, pieces, streamed
from menon.core.runtime import Runtime
from menon.features.chat.turns import Begun

_encode = msgspec.json.Encoder().encode


def words(span_id: str) -> Callable[[Envelope], bytes]:
    """A projection to the fixed vocabulary; events that it has no word for are left out."""

    def project(event: Envelope) -> bytes:
        body = _word(event, span_id)
        return b"" if body is None else _encode({**body, "seq": event.seq}) + b"\n"

    return project


def answered(runtime: Runtime, begun: Begun, project: Callable[[Envelope], bytes]) -> Streamed:
    """Stream a turn; without a conversation it is cancelled when its client leaves."""
    runs = runtime[RunLog]
    leave = partial(runs.leave, begun.run_id) if begun.conversation_id is None else None
    headers = {"X-Run-ID": begun.run_id, "X-Span-ID": begun.span_id}
    if begun.answer_id:
        headers["X-Message-ID"] = begun.answer_id
    return streamed(pieces(runs.follow(begun.run_id), project), NDJSON, headers, leave)


def _word(event: Envelope, span_id: str) -> dict[str, Any] | None:  # noqa: PLR0911 - a word each
    data, at = event.data, event.at.isoformat()
    match data:
        case Metadata():
            return {
                "type": "metadata",
                "span_id": span_id,
                "timestamp": at,
                "run_id": event.run,
                "model": data.model,
            }
        case Content():
            return {"type": "content", "content": data.text}
        case ToolCall():
            return {"type": "tool_call", "content": data.name}
        case ToolResult():
            return {"type": "tool output", "content": data.summary}
        case Citation():
            return {"type": "citation", **msgspec.to_builtins(data)}
        case Complete():
            return {"type": "complete", "span_id": span_id, "timestamp": at}
        case Error():
            return _failure(data.detail, data.code, at)
        case Cancelled():
            return _failure("The answer was cancelled.", "RUN_001", at)
        case State() if data.after == "interrupted":
            return _failure("The server stopped before the answer ended.", "RUN_001", at)
        case _:
            return None


def _failure(detail: str, code: str, at: str) -> dict[str, Any]:
    return {"type": "error", "content": detail, "timestamp": at, "code": code}
