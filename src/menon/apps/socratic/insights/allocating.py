"""Who can do how much of what until when: a specification's work laid on a project's people; pure.

Effort is in points, as `planning` weighs requirements; days and money follow where the
specification says how long there is, and what may be spent.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, Final

from menon.apps.socratic.insights.planning import COST, ordered
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.requirements import Constraint

POINT_DAYS: Final = 2.0
"""Days of one person that a point takes where nothing better is known."""
_DAYS: Final = {"day": 1.0, "week": 5.0, "month": 21.0, "quarter": 63.0, "year": 250.0}
"""Working days."""


def allocation(
    spec: Specification, people: Sequence[str], size: int | None = None
) -> dict[str, Any]:
    """Requirements by person, what that takes of the time and the money, and whether it fits.

    Args:
        spec: what is to be done.
        people: who can do it.
        size: how many people there are, where that is known better than by their names.
    """
    known = {one.id: one for one in spec.features}
    order = ordered(spec)
    total = sum(COST[known[name].priority] for name in order)
    hands = size or said_team(spec) or len(people) or 1
    days, planned = _available(spec), _planned(spec)
    per_point = planned / total if planned and total else POINT_DAYS
    work = total * per_point
    budget = next((c for c in spec.constraints if c.kind == "budget" and c.value), None)
    shares = _shares(spec, order, people)
    return {
        "people": [_person(name, shares[name], spec, per_point, days) for name in people],
        "unassigned": [] if people else order,
        "modules": _modules(spec, total, per_point, budget),
        "effort_points": total,
        "effort_days": round(work, 1),
        "days_per_point": round(per_point, 2),
        "measured_by": "milestones" if planned else "points",
        "team": hands,
        "calendar_days": ceil(work / hands) if total else 0,
        "available_days": days,
        "fits": None if days is None else work <= days * hands,
        "people_needed": ceil(work / days) if days else None,
        "budget": None if budget is None else {"value": budget.value, "unit": budget.unit},
    }


def said_team(spec: Specification) -> int | None:
    """How many people the specification speaks of."""
    sizes = [one.value for one in spec.constraints if one.kind == "team" and one.value]
    return max(1, int(sizes[0])) if sizes else None


def _available(spec: Specification) -> float | None:
    """Working days until the deadline, where it is told as a time span."""
    found = [_working_days(one) for one in spec.constraints if one.kind == "deadline"]
    return min((days for days in found if days is not None), default=None)


def _working_days(one: Constraint) -> float | None:
    unit = one.unit.lower().rstrip("s")
    return one.value * _DAYS[unit] if one.value is not None and unit in _DAYS else None


def _planned(spec: Specification) -> float:
    """Days of all milestones together."""
    return sum(one.days or 0.0 for one in spec.milestones)


def _shares(
    spec: Specification, order: Iterable[str], people: Sequence[str]
) -> dict[str, list[str]]:
    """The requirements of each person: whoever has least to do takes the next."""
    known = {one.id: one for one in spec.features}
    load = dict.fromkeys(people, 0)
    held: dict[str, list[str]] = {name: [] for name in people}
    for name in order:
        if not load:
            break
        person = min(load, key=lambda each: (load[each], each))
        load[person] += COST[known[name].priority]
        held[person].append(name)
    return held


def _person(
    name: str, held: Sequence[str], spec: Specification, per_point: float, days: float | None
) -> dict[str, Any]:
    known = {one.id: one for one in spec.features}
    work = sum(COST[known[each].priority] for each in held) * per_point
    return {
        "username": name,
        "requirements": list(held),
        "days": round(work, 1),
        "utilization": round(work / days, 3) if days else None,
        "overloaded": None if not days else work > days,
    }


def _modules(
    spec: Specification, total: int, per_point: float, budget: Constraint | None
) -> list[dict[str, Any]]:
    """What each subject takes of the effort, and of the money."""
    sizes: dict[str, int] = {}
    names = {entity.name for entity in spec.entities}
    for one in spec.features:
        about = next((name for name in one.entities if name in names), "general")
        sizes[about] = sizes.get(about, 0) + COST[one.priority]
    return [
        {
            "name": name,
            "points": size,
            "days": round(size * per_point, 1),
            "share": round(size / total, 3) if total else 0.0,
            "budget": (
                round(budget.value * size / total, 2) if budget and budget.value and total else None
            ),
        }
        for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    ]
