"""Run events as AG-UI events; imported with the protocol's types. Pure.

A message is open from its first piece of text to the next event of another sort; its id derives
from the run and counts, so that a replayed log gives the ids that were streamed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from ag_ui.core import (
    BaseEvent,
    CustomEvent,
    Interrupt,
    MessagesSnapshotEvent,
    ReasoningEndEvent,
    ReasoningMessageContentEvent,
    ReasoningMessageEndEvent,
    ReasoningMessageStartEvent,
    ReasoningStartEvent,
    RunAgentInput,
    RunErrorEvent,
    RunFinishedCancelledOutcome,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    RunFinishedOutcome,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
    StepFinishedEvent,
    StepStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    TokenUsage,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
)

from menon.core.runs import events as ours
from menon.core.runs.events import Envelope
from menon.engine.agents.brought import CLIENT
from menon.features.runs.approval_schemas import ApprovalOut

VERSION = "1.0"


_PART_OF: Mapping[str, tuple[type[Any], ...]] = {
    "text": (ours.Content, ours.Citation, ours.Usage),
    "thought": (ours.Thinking,),
}
"""What does not end an open message, by its sort."""


class Projection:
    """One AG-UI run over the log of one of ours.

    Args:
        given: the request, whose ids the events carry.
        run_id: our run.
        after: approvals that an earlier AG-UI run ended with: what stands before them in the log
            was told by it.
    """

    def __init__(
        self, given: RunAgentInput, run_id: str, *, after: frozenset[str] = frozenset()
    ) -> None:
        self._given = given
        self._run_id = run_id
        self._untold = set(after)
        self._count = 0
        self._open = ""
        """The id of the message that is open."""
        self._sort = ""
        self._model = ""
        self._usage = ours.Usage()
        self._calls: dict[str, None] = {}
        """Calls that the application has to make, in order."""

    def begin(self) -> list[BaseEvent]:
        """The first event, before anything has happened."""
        started = RunStartedEvent(
            thread_id=self._given.thread_id,
            run_id=self._given.run_id,
            parent_run_id=self._given.parent_run_id,
            protocol_version=VERSION,
            metadata={"menon": {"run": self._run_id}},
        )
        return [started]

    def feed(self, event: Envelope) -> list[BaseEvent]:
        """What one event of the run is here; what an earlier AG-UI run told is left out."""
        told = list(self._told(event.data))
        if not self._untold:
            return told
        if isinstance(event.data, ours.ApprovalRequired):
            self._untold.discard(event.data.approval_id)
        return told[-1:] if event.type in ours.ENDS else []

    def pause(
        self, asked: Sequence[ours.ApprovalRequired], details: Mapping[str, ApprovalOut]
    ) -> list[BaseEvent]:
        """The end of an AG-UI run that waits for people; details are for those who may decide."""
        interrupts = [_interrupt(each, details.get(each.approval_id)) for each in asked]
        outcome = RunFinishedInterruptOutcome(interrupts=interrupts)
        return [*self._closed(), self._finished(outcome)]

    def _told(self, data: ours.Event) -> Iterator[BaseEvent]:
        if not isinstance(data, _PART_OF.get(self._sort, ())):
            yield from self._closed()
        self._note(data)
        match data:
            case ours.Content():
                yield from self._said(data.text)
            case ours.Thinking():
                yield from self._thought(data.text)
            case ours.ToolCall():
                yield from self._called(data)
            case ours.ToolResult():
                yield _result(data)
            case ours.StepStarted() | ours.StepFinished():
                yield _step(data)
            case ours.Reset():
                # What was told is void: the conversation is what the request brought.
                yield MessagesSnapshotEvent(messages=self._given.messages)
            case ours.Citation() | ours.Progress() | ours.Artifact() | ours.Retrying():
                yield CustomEvent(name=f"menon.{data.type}", value=msgspec.to_builtins(data))
            case _:
                yield from self._ended(data)

    def _note(self, data: ours.Event) -> None:
        if isinstance(data, ours.Metadata):
            self._model = data.model
        elif isinstance(data, ours.Usage):
            self._usage = data

    def _said(self, text: str) -> Iterator[BaseEvent]:
        if not self._open:
            self._open, self._sort = self._next(), "text"
            yield TextMessageStartEvent(message_id=self._open, role="assistant")
        yield TextMessageContentEvent(message_id=self._open, delta=text)

    def _thought(self, text: str) -> Iterator[BaseEvent]:
        if not self._open:
            self._open, self._sort = self._next(), "thought"
            yield ReasoningStartEvent(message_id=self._open)
            yield ReasoningMessageStartEvent(message_id=self._open)
        yield ReasoningMessageContentEvent(message_id=self._open, delta=text)

    def _called(self, call: ours.ToolCall) -> Iterator[BaseEvent]:
        if call.effect == CLIENT:
            self._calls[call.call_id] = None
        yield ToolCallStartEvent(
            tool_call_id=call.call_id,
            tool_call_name=call.name,
            metadata={"menon": {"effect": call.effect}},
        )
        args = json.dumps(call.args, ensure_ascii=False)
        yield ToolCallArgsEvent(tool_call_id=call.call_id, delta=args)
        yield ToolCallEndEvent(tool_call_id=call.call_id)

    def _ended(self, data: ours.Event) -> Iterator[BaseEvent]:
        match data:
            case ours.Complete():
                pending = list(self._calls) or None
                yield self._finished(RunFinishedSuccessOutcome(pending_tool_call_ids=pending))
            case ours.Cancelled():
                yield self._finished(RunFinishedCancelledOutcome())
            case ours.Error():
                yield RunErrorEvent(message=data.detail, code=data.code, usage=self._spent())
            case ours.State() if data.after == "interrupted":
                message = "The server stopped before the answer ended."
                yield RunErrorEvent(message=message, code="RUN_001", usage=self._spent())
            case _:
                return

    def _closed(self) -> Iterator[BaseEvent]:
        """Close the open message."""
        if self._open and self._sort == "thought":
            yield ReasoningMessageEndEvent(message_id=self._open)
            yield ReasoningEndEvent(message_id=self._open)
        elif self._open:
            yield TextMessageEndEvent(message_id=self._open)
        self._open = self._sort = ""

    def _finished(self, outcome: RunFinishedOutcome) -> RunFinishedEvent:
        return RunFinishedEvent(
            thread_id=self._given.thread_id,
            run_id=self._given.run_id,
            outcome=outcome,
            usage=self._spent(),
        )

    def _spent(self) -> list[TokenUsage] | None:
        used = self._usage
        if not used.requests:
            return None
        provider, _, model = self._model.partition(":")
        total = used.input_tokens + used.output_tokens
        return [
            TokenUsage(
                provider=provider,
                model=model,
                input_tokens=used.input_tokens,
                output_tokens=used.output_tokens,
                total_tokens=total,
            )
        ]

    def _next(self) -> str:
        self._count += 1
        return f"{self._run_id}-{self._count}"


def _result(data: ours.ToolResult) -> ToolCallResultEvent:
    return ToolCallResultEvent(
        message_id=f"{data.call_id}-result",
        tool_call_id=data.call_id,
        content=data.summary,
        metadata={"menon": {"ok": data.ok}},
    )


def _step(data: ours.StepStarted | ours.StepFinished) -> BaseEvent:
    kind = StepStartedEvent if isinstance(data, ours.StepStarted) else StepFinishedEvent
    return kind(step_name=data.node)


def _interrupt(asked: ours.ApprovalRequired, detail: ApprovalOut | None) -> Interrupt:
    """The question whether a run may do something."""
    metadata: dict[str, Any] = {"argsHash": asked.args_hash}
    if detail is not None:
        metadata |= {
            "why": detail.why,
            "tool": detail.tool,
            "effect": detail.effect,
            "args": detail.args,
        }
    return Interrupt(
        id=asked.approval_id,
        reason="approval",
        message=asked.what,
        tool_call_id=asked.call_id or None,
        response_schema=_schema(asked.args_hash),
        expires_at=asked.expires.isoformat() if asked.expires else None,
        metadata={"menon": metadata},
    )


def _schema(digest: str) -> dict[str, Any]:
    """What an answer must say: the hash binds it to the arguments that the person was shown."""
    decision: Mapping[str, Any] = {"type": "string", "enum": ["approve", "deny"]}
    return {
        "type": "object",
        "properties": {
            "decision": decision,
            "argsHash": {"type": "string", "const": digest},
            "comment": {"type": "string", "maxLength": 2000},
        },
        "required": ["decision", "argsHash"],
    }
