"""A run's events as a response: a sequence of semantic events, and the resource they add up to.

created, in_progress → (item added → its deltas → item done)* → completed | incomplete | failed

What is counted and named here depends on the log alone, so that a stream that is read again, live
or from the store, goes on at any `sequence_number`. A response ends where its run does, or where
that waits for a person; the one that answers goes on from there. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from menon.core.errors import Interrupted, MenonError
from menon.core.http.problem import masked
from menon.core.jobs.plain import error_from
from menon.core.runs.events import (
    ApprovalRequired,
    Cancelled,
    Citation,
    Complete,
    Content,
    Envelope,
    Error,
    Event,
    Metadata,
    Reset,
    State,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)
from menon.engine.agents.brought import CLIENT
from menon.features.openai.chat_wire import reason
from menon.features.openai.response_items import (
    REQUEST,
    Asked,
    Item,
    Made,
    Question,
    Spoken,
    Thought,
)

_READ = "read"
_SHORT = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why a model stopped before it had said all, and what that is called here."""
_PREFIXES: dict[Callable[..., Item], str] = {
    Spoken: "msg",
    Thought: "rs",
    Asked: "fc",
    Made: "mcp",
}

T = TypeVar("T", bound=Item)


class Projection:
    """Projects the events of one run, in order and from the first, to one response.

    Args:
        base: what the response says of its request (`response_rules.base`).
        after: the seq of the run's events that belong to an earlier response.
        agent: what the answer calls its model, where that is not the plain model that speaks.
    """

    def __init__(self, base: Mapping[str, Any], *, after: int = 0, agent: str = "") -> None:
        self._base = dict(base)
        self._after = after
        self._agent = agent
        self._number = 0
        self._items: list[Item] = []
        self._open: Spoken | Thought | None = None
        self._made: dict[str, Made] = {}
        self._calls: dict[str, ToolCall] = {}
        """Those that change something: told when it is clear whether they need a person."""
        self._asked: dict[str, str] = {}
        self._used = self._before = Usage()
        self._waits = False
        self._at = datetime.fromtimestamp(0, UTC)
        self.last = after
        """The seq of the last event that belongs to this response."""
        self.status = "in_progress"
        self.error: MenonError | None = None
        """What the run failed with."""
        self._end: dict[str, Any] = {}

    @property
    def over(self) -> bool:
        """Whether nothing more belongs to this response."""
        return self.status != "in_progress"

    def feed(self, event: Envelope) -> list[dict[str, Any]]:
        """What an event of the run tells; nothing where it belongs to another response."""
        if self.over:
            return []
        data, self._at = event.data, event.at
        if event.seq <= self._after:
            self._know(data)
            return [] if event.seq < self._after else list(self._numbered(self._begin()))
        if not isinstance(data, ApprovalRequired) and (ended := self.pause()):
            return ended
        self.last = event.seq
        return list(self._numbered(self._told(data)))

    def pause(self) -> list[dict[str, Any]]:
        """The end of a response whose run waits for a person; for when no question is left."""
        if self.over or not self._waits or not self.questions:
            return []
        return list(self._numbered(self._ended("completed")))

    def resource(self) -> dict[str, Any]:
        """The response as it stands."""
        output = [item.item() for item in self._items]
        ended: dict[str, Any] = {
            "completed_at": None,
            "error": None,
            "incomplete_details": None,
            "usage": None,
        }
        if self.over:
            ended |= self._end | {"usage": self._usage()}
        return self._base | {"status": self.status, "output": output} | ended

    @property
    def questions(self) -> dict[str, str]:
        """What people are asked: the digest of the arguments that were shown, by approval."""
        asked = [item.what for item in self._items if isinstance(item, Question)]
        return {what.approval_id: what.args_hash for what in asked}

    def _know(self, data: Event) -> None:
        """What an earlier response has told."""
        match data:
            case ToolCall() if data.effect != CLIENT:
                self._calls[data.call_id] = data
            case ToolResult():
                self._calls.pop(data.call_id, None)
            case ApprovalRequired():
                self._asked[data.call_id] = f"{REQUEST}{data.approval_id}"
            case Usage():
                self._before = data
            case Metadata():
                self._name(data)
            case _:
                pass

    def _told(self, data: Event) -> Iterator[dict[str, Any]]:
        match data:
            case Content():
                yield from self._text(Spoken, data.text)
            case Thinking():
                yield from self._text(Thought, data.text)
            case Citation() if isinstance(self._open, Spoken):
                yield from self._open.cite(data)
            case ToolCall() | ToolResult() | ApprovalRequired():
                yield from self._tool(data)
            case Usage():
                self._used = data
            case _:
                yield from self._turned(data)

    def _tool(self, data: ToolCall | ToolResult | ApprovalRequired) -> Iterator[dict[str, Any]]:
        match data:
            case ToolCall():
                yield from self._call(data)
            case ToolResult():
                yield from self._result(data)
            case ApprovalRequired():
                yield from self._question(data)

    def _turned(self, data: Event) -> Iterator[dict[str, Any]]:
        """Where the run begins, anew too, or ends."""
        match data:
            case Metadata():
                self._name(data)
                yield from self._begin()
            case Reset():
                self._waits = False
                yield from self._closed("incomplete")
            case State(after=after) if after != "interrupted":
                self._waits = after == "waiting"
            case _:
                yield from self._ending(data)

    def _begin(self) -> Iterator[dict[str, Any]]:
        if self._number == 0:
            yield {"type": "response.created", "response": self.resource()}
            yield {"type": "response.in_progress", "response": self.resource()}

    def _name(self, data: Metadata) -> None:
        """A model that stands in for another is named from then on."""
        self._base["model"] = self._agent or data.model

    def _text(self, kind: type[Spoken] | type[Thought], text: str) -> Iterator[dict[str, Any]]:
        item = self._open
        if not isinstance(item, kind):
            yield from self._closed()
            self._open = item = self._new(kind)
            yield from item.open()
        yield item.delta(text)

    def _call(self, call: ToolCall) -> Iterator[dict[str, Any]]:
        yield from self._closed()
        if call.effect == CLIENT:
            yield from self._new(Asked, call=call).open()
        elif call.effect == _READ:
            yield from self._making(call).open()
        else:
            self._calls[call.call_id] = call

    def _result(self, result: ToolResult) -> Iterator[dict[str, Any]]:
        made = self._made.get(result.call_id)
        if made is None:
            call = self._calls.pop(result.call_id, None)
            if call is None:
                return
            made = self._making(call)
            yield from made.open()
        self._made.pop(result.call_id, None)
        yield from made.answered(result)

    def _question(self, asked: ApprovalRequired) -> Iterator[dict[str, Any]]:
        call = self._calls.get(asked.call_id)
        if call is None:  # of something that is no call, such as a step
            return
        name = f"{REQUEST}{asked.approval_id}"
        question = Question(id=name, index=len(self._items), call=call, what=asked)
        self._items.append(question)
        yield from question.open()

    def _ending(self, data: Event) -> Iterator[dict[str, Any]]:
        match data:
            case Complete():
                if short := _SHORT.get(reason(data)):
                    self._end = {"incomplete_details": {"reason": short}}
                yield from self._ended("incomplete" if short else "completed")
            case Error():
                yield from self._failed(error_from({"code": data.code, "detail": data.detail}))
            case Cancelled():
                yield from self._ended("cancelled")
            case State(after="interrupted"):
                yield from self._failed(Interrupted("The server stopped; ask again."))
            case _:
                pass

    def _failed(self, error: MenonError) -> Iterator[dict[str, Any]]:
        self.error = error
        self._end = {"error": {"code": error.code, "message": masked(error)}}
        yield from self._ended("failed")

    def _ended(self, status: str) -> Iterator[dict[str, Any]]:
        yield from self._begin()  # a run may fail before it begins
        whole = status == "completed"
        yield from self._closed("completed" if whole else "incomplete")
        for made in self._made.values():
            yield from made.close("incomplete")
        self.status = status
        if whole:
            self._end["completed_at"] = int(self._at.timestamp())
        told = "incomplete" if status == "cancelled" else status
        yield {"type": f"response.{told}", "response": self.resource()}

    def _closed(self, status: str = "completed") -> Iterator[dict[str, Any]]:
        if self._open is not None:
            last, self._open = self._open, None
            yield from last.close(status)

    def _making(self, call: ToolCall) -> Made:
        made = self._new(Made, call=call, approval=self._asked.get(call.call_id))
        self._made[call.call_id] = made
        return made

    def _new(self, kind: Callable[..., T], **more: Any) -> T:
        index = len(self._items)
        name = str(self._base["id"]).removeprefix("resp_")
        item = kind(id=f"{_PREFIXES[kind]}_{name}_{index}", index=index, **more)
        self._items.append(item)
        return item

    def _usage(self) -> dict[str, Any]:
        read = max(0, self._used.input_tokens - self._before.input_tokens)
        said = max(0, self._used.output_tokens - self._before.output_tokens)
        return {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": read + said,
        }

    def _numbered(self, told: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for event in told:
            yield {"type": event["type"], "sequence_number": self._number, **event}
            self._number += 1
