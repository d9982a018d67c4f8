"""Every golden log as A2A updates, live and replayed."""

from collections.abc import Iterable
from typing import Any

import pytest
from a2a.types import TaskArtifactUpdateEvent, TaskState, TaskStatusUpdateEvent
from google.protobuf.json_format import MessageToDict
from inline_snapshot import snapshot
from tests.fixtures.logs import AT, HASH, LOGS, RUN, live, replayed

from menon.core.runs.events import ApprovalRequired, Envelope
from menon.features.a2a.projection import Projection

State = TaskState


def told(log: Iterable[Envelope]) -> list[Any]:
    projection = Projection(RUN, "ctx")
    return [update for event in log for update in projection.feed(event)]


def answer(updates: Iterable[Any]) -> list[str]:
    """The answer as a client puts it together: text joined, data by its kind."""
    parts: list[str] = []
    for update in updates:
        if not isinstance(update, TaskArtifactUpdateEvent):
            continue
        if not update.append:
            parts = []
        for part in update.artifact.parts:
            if part.WhichOneof("content") == "text":
                parts.append(part.text)
            else:
                parts.append(f"<{next(iter(MessageToDict(part.data)))}>")
    return ["".join(parts)] if parts else []


def states(updates: Iterable[Any]) -> list[str]:
    return [
        f"{State.Name(u.status.state)} {''.join(p.text for p in u.status.message.parts)}".strip()
        for u in updates
        if isinstance(u, TaskStatusUpdateEvent)
    ]


@pytest.mark.parametrize("name", LOGS)
def test_a_replayed_log_tells_what_was_streamed(name: str):
    first, again = told(live(name)), told(replayed(name))
    assert answer(first) == answer(again)
    assert states(first) == states(again)


def test_what_a_client_reads_of_each():
    found = {name: [*answer(told(live(name))), *states(told(live(name)))] for name in LOGS}
    assert found == snapshot(
        {
            "answer": [
                "I will look.Goods return in 30 days [1].<citation> Ask first.",
                "TASK_STATE_WORKING calls search_knowledge",
                "TASK_STATE_COMPLETED",
            ],
            "failed": [
                "Half an",
                "TASK_STATE_WORKING The server was busy.",
                "TASK_STATE_FAILED MODEL_003: The line was cut.",
            ],
            "cancelled": ["Half", "TASK_STATE_CANCELED"],
            "interrupted": [
                "TASK_STATE_FAILED RUN_001: The server stopped before the answer ended."
            ],
            "approved": ["It is sent.", "TASK_STATE_WORKING calls send", "TASK_STATE_COMPLETED"],
            "anew": ["The right one.", "TASK_STATE_COMPLETED"],
            "job": ["TASK_STATE_COMPLETED"],
            "client": ["TASK_STATE_WORKING calls pick_color", "TASK_STATE_COMPLETED"],
        }
    )


def test_a_task_that_waits_says_for_what():
    asked = [ApprovalRequired(approval_id="a1", what="Send to ned", args_hash=HASH)]
    update = Projection(RUN, "ctx").pause(AT, asked, [])
    assert MessageToDict(update) == snapshot(
        {
            "taskId": "01a1f9e8-98d7-78e9-8138-d9d5548fc84b",
            "contextId": "ctx",
            "status": {
                "state": "TASK_STATE_INPUT_REQUIRED",
                "message": {
                    "messageId": "01a1f9e8-98d7-78e9-8138-d9d5548fc84b-waiting",
                    "contextId": "ctx",
                    "taskId": "01a1f9e8-98d7-78e9-8138-d9d5548fc84b",
                    "role": "ROLE_AGENT",
                    "parts": [
                        {
                            "text": """\
A person has to decide:
- Send to ned\
""",
                            "mediaType": "text/plain",
                        },
                        {
                            "data": {"approvals": [{"what": "Send to ned", "approvalId": "a1"}]},
                            "mediaType": "application/json",
                        },
                    ],
                },
                "timestamp": "2026-11-20T12:00:00Z",
            },
        }
    )
