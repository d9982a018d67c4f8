"""What the pages of workflow definitions show, in the shapes that their templates declare."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.frame import Command, FramePart
from menon.features.workflows import executions, service
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.models import Visibility
from menon.features.workflows.queries import ExecutionFilter
from menon.features.workflows.rules.definition import read
from menon.features.workflows.rules.guide import FIRST, guide
from menon.features.workflows.rules.picture import picture
from menon.features.workflows.rules.text import Read, read_text, written
from menon.features.workflows.schemas import BodyIn, DefinitionOut, ExecutionRow
from menon.kit.difference import Line, difference

VISIBILITIES = (
    (Visibility.PRIVATE.value, "Only me"),
    (Visibility.EVERYBODY.value, "Everybody here"),
)
ICONS = {
    "agent": "cpu",
    "approval": "shield-check",
    "condition": "signpost-split",
    "http": "link-45deg",
    "map": "collection",
    "model": "stars",
    "parallel": "layout-sidebar",
    "subworkflow": "bounding-box",
    "tool": "tools",
    "transform": "sliders",
    "wait": "clock-history",
}
ANY_ICON = "plug"
_ROWS, _RUNS, _VERSIONS, _STARTABLE = 25, 20, 100, 200


async def frame(_runtime: Runtime, who: Principal) -> FramePart:
    """What the command palette offers to those who may do it."""
    commands = [
        Command(label="See what workflows ran", href="/runs?kind=workflow", icon="activity")
    ]
    if may_write(who):
        commands.append(Command(label="New workflow", href="/workflows/new", icon="plus-lg"))
    if reach(who, Action.INTEGRATE) is not Reach.NONE:
        commands.append(
            Command(label="Schedules", href="/workflows/schedules", icon="clock-history")
        )
    return FramePart(commands=commands)


async def startable(runtime: Runtime, who: Principal) -> list[tuple[str, str]]:
    """The workflows that somebody may run, by their ids, with their names."""
    if reach(who, Action.RUN) is Reach.NONE:
        return []
    found = await service.listing(runtime, who, Page(_STARTABLE))
    return [(one.id, one.name) for one in found.items]


async def listing(runtime: Runtime, who: Principal, cursor: str | None) -> dict[str, Any]:
    """A page of workflows."""
    found = await service.listing(runtime, who, Page(_ROWS, cursor))
    following = f"/workflows?{urlencode({'cursor': found.next_cursor})}"
    return {
        "workflows": [_row(who, each) for each in found.items],
        "next": following if found.next_cursor else None,
        **rights(who),
    }


async def editor(
    runtime: Runtime,
    who: Principal,
    workflow: DefinitionOut | None,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """A workflow in its editor; what somebody typed stands before what is stored."""
    form = (_stored(workflow) if workflow else _fresh()) | dict(values or {})
    mine = workflow is None or may_change(who, workflow)
    return {
        "workflow": _row(who, workflow) if workflow else None,
        "form": form,
        "errors": errors or {},
        "error": error,
        "visibilities": VISIBILITIES,
        "kinds": kind_guides(runtime[Kinds]),
        "checked": checked(read_text(form["definition"], runtime[Kinds])),
        "may_change": mine and may_write(who),
        **rights(who),
    }


def checked(found: Read) -> dict[str, Any]:
    """What is wrong with a definition, and how it looks."""
    return {
        "wrong": [asdict(each) for each in found.wrong],
        "steps": len(found.steps),
        "picture": drawn({"steps": found.steps}, {}, down=True),
    }


def drawn(
    body: Mapping[str, Any], states: Mapping[str, str], *, down: bool = False
) -> dict[str, Any] | None:
    """A definition as the templates draw it; None where it cannot be drawn."""
    try:
        found = picture(read(body), states, down=down)
    except (ValueError, TypeError):
        return None
    if found is None:
        return None
    boxes = [
        {**asdict(box), "icon": ICONS.get(box.kind, ANY_ICON), "anchor": anchor(box.id)}
        for box in found.boxes
    ]
    curves = [asdict(curve) for curve in found.curves]
    return {"boxes": boxes, "curves": curves, "width": found.width, "height": found.height}


def anchor(node: str) -> str:
    """A node's name as an id of HTML."""
    return "step-" + "".join(c if c.isalnum() or c in "_-" else "." for c in node)


def kind_guides(kinds: Kinds) -> list[dict[str, Any]]:
    """The kinds of steps as the editor explains them."""
    return [{**asdict(each), "icon": ICONS.get(each.name, ANY_ICON)} for each in guide(kinds)]


