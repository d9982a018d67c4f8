"""Every golden log as AG-UI events, live and replayed: the protocol's rules hold for each."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from ag_ui.core import BaseEvent, Event, RunAgentInput
from inline_snapshot import snapshot
from pydantic import TypeAdapter
from tests.fixtures.logs import AT, HASH, LOGS, RUN, live, replayed

from menon.core.runs.events import ApprovalRequired, Envelope
from menon.features.agui.projection import Projection
from menon.features.runs.approval_schemas import ApprovalOut
from menon.features.runs.models import ApprovalState

GIVEN = RunAgentInput.model_validate(
    {
        "threadId": "t1",
        "runId": "r1",
        "messages": [{"id": "m1", "role": "user", "content": "hi"}],
    }
)


def told(log: Iterable[Envelope], projection: Projection | None = None) -> list[BaseEvent]:
    projection = projection or Projection(GIVEN, RUN)
    return [*projection.begin(), *(e for event in log for e in projection.feed(event))]


def dumped(events: Iterable[BaseEvent]) -> list[dict[str, Any]]:
    return [event.model_dump(by_alias=True, mode="json") for event in events]


def brief(events: Iterable[BaseEvent]) -> list[str]:
    """Type and text of each event, neighbouring pieces joined."""
    lines: list[str] = []
    for event in dumped(events):
        kind, delta = event["type"], event.get("delta")
        if delta and lines and lines[-1].startswith(f"{kind} "):
            lines[-1] += delta
        else:
            lines.append(f"{kind} {delta}" if delta else kind)
    return lines


@pytest.mark.parametrize("name", LOGS)
def test_a_replayed_log_tells_what_was_streamed(name: str):
    assert brief(told(live(name))) == brief(told(replayed(name)))


@pytest.mark.parametrize("name", LOGS)
def test_every_event_is_one_of_the_protocol(name: str):
    union: TypeAdapter[Any] = TypeAdapter(Event)
    for event in dumped(told(live(name))):
        union.validate_python(event)


@pytest.mark.parametrize("name", LOGS)
def test_what_begins_ends_and_runs_end_once(name: str):
    events = dumped(told(live(name)))
    assert events[0]["type"] == "RUN_STARTED"
    assert [e["type"] for e in events if e["type"] in {"RUN_FINISHED", "RUN_ERROR"}] == [
        events[-1]["type"]
    ]
    open_: list[str] = []
    for event in events:
        for end, key in (("TEXT_MESSAGE", "messageId"), ("TOOL_CALL", "toolCallId")):
            if event["type"] == f"{end}_START":
                assert open_ == []
                open_.append(event[key])
            elif event["type"] == f"{end}_END":
                assert open_.pop() == event[key]
    assert open_ == []


def test_an_answer():
    assert brief(told(live("answer"))) == snapshot(
        [
            "RUN_STARTED",
            "REASONING_START",
            "REASONING_MESSAGE_START",
            "REASONING_MESSAGE_CONTENT They want the rule.",
            "REASONING_MESSAGE_END",
            "REASONING_END",
            "TEXT_MESSAGE_START",
            "TEXT_MESSAGE_CONTENT I will look.",
            "TEXT_MESSAGE_END",
            "TOOL_CALL_START",
            'TOOL_CALL_ARGS {"query": "x"}',
            "TOOL_CALL_END",
            "TOOL_CALL_RESULT",
            "TEXT_MESSAGE_START",
            "TEXT_MESSAGE_CONTENT Goods return in 30 days [1].",
            "CUSTOM",
            "TEXT_MESSAGE_CONTENT  Ask first.",
            "TEXT_MESSAGE_END",
            "RUN_FINISHED",
        ]
    )


def test_others():
    ends = {name: dumped(told(live(name)))[-1] for name in LOGS}
    assert ends == snapshot(
        {
            "answer": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "success"},
                "usage": [
                    {
                        "provider": "openai",
                        "model": "gpt",
                        "inputTokens": 100,
                        "outputTokens": 20,
                        "totalTokens": 120,
                    }
                ],
            },
            "failed": {
                "type": "RUN_ERROR",
                "message": "The line was cut.",
                "code": "MODEL_003",
                "usage": [
                    {
                        "provider": "openai",
                        "model": "gpt",
                        "inputTokens": 100,
                        "outputTokens": 20,
                        "totalTokens": 120,
                    }
                ],
            },
            "cancelled": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "cancelled"},
                "usage": [
                    {
                        "provider": "openai",
                        "model": "gpt",
                        "inputTokens": 100,
                        "outputTokens": 20,
                        "totalTokens": 120,
                    }
                ],
            },
            "interrupted": {
                "type": "RUN_ERROR",
                "message": "The server stopped before the answer ended.",
                "code": "RUN_001",
            },
            "approved": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "success"},
                "usage": [
                    {
                        "provider": "openai",
                        "model": "gpt",
                        "inputTokens": 100,
                        "outputTokens": 20,
                        "totalTokens": 120,
                    }
                ],
            },
            "anew": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "success"},
            },
            "job": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "success"},
            },
            "client": {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {"type": "success", "pendingToolCallIds": ["c3"]},
                "usage": [
                    {
                        "provider": "openai",
                        "model": "gpt",
                        "inputTokens": 100,
                        "outputTokens": 20,
                        "totalTokens": 120,
                    }
                ],
            },
        }
    )


def test_a_client_comes_back_after_a_question():
    log = live("approved")
    asked = Projection(GIVEN, RUN)
    before = told(log[:4], asked)
    required = log[3].data
    assert isinstance(required, ApprovalRequired)
    detail = ApprovalOut(
        id="a1",
        run_id=RUN,
        run_title="x",
        node="1 c2",
        call_id="c2",
        what="Send to ned",
        why="It sends something out.",
        tool="send",
        effect="egress",
        args={"to": "ned"},
        args_hash=HASH,
        owner_id="u",
        delegate_id=None,
        state=ApprovalState.WAITING,
        requested_at=AT,
        expires_at=None,
        decided_by="",
        decided_at=None,
        comment="",
        tainted=False,
        may_remember=False,
        remember="",
    )
    assert brief(before)[-1] == "TOOL_CALL_END"
    ending = json.dumps(dumped(asked.pause([required], {"a1": detail})))
    assert json.loads(ending.replace(HASH, "HASH")) == snapshot(
        [
            {
                "type": "RUN_FINISHED",
                "threadId": "t1",
                "runId": "r1",
                "outcome": {
                    "type": "interrupt",
                    "interrupts": [
                        {
                            "id": "a1",
                            "reason": "approval",
                            "message": "Send to ned",
                            "toolCallId": "c2",
                            "responseSchema": {
                                "type": "object",
                                "properties": {
                                    "decision": {"type": "string", "enum": ["approve", "deny"]},
                                    "argsHash": {
                                        "type": "string",
                                        "const": "HASH",
                                    },
                                    "comment": {"type": "string", "maxLength": 2000},
                                },
                                "required": ["decision", "argsHash"],
                            },
                            "metadata": {
                                "menon": {
                                    "argsHash": "HASH",
                                    "why": "It sends something out.",
                                    "tool": "send",
                                    "effect": "egress",
                                    "args": {"to": "ned"},
                                }
                            },
                        }
                    ],
                },
            }
        ]
    )
    assert dumped(asked.pause([required], {}))[0]["outcome"]["interrupts"][0]["metadata"] == {
        "menon": {"argsHash": HASH}
    }
    after = told(log, Projection(GIVEN, RUN, after=frozenset({"a1"})))
    assert brief(after) == snapshot(
        [
            "RUN_STARTED",
            "TOOL_CALL_RESULT",
            "TEXT_MESSAGE_START",
            "TEXT_MESSAGE_CONTENT It is sent.",
            "TEXT_MESSAGE_END",
            "RUN_FINISHED",
        ]
    )
    ids = [event["messageId"] for event in dumped(told(log)) if "messageId" in event]
    assert [e["messageId"] for e in dumped(after) if "messageId" in e] == ids
