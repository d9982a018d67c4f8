"""What a tool call came to: whole enough for the model, short for people."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from pydantic_ai.messages import ToolCallPart, ToolReturnPart

from menon.core.runs.events import ToolResult
from menon.engine.tools.citations import Sources
from menon.engine.tools.passages import Passages, ShownPassages, shown
from menon.kit.text import shorten, storable

_RESULT_LIMIT = 48_000
"""Characters of a result that the model is shown: about 12,000 tokens."""
_SUMMARY = 300
"""Characters of a result that people are shown."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a call came to: for the model `content`, for people `summary`."""

    status: Literal["success", "failed", "retried"]
    content: str
    summary: str


def shown_result(result: Any, sources: Sources) -> Result:
    """What a tool answered."""
    if isinstance(result, Passages):
        found = sources.number(result)
        return Result(status="success", content=_fitting(shown(found)), summary=_summary(found))
    text = _capped(result if isinstance(result, str) else _json(result))
    return Result(status="success", content=text, summary=text)


def refused(status: Literal["failed", "retried"], reason: str) -> Result:
    """Why a call was not carried out, or failed."""
    text = _capped(reason)
    return Result(status=status, content=text, summary=text)


def told(call: ToolCallPart, result: Result) -> tuple[ToolReturnPart, ToolResult]:
    """The result for the model, and for those who follow the run."""
    part = ToolReturnPart(
        tool_name=call.tool_name,
        content=result.content,
        tool_call_id=call.tool_call_id,
        outcome=result.status,
    )
    event = ToolResult(
        call_id=call.tool_call_id,
        ok=result.status == "success",
        summary=shorten(result.summary, _SUMMARY),
    )
    return part, event


def _json(result: Any) -> str:
    return msgspec.json.encode(result, enc_hook=str).decode()


def _capped(text: str) -> str:
    if len(text) <= _RESULT_LIMIT:
        return storable(text)
    head = storable(text[:_RESULT_LIMIT])
    return f"{head}\n[cut: {len(text)} characters in all; ask for less]"


def _fitting(found: ShownPassages) -> str:
    """As much of the passages as fits: half a JSON object helps nobody."""
    text = _json(found)
    if len(text) <= _RESULT_LIMIT:
        return text
    share = _RESULT_LIMIT // (2 * len(found.passages))
    passages = tuple(
        msgspec.structs.replace(passage, text=passage.text[:share]) for passage in found.passages
    )
    return _json(msgspec.structs.replace(found, passages=passages))


def _summary(found: Passages) -> str:
    titles = dict.fromkeys(passage.title or passage.source for passage in found.passages)
    count = len(found.passages)
    passages = "1 passage" if count == 1 else f"{count} passages"
    return f"{passages}: {', '.join(titles)}" if titles else "nothing found"
