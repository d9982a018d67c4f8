"""The items of a response, each a small state machine that tells its own changes. Pure.

An item makes wire events without `sequence_number`, which the projection counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from menon.core.runs.events import ApprovalRequired, Citation, ToolCall, ToolResult
from menon.features.agents.rules import cited
from menon.features.openai import citing
from menon.features.openai.rules import argument_text

SERVER = "menon"
"""Where an agent's own tools are, to clients that know hosted tools as those of MCP servers."""
REQUEST = "mcpr_"
"""What the ids of questions for people begin with; the approval's own id follows."""

Told = Iterator[dict[str, Any]]


@dataclass(kw_only=True)
class Spoken:
    """A message of the model."""

    id: str
    index: int
    text: list[str] = field(default_factory=list[str])
    citations: list[Citation] = field(default_factory=list[Citation])
    status: str = "in_progress"

    def open(self) -> Told:
        yield _added(self.index, self._item())
        yield {"type": "response.content_part.added", **self._at(), "part": _part("", [])}

    def delta(self, text: str) -> dict[str, Any]:
        """The text goes on."""
        self.text.append(text)
        kind = "response.output_text.delta"
        return {"type": kind, **self._at(), "delta": text, "logprobs": []}

    def cite(self, citation: Citation) -> Told:
        """The text rests on a passage."""
        self.citations.append(citation)
        yield {
            "type": "response.output_text.annotation.added",
            **self._at(),
            "annotation_index": len(self.citations) - 1,
            "annotation": _annotation(citation, "".join(self.text)),
        }

    def close(self, status: str) -> Told:
        self.status = status
        text, part = "".join(self.text), self._part()
        yield {"type": "response.output_text.done", **self._at(), "text": text, "logprobs": []}
        yield {"type": "response.content_part.done", **self._at(), "part": part}
        yield _done(self.index, self.item())

    def item(self) -> dict[str, Any]:
        """The message as it stands."""
        item = self._item(self._part())
        if self.citations:
            item["citations"] = [cited(each) for each in self.citations]
        return item

    def _item(self, *content: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"id": self.id, "type": "message", "role": "assistant"}
        return told | {"status": self.status, "content": list(content)}

    def _part(self) -> dict[str, Any]:
        text = "".join(self.text)
        return _part(text, [_annotation(each, text) for each in self.citations])

    def _at(self) -> dict[str, Any]:
        return {"item_id": self.id, "output_index": self.index, "content_index": 0}


@dataclass(kw_only=True)
class Thought:
    """What the model showed of its thoughts, as a summary: the form that all clients know."""

    id: str
    index: int
    text: list[str] = field(default_factory=list[str])
    status: str = "in_progress"

    def open(self) -> Told:
        yield _added(self.index, self._item([]))
        kind = "response.reasoning_summary_part.added"
        yield {"type": kind, **self._at(), "part": _summary("")}

    def delta(self, text: str) -> dict[str, Any]:
        """The thought goes on."""
        self.text.append(text)
        return {"type": "response.reasoning_summary_text.delta", **self._at(), "delta": text}

    def close(self, status: str) -> Told:
        self.status = status
        text = "".join(self.text)
        yield {"type": "response.reasoning_summary_text.done", **self._at(), "text": text}
        kind = "response.reasoning_summary_part.done"
        yield {"type": kind, **self._at(), "part": _summary(text)}
        yield _done(self.index, self.item())

    def item(self) -> dict[str, Any]:
        """The thought as it stands."""
        return self._item([_summary("".join(self.text))])

    def _item(self, summary: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self.id, "type": "reasoning", "status": self.status, "summary": summary}

    def _at(self) -> dict[str, Any]:
        return {"item_id": self.id, "output_index": self.index, "summary_index": 0}


@dataclass(kw_only=True)
class Asked:
    """A call that the caller has to make; it is complete as soon as it is told."""

    id: str
    index: int
    call: ToolCall

    def open(self) -> Told:
        arguments = argument_text(self.call.args)
        yield _added(self.index, self._item("in_progress", ""))
        at = {"item_id": self.id, "output_index": self.index}
        yield {"type": "response.function_call_arguments.delta", **at, "delta": arguments}
        kind = "response.function_call_arguments.done"
        yield {"type": kind, **at, "arguments": arguments, "name": self.call.name}
        yield _done(self.index, self.item())

    def item(self) -> dict[str, Any]:
        """The call."""
        return self._item("completed", argument_text(self.call.args))

    def _item(self, status: str, arguments: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "call_id": self.call.call_id,
            "name": self.call.name,
            "arguments": arguments,
        }


@dataclass(kw_only=True)
class Made:
    """A call that is made here, by a tool of the agent."""

    id: str
    index: int
    call: ToolCall
    approval: str | None = None
    """The question for people that stood before it."""
    result: ToolResult | None = None
    status: str = "in_progress"

    def open(self) -> Told:
        at = {"item_id": self.id, "output_index": self.index}
        arguments = argument_text(self.call.args)
        yield _added(self.index, self._item(""))
        yield {"type": "response.mcp_call.in_progress", **at}
        yield {"type": "response.mcp_call_arguments.delta", **at, "delta": arguments}
        yield {"type": "response.mcp_call_arguments.done", **at, "arguments": arguments}

    def answered(self, result: ToolResult) -> Told:
        """The tool has ended."""
        self.result = result
        self.status = "completed" if result.ok else "failed"
        at = {"item_id": self.id, "output_index": self.index}
        yield {"type": f"response.mcp_call.{self.status}", **at}
        yield _done(self.index, self.item())

    def close(self, status: str) -> Told:
        """A call without a result is over with its response."""
        self.status = status
        yield _done(self.index, self.item())

    def item(self) -> dict[str, Any]:
        """The call as it stands."""
        return self._item(argument_text(self.call.args))

    def _item(self, arguments: str) -> dict[str, Any]:
        result = self.result
        told = [{"type": "text", "text": result.summary}] if result and not result.ok else None
        return {
            "id": self.id,
            "type": "mcp_call",
            "status": self.status,
            "server_label": SERVER,
            "name": self.call.name,
            "arguments": arguments,
            "output": result.summary if result and result.ok else None,
            "error": told and {"type": "mcp_tool_execution_error", "content": told},
            "approval_request_id": self.approval,
        }


@dataclass(kw_only=True)
class Question:
    """A call that a person has to allow before it is made."""

    id: str
    index: int
    call: ToolCall
    what: ApprovalRequired

    def open(self) -> Told:
        yield _added(self.index, self.item())
        yield _done(self.index, self.item())

    def item(self) -> dict[str, Any]:
        """The question; `what` says it in a sentence, which is an extension of this server."""
        return {
            "id": self.id,
            "type": "mcp_approval_request",
            "server_label": SERVER,
            "name": self.call.name,
            "arguments": argument_text(self.call.args),
            "what": self.what.what,
        }


Item = Spoken | Thought | Asked | Made | Question


def _added(index: int, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def _done(index: int, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def _part(text: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def _summary(text: str) -> dict[str, Any]:
    return {"type": "summary_text", "text": text}


def _annotation(citation: Citation, text: str) -> dict[str, Any]:
    if citing.on_the_web(citation):
        return {"type": "url_citation", **citing.url_citation(citation, text)}
    return {
        "type": "file_citation",
        "file_id": citation.document_id,
        "filename": citation.title or citation.source,
        "index": citing.place(citation, text)[0],
    }
