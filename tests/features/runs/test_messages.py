"""What sockets say of runs and of what happened."""

from datetime import UTC, datetime
from typing import Any

import pytest

from menon.core.runs.events import Complete, Content, Envelope, Event, Progress, State
from menon.features.audit.looking import Happened, RunSeen
from menon.features.runs import messages
from menon.features.runs.schemas import Progress as Shown
from menon.features.runs.schemas import RunOut

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _run(state: str, **more: Any) -> RunOut:
    fields: dict[str, Any] = dict.fromkeys(RunOut.model_fields)
    fields |= dict.fromkeys(("title", "subject", "owner_id", "model", "trace_id"), "")
    fields |= {"id": "r", "kind": "task", "state": state, "epoch": 1, "span_id": "", "input": {}}
    fields |= {"progress": Shown(done=1, total=3, note="half"), "attempts": 1, "usage": {}}
    return RunOut.model_validate(fields | {"created_at": AT} | more)


@pytest.mark.parametrize("state", ["queued", "running", "waiting", "paused"])
def test_an_open_task_has_a_status(state: str):
    told = messages.status(_run(state))
    assert told["type"] == "task_status"
    assert told["data"]["state"] == state
    assert told["data"]["progress"] == {"done": 1, "total": 3, "note": "half"}


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled", "interrupted"])
def test_an_ended_task_is_complete_with_what_came_of_it(state: str):
    told = messages.status(_run(state, output=[1], ended_at=AT, error={"code": "X"}))
    assert told["type"] == "task_complete"
    assert told["data"] == {
        "task_id": "r",
        "kind": "task",
        "state": state,
        "output": [1],
        "error": {"code": "X"},
        "ended_at": AT.isoformat(),
    }


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (Progress(done=2, total=4, note="b"), "task_progress"),
        (Content(text="x"), None),
        (State(before="running", after="waiting"), None),
        (Complete(), None),
    ],
)
def test_progress_is_told_as_it_comes(data: Event, kind: str | None):
    told = messages.of_event(Envelope(run="r", epoch=1, seq=1, at=AT, type=data.type, data=data))
    assert (told and told["type"]) == kind


@pytest.mark.parametrize("kind", ["task", "codegen"])
def test_a_run_that_changed_is_told_with_its_progress(kind: str):
    told = messages.of_run(RunSeen("r", "u", kind, "T", "", "running", 1, 2, 7, "design", None))
    assert told["type"] == "run_update"
    assert told["data"]["progress"] == {"done": 2, "total": 7, "note": "design"}


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("approval.requested", "approval_required"),
        ("approval.decided", "approval_resolved"),
        ("webhook.disabled", "notice"),
    ],
)
def test_domain_events_are_told_by_name(event: str, kind: str):
    told = messages.of_happened(Happened("e", event, "run:r", AT, {"id": "e", "run_id": "r"}))
    assert told["type"] == kind
    fields = told["data"].get("detail", told["data"])
    assert fields == {"run_id": "r"}
