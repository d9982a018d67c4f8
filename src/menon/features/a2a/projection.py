"""Runs and their events as A2A tasks; imported with the protocol's types. Pure.

A task is a run, a context is a conversation. The answer is one artifact: its text in pieces, then
the passages that it cites as data.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from a2a.types import (
    Artifact,
    Message,
    Part,
    Role,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
    TaskStatus,
    TaskStatusUpdateEvent,
)
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Value

from menon.core.runs import events as ours
from menon.core.runs.events import Envelope
from menon.core.runs.models import RunState
from menon.features.a2a.cards import JSON, TEXT
from menon.features.runs.approval_schemas import ApprovalOut
from menon.features.runs.schemas import RunOut

STATES = {
    RunState.QUEUED: TaskState.TASK_STATE_SUBMITTED,
    RunState.RUNNING: TaskState.TASK_STATE_WORKING,
    RunState.WAITING: TaskState.TASK_STATE_INPUT_REQUIRED,
    RunState.PAUSED: TaskState.TASK_STATE_WORKING,
    RunState.COMPLETED: TaskState.TASK_STATE_COMPLETED,
    RunState.FAILED: TaskState.TASK_STATE_FAILED,
    RunState.CANCELLED: TaskState.TASK_STATE_CANCELED,
    RunState.INTERRUPTED: TaskState.TASK_STATE_FAILED,
}

Update = TaskStatusUpdateEvent | TaskArtifactUpdateEvent


def data(value: Any) -> Part:
    """Plain JSON as a part."""
    return Part(data=ParseDict(value, Value()), media_type=JSON)


def task(
    run: RunOut, context_id: str, asked: Sequence[ApprovalOut], *, with_history: bool = True
) -> Task:
    """A run as it stands."""
    output = cast("dict[str, Any]", run.output) if isinstance(run.output, dict) else {}
    artifacts = _whole(run.id, output.get("text", ""), output.get("citations", ()))
    question = Message(
        message_id=f"{run.id}-question",
        context_id=context_id,
        task_id=run.id,
        role=Role.ROLE_USER,
        parts=[Part(text=str(run.input.get("message", "")), media_type=TEXT)],
    )
    return Task(
        id=run.id,
        context_id=context_id,
        status=_status_of(run, context_id, asked),
        artifacts=artifacts,
        history=[question] if with_history else [],
    )


class Projection:
    """The updates of one task.

    Args:
        run_id: the run.
        context_id: its conversation.
    """

    def __init__(self, run_id: str, context_id: str) -> None:
        self._run_id = run_id
        self._context_id = context_id
        self._appends = False
        self._answers = 0

    def feed(self, event: Envelope) -> Iterator[Update]:
        """What one event of the run is here; most are nothing."""
        match event.data:
            case ours.Content(text=text):
                yield self._piece(Part(text=text, media_type=TEXT))
            case ours.Citation():
                yield self._piece(data({"citation": msgspec.to_builtins(event.data)}))
            case ours.ToolCall(name=name):
                yield self._at_work(event.at, f"calls {name}")
            case ours.Retrying(cause=cause):
                yield self._at_work(event.at, cause)
            case ours.Reset():
                self._appends = False  # the next piece takes the place of what was told
            case ours.Complete():
                yield self._update(TaskState.TASK_STATE_COMPLETED, event.at)
            case ours.Cancelled():
                yield self._update(TaskState.TASK_STATE_CANCELED, event.at)
            case ours.Error(code=code, detail=detail):
                yield self._update(TaskState.TASK_STATE_FAILED, event.at, f"{code}: {detail}")
            case ours.State(after="interrupted"):
                said = "RUN_001: The server stopped before the answer ended."
                yield self._update(TaskState.TASK_STATE_FAILED, event.at, said)
            case _:
                pass

    def pause(
        self, at: datetime, asked: Sequence[ours.ApprovalRequired], details: Sequence[ApprovalOut]
    ) -> TaskStatusUpdateEvent:
        """The task waits for people; details are for those who may decide."""
        known = {each.id for each in details}
        questions = [
            *map(_question, details),
            *(
                {"approvalId": a.approval_id, "what": a.what}
                for a in asked
                if a.approval_id not in known
            ),
        ]
        return TaskStatusUpdateEvent(
            task_id=self._run_id,
            context_id=self._context_id,
            status=_waiting(self._run_id, self._context_id, at, questions),
        )

    def _piece(self, part: Part) -> TaskArtifactUpdateEvent:
        append, self._appends = self._appends, True
        return TaskArtifactUpdateEvent(
            task_id=self._run_id,
            context_id=self._context_id,
            artifact=Artifact(artifact_id=artifact_id(self._run_id), name="answer", parts=[part]),
            append=append,
        )

    def _at_work(self, at: datetime, said: str) -> TaskStatusUpdateEvent:
        return self._update(TaskState.TASK_STATE_WORKING, at, said)

    def _update(self, state: TaskState, at: datetime, said: str = "") -> TaskStatusUpdateEvent:
        self._answers += 1
        message = None
        if said:
            message = _message(
                f"{self._run_id}-status-{self._answers}",
                self._run_id,
                self._context_id,
                [Part(text=said, media_type=TEXT)],
            )
        return TaskStatusUpdateEvent(
            task_id=self._run_id,
            context_id=self._context_id,
            status=TaskStatus(state=state, timestamp=at, message=message),
        )


def artifact_id(run_id: str) -> str:
    """The answer of a run."""
    return f"{run_id}-answer"


def _whole(run_id: str, text: str, citations: Sequence[dict[str, Any]]) -> list[Artifact]:
    if not text:
        return []
    parts = [Part(text=text, media_type=TEXT), *(data({"citation": each}) for each in citations)]
    return [Artifact(artifact_id=artifact_id(run_id), name="answer", parts=parts)]


def _status_of(run: RunOut, context_id: str, asked: Sequence[ApprovalOut]) -> TaskStatus:
    state = RunState(run.state)
    at = run.ended_at or run.started_at or run.created_at
    if state is RunState.WAITING:
        return _waiting(run.id, context_id, at, [_question(each) for each in asked])
    message = None
    if run.error:
        said = Part(text=f"{run.error['code']}: {run.error['detail']}", media_type=TEXT)
        message = _message(f"{run.id}-error", run.id, context_id, [said])
    return TaskStatus(state=STATES[state], timestamp=at, message=message)


def _waiting(
    run_id: str, context_id: str, at: datetime, questions: Sequence[dict[str, Any]]
) -> TaskStatus:
    """What a task waits for, and how one answers it."""
    wanted = "\n".join(f"- {each['what']}" for each in questions)
    said = f"A person has to decide:\n{wanted}" if questions else "A person has to decide."
    parts = [Part(text=said, media_type=TEXT), data({"approvals": list(questions)})]
    return TaskStatus(
        state=TaskState.TASK_STATE_INPUT_REQUIRED,
        timestamp=at,
        message=_message(f"{run_id}-waiting", run_id, context_id, parts),
    )


def _question(approval: ApprovalOut) -> dict[str, Any]:
    return {
        "approvalId": approval.id,
        "what": approval.what,
        "why": approval.why,
        "tool": approval.tool,
        "effect": approval.effect,
        "args": approval.args,
        "argsHash": approval.args_hash,
        "expiresAt": approval.expires_at.isoformat() if approval.expires_at else None,
        "reply": {"approvalId": approval.id, "argsHash": approval.args_hash, "decision": "approve"},
    }


def _message(message_id: str, run_id: str, context_id: str, parts: Sequence[Part]) -> Message:
    return Message(
        message_id=message_id,
        context_id=context_id,
        task_id=run_id,
        role=Role.ROLE_AGENT,
        parts=parts,
    )