async def running(
    runtime: Runtime,
    who: Principal,
    workflow_id: str,
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form that runs a workflow, with what it takes."""
    workflow = await service.get(runtime, who, workflow_id)
    typed = values or {}
    return {
        "workflow": _row(who, workflow),
        "inputs": [_input(name, one, typed) for name, one in workflow.inputs.items()],
        "whole": typed.get("input", "{}"),
        "errors": errors or {},
        "error": error,
        "picture": drawn({"steps": workflow.steps}, {}),
    }


async def history(
    runtime: Runtime, who: Principal, workflow_id: str, cursor: str | None
) -> dict[str, Any]:
    """The executions of a workflow."""
    workflow = await service.get(runtime, who, workflow_id)
    wanted = ExecutionFilter(workflow_id=workflow_id)
    found = await executions.listing(runtime, who, wanted, Page(_RUNS, cursor))
    query = urlencode({"cursor": found.next_cursor})
    following = f"/workflows/{workflow_id}/executions?{query}" if found.next_cursor else None
    return {
        "workflow": _row(who, workflow),
        "executions": [execution_row(each) for each in found.items],
        "next": following,
        "live": any(each.ended_at is None for each in found.items) and cursor is None,
        **rights(who),
    }


async def versions(
    runtime: Runtime, who: Principal, workflow_id: str, pair: tuple[int, int] | None
) -> dict[str, Any]:
    """The versions of a workflow, two of them compared."""
    workflow = await service.get(runtime, who, workflow_id)
    found = await service.versions(runtime, who, workflow_id, Page(_VERSIONS))
    lines: list[Line] = []
    if pair is not None:
        old, new = [(await service.get(runtime, who, workflow_id, n)) for n in pair]
        lines = difference(text_of(old).splitlines(), text_of(new).splitlines())
    return {
        "workflow": _row(who, workflow),
        "versions": [
            {
                "number": each.number,
                "at": each.created_at,
                "steps": each.steps,
                "by": "by you" if each.created_by == who.user_id else "by somebody else",
                "current": each.number == workflow.version,
            }
            for each in found.items
        ],
        "compared": {"old": pair[0], "new": pair[1]} if pair else None,
        "diff": lines,
        "may_change": may_change(who, workflow),
        **rights(who),
    }


def text_of(workflow: DefinitionOut) -> str:
    """A workflow's definition as text."""
    return written(workflow.model_dump(mode="json", include=set(BodyIn.model_fields)))


def execution_row(each: ExecutionRow) -> dict[str, Any]:
    """An execution in a list."""
    end = each.ended_at
    return {
        "id": each.id,
        "name": each.name,
        "state": each.state,
        "version": each.version,
        "done": each.progress["done"],
        "total": each.progress["total"],
        "note": each.progress["note"],
        "started_at": each.started_at or each.created_at,
        "seconds": (end - each.started_at).total_seconds() if end and each.started_at else None,
        "forked_from": each.forked_from,
        "error": each.error,
    }


def may_write(who: Principal) -> bool:
    """Whether somebody may have workflows of their own."""
    return reach(who, Action.AUTHOR) is not Reach.NONE


def may_change(who: Principal, workflow: DefinitionOut) -> bool:
    """Whether somebody may change this workflow."""
    reached = reach(who, Action.AUTHOR)
    return reached is Reach.ANY or (reached is Reach.OWN and workflow.is_mine)


def rights(who: Principal) -> dict[str, bool]:
    """Which buttons the pages of workflows have for somebody."""
    return {
        "may_write": may_write(who),
        "may_run": reach(who, Action.RUN) is not Reach.NONE,
        "may_schedule": reach(who, Action.INTEGRATE) is not Reach.NONE,
    }


def _row(who: Principal, each: DefinitionOut) -> dict[str, Any]:
    kinds = dict.fromkeys(str(step["type"]) for step in each.steps.values())
    return {
        "id": each.id,
        "name": each.name,
        "description": each.description,
        "shared": each.visibility == Visibility.EVERYBODY,
        "version": each.version,
        "steps": len(each.steps),
        "kinds": [{"name": kind, "icon": ICONS.get(kind, ANY_ICON)} for kind in kinds],
        "changed_at": each.updated_at,
        "mine": may_change(who, each),
    }


def _stored(workflow: DefinitionOut) -> dict[str, Any]:
    return {
        "name": workflow.name,
        "description": workflow.description,
        "visibility": workflow.visibility,
        "version": workflow.version,
        "definition": text_of(workflow),
    }


def _fresh() -> dict[str, Any]:
    return {
        "name": "",
        "description": "",
        "visibility": Visibility.PRIVATE.value,
        "version": "",
        "definition": json.dumps(FIRST, indent=2),
    }


def _input(name: str, one: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    default = one.get("default")
    shown = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
    kind = str(one.get("type", "any"))
    return {
        "name": name,
        "type": kind,
        "required": bool(one.get("required", True)) and default is None,
        "help": str(one.get("description") or ""),
        "value": typed.get(f"input.{name}", "" if default is None else shown),
        "long": kind in {"object", "array", "any"},
    }
