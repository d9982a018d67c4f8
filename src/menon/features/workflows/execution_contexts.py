"""What the pages of executions show: the graph, the steps one by one, what a person may do."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.runs.models import ENDED, RunState
from menon.core.runtime import Runtime
from menon.core.web import values
from menon.features.audit.service import task_log
from menon.features.runs import contexts as runs
from menon.features.runs import inbox
from menon.features.runs.rules import shown_args
from menon.features.workflows import queries, views
from menon.features.workflows.contexts import ANY_ICON, ICONS, anchor, drawn, execution_row
from menon.features.workflows.schemas import ExecutionOut, StepOut

_LINES, _LONGEST = 200, 20_000
_STATES = {
    "completed": "check-circle",
    "failed": "exclamation-circle",
    "running": "arrow-repeat",
    "waiting": "clock-history",
    "cancelled": "stop-fill",
    "interrupted": "exclamation-triangle",
}


async def page(runtime: Runtime, who: Principal, run_id: str) -> dict[str, Any]:
    """An execution with its steps and its log."""
    found = await runtime.db.read(views.execution, who, run_id)
    asked = await _asked(runtime, who, run_id)
    logged = await task_log(runtime, who, run_id, Page(_LINES))
    steps = [_step(each, runtime.clock.now()) for each in found.steps]
    return {
        "execution": _shown(found, steps),
        "steps": steps,
        "picture": drawn(found.definition, {each.id: each.state for each in found.steps}),
        "approvals": asked,
        "lines": [{"at": one.at, "level": one.level, "text": one.message} for one in logged.items],
        "more_lines": logged.next_cursor is not None,
        "may": _may(who, found),
    }


async def forking(
    runtime: Runtime, who: Principal, run_id: str, step: str, *, text: str = "", error: str = ""
) -> dict[str, Any]:
    """The form that runs an execution anew from a step."""
    found = await runtime.db.read(views.execution, who, run_id)
    nodes = [
        (name, str(raw.get("name") or name)) for name, raw in found.definition["steps"].items()
    ]
    return {
        "execution": {"id": found.id, "name": found.name},
        "nodes": nodes,
        "form": {"step": step, "input": text or as_json(found.input)},
        "error": error,
    }


def as_json(value: Any) -> str:
    """A value for people, secrets masked; only the beginning of a very long one."""
    text = json.dumps(shown_args(value), ensure_ascii=False, indent=2, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"


async def _asked(runtime: Runtime, who: Principal, run_id: str) -> list[dict[str, Any]]:
    """What it, or a run below it, waits for, where this principal may decide it."""
    if reach(who, Action.APPROVE) is Reach.NONE:
        return []
    run_ids = await runtime.db.read(_open_runs, who, run_id)
    found = [each for one in run_ids for each in await inbox.of_run(runtime, who, one)]
    return [runs.approval(who, each) for each in found if each.state == "waiting"]


def _open_runs(session: Session, who: Principal, run_id: str) -> list[str]:
    run, _ = queries.execution(session, who, run_id)
    rows = [run, *queries.below(session, run_id)]
    return [row.id for row in rows if RunState(row.state) not in ENDED]


def _shown(found: ExecutionOut, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    state = RunState(found.state)
    return {
        **execution_row(found),
        "workflow_id": found.workflow_id,
        "epoch": found.epoch,
        "parent": found.parent_id,
        "ended_at": found.ended_at,
        "live": state not in ENDED,
        "input": _value(found.input),
        "output": _value(found.output),
        "cost": _total(steps, "cost"),
        "tokens": int(_total(steps, "input_tokens") + _total(steps, "output_tokens")),
        "counts": _counts(steps),
    }


def _value(value: Any) -> dict[str, Any] | None:
    """A value for people, secrets masked."""
    return values.shown(shown_args(value), as_json)


def _counts(steps: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in steps:
        found[each["state"]] = found.get(each["state"], 0) + 1
    return found


def _total(steps: Iterable[Mapping[str, Any]], name: str) -> float:
    return sum(float(each["usage"].get(name) or 0) for each in steps)


def _may(who: Principal, found: ExecutionOut) -> dict[str, bool]:
    """Which buttons an execution has for somebody who may read it."""
    able, state = reach(who, Action.RUN) is not Reach.NONE, RunState(found.state)
    return {
        "act": able,
        "pause": able and state in {RunState.QUEUED, RunState.RUNNING, RunState.WAITING},
        "resume": able and state is RunState.PAUSED,
        "cancel": able and state not in ENDED,
        "retry": able and state in {RunState.FAILED, RunState.INTERRUPTED},
        "again": able and found.workflow_id is not None and state in ENDED,
    }


def _step(each: StepOut, now: datetime) -> dict[str, Any]:
    end = each.ended_at or (now if each.state == "running" else None)
    output = _object(each.output)
    return {
        "id": each.id,
        "anchor": anchor(each.id),
        "name": each.name,
        "kind": each.type,
        "icon": _STATES.get(each.state, ICONS.get(each.type, ANY_ICON)),
        "state": each.state,
        "below": each.id != each.id.partition("[")[0].partition(".")[0],
        "attempt": each.attempt,
        "started_at": each.started_at,
        "seconds": (end - each.started_at).total_seconds() if end and each.started_at else None,
        "due_at": each.due_at,
        "error": each.error,
        "input": _value(each.input),
        "output": _value(each.output),
        "usage": _object(output.get("usage")),
        "run": _run_of(each, output),
        "whole": bool(_object(output.get("artifact")).get("ref")),
    }


def _run_of(each: StepOut, output: Mapping[str, Any]) -> str | None:
    """The run that worked for a step: one below it, or that of its agent."""
    told = output.get("run_id") if each.type == "agent" else None
    return each.child_id or (told if isinstance(told, str) else None)


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
