"""What follows from a specification for a plan: modules, order, time. Decisions are pure."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.insights import reviewing
from menon.apps.socratic.specification import Specification
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runtime import Runtime

COST = {"P1": 3, "P2": 2, "P3": 1}
"""How much a requirement weighs where nothing better is known."""


async def needed(runtime: Runtime, who: Principal, project_id: str) -> Specification:
    """The newest specification of a project.

    Raises:
        Conflict: it has none yet.
    """
    found = await reviewing.newest(runtime, who, project_id)
    if found is None:
        raise Conflict("The project has no specification yet; make one of a session's answers.")
    return agreements.read(found.specification)


def modules(spec: Specification) -> dict[str, Any]:
    """Requirements by the entity that they are about first; `general` for those about none."""
    grouped: dict[str, list[dict[str, Any]]] = {entity.name: [] for entity in spec.entities}
    for one in spec.features:
        about = next((name for name in one.entities if name in grouped), "general")
        shown = {"id": one.id, "title": one.title, "priority": one.priority}
        grouped.setdefault(about, []).append(shown)
    return {
        "modules": [
            {"name": name, "requirements": held, "size": sum(COST[r["priority"]] for r in held)}
            for name, held in grouped.items()
        ]
    }


def ordered(spec: Specification) -> list[str]:
    """The ids of the requirements: what others depend on first, then by priority.

    Raises:
        Conflict: requirements depend on each other in a circle.
    """
    known = {one.id: one for one in spec.features}
    sorter = TopologicalSorter(
        {one.id: [d for d in one.depends_on if d in known] for one in spec.features}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(map(str, error.args[1]))
        raise Conflict(f"Requirements depend on each other in a circle: {circle}.") from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (known[name].priority, name))
        order += ready
        sorter.done(*ready)
    return order


def assignments(spec: Specification, people: Sequence[str]) -> dict[str, Any]:
    """Each requirement for whoever has the least to do by then, in an order that can be kept."""
    load = dict.fromkeys(people, 0)
    known = {one.id: one for one in spec.features}
    tasks: list[dict[str, Any]] = []
    for name in ordered(spec):
        one = known[name]
        person = min(load, key=lambda each: (load[each], each)) if load else None
        if person is not None:
            load[person] += COST[one.priority]
        tasks.append(
            {
                "requirement": one.id,
                "title": one.title,
                "priority": one.priority,
                "after": list(one.depends_on),
                "assignee": person,
            }
        )
    return {"tasks": tasks, "load": load}


def timeline(spec: Specification) -> dict[str, Any]:
    """Milestones one after another in days, and what the deadline leaves."""
    start, parts = 0.0, list[dict[str, Any]]()
    for one in spec.milestones:
        days = one.days or 0.0
        parts.append(
            {"name": one.name, "from_day": start, "to_day": start + days, "date": one.date}
        )
        start += days
    deadlines = [
        {"text": one.text, "value": one.value, "unit": one.unit}
        for one in spec.constraints
        if one.kind == "deadline"
    ]
    return {"milestones": parts, "days": start, "deadlines": deadlines}
