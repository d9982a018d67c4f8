"""What a run's events look like in its log."""

from datetime import UTC, datetime
from typing import Any

import pytest

from menon.core.runs.events import (
    ApprovalRequired,
    ApprovalResolved,
    Cancelled,
    Complete,
    Content,
    Envelope,
    Error,
    Event,
    Metadata,
    Progress,
    Retrying,
    State,
    StepFinished,
    StepStarted,
)
from menon.features.audit.entries import TOLD, Entry, level_of, of_event
from menon.features.audit.queries import LogFilter

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _entry(data: Event) -> Entry | None:
    return of_event(Envelope(run="r", epoch=2, seq=7, at=AT, type=data.type, data=data))


@pytest.mark.parametrize(
    ("data", "level", "message"),
    [
        (State(before="queued", after="running"), "info", "queued → running"),
        (
            State(before="running", after="paused", reason="paused by dora"),
            "info",
            "running → paused: paused by dora",
        ),
        (State(before="running", after="interrupted"), "warning", "running → interrupted"),
        (StepStarted(node="fetch", attempt=2), "info", "fetch: attempt 2"),
        (StepFinished(node="fetch", outcome="completed"), "info", "fetch: completed"),
        (StepFinished(node="fetch", outcome="failed"), "warning", "fetch: failed"),
        (
            Retrying(attempt=1, after_s=0.5, cause="TOOL_002"),
            "warning",
            "tries again in 0.5 s: TOOL_002",
        ),
        (Error(code="X_001", detail="It broke."), "error", "X_001: It broke."),
        (Cancelled(by="dora"), "info", "cancelled by dora"),
        (Complete(output={"a": 1}), "info", "completed"),
        (
            ApprovalRequired(approval_id="a", what="Send it", args_hash="h"),
            "info",
            "waits for approval: Send it",
        ),
        (
            ApprovalResolved(approval_id="a", decision="denied", by="dora"),
            "info",
            "denied by dora",
        ),
    ],
)
def test_news_are_entries(data: Event, level: str, message: str):
    entry = _entry(data)
    assert entry is not None
    assert (entry.level, entry.message, entry.source) == (level, message, data.type)
    assert entry.source in TOLD
    assert (entry.task_id, entry.id) == ("r", "000002.00000007")


@pytest.mark.parametrize(
    "data", [Content(text="x"), Metadata(agent="a", model="m"), Progress(done=1)]
)
def test_words_are_not(data: Event):
    assert _entry(data) is None
    assert data.type not in TOLD


def test_secrets_in_messages_are_masked():
    entry = _entry(Error(code="X_001", detail="refused: Bearer abcdefgh12345678"))
    assert entry is not None
    assert "abcdefgh" not in entry.message


@pytest.mark.parametrize(
    ("severity", "level"),
    [(5, "debug"), (10, "debug"), (25, "info"), (30, "warning"), (40, "error"), (50, "error")],
)
def test_severities_are_rounded_down(severity: int, level: str):
    assert level_of(severity) == level


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"level": "warning"}, True),
        ({"level": "error"}, False),
        ({"task_id": "r"}, True),
        ({"task_id": "other"}, False),
        ({"agent_id": "a1"}, True),
        ({"agent_id": "a2"}, False),
    ],
)
def test_filters_choose(wanted: dict[str, Any], *, fits: bool):
    entry = _entry(Retrying(attempt=1, after_s=1, cause="x"))
    assert entry is not None
    assert LogFilter(**wanted).fits(entry, "agent:a1") is fits
