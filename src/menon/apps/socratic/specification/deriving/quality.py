"""Measures, limits and the plan of an interview: criteria, constraints, milestones."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, cast

from menon.apps.socratic.questions.parsers.duration import DAY_S
from menon.apps.socratic.questions.state import Interview, Known
from menon.apps.socratic.specification.requirements import Constraint, Criterion, Milestone

Kind = Literal["budget", "deadline", "team", "technology", "compliance", "security", "other"]
Measure = tuple[str, float, str]
"""The operator, the value and the unit."""

_LINE: Final = 1_000


def criteria(interview: Interview) -> list[Criterion]:
    """Every measurable quality that was said or assumed, numbered."""
    found: list[Criterion] = []
    for slot, metric, measure in _METRICS:
        known = interview.known.get(slot)
        if known is None or not known.value:
            continue
        operator, value, unit = measure(known.value)
        found.append(
            Criterion.model_validate(
                {
                    "id": f"SC-{len(found) + 1:03}",
                    "metric": metric,
                    "operator": operator,
                    "value": value,
                    "unit": unit,
                    "description": known.shown[:_LINE],
                    "source": known.source,
                }
            )
        )
    return found


def constraints(interview: Interview) -> list[Constraint]:
    """Budget, deadline, team, laws, and what is to be protected."""
    return [one for slot in _LIMITS for one in _limits(slot, interview.known.get(slot))]


def milestones(interview: Interview) -> list[Milestone]:
    """The steps of the plan, as they were said."""
    source = interview.source("plan.milestones")
    return [
        Milestone.model_validate(one | {"source": source})
        for one in interview.listed("plan.milestones")
    ]


def _at_most(unit: str, seconds: float) -> Callable[[Any], Measure]:
    def measure(value: Any) -> Measure:
        sign = "<" if value["operator"] == "<" else "<="
        return sign, round(value["seconds"] / seconds, 6), unit

    return measure


def _percent(value: Any) -> Measure:
    return (
        value["operator"] if value["operator"] in {">=", ">", "="} else ">=",
        value["percent"],
        "%",
    )


def _count(value: Any) -> Measure:
    return ">=", float(value["count"]), "users"


def _rate(value: Any) -> Measure:
    return ">=", float(value["value"]), f"{value['unit'] or 'requests'}/{value['per']}"


_METRICS: Final[tuple[tuple[str, str, Callable[[Any], Measure]], ...]] = (
    ("quality.latency", "latency_p95", _at_most("ms", 0.001)),
    ("quality.concurrency", "concurrent_users", _count),
    ("quality.availability", "availability", _percent),
    ("quality.throughput", "throughput", _rate),
    ("quality.rpo", "recovery_point", _at_most("h", 3_600)),
    ("quality.rto", "recovery_time", _at_most("h", 3_600)),
    ("quality.coverage", "test_coverage", _percent),
    ("delivery.backup", "backup_interval", _at_most("h", 3_600)),
)

_LIMITS: Final[dict[str, Kind]] = {
    "plan.budget": "budget",
    "plan.deadline": "deadline",
    "plan.team": "team",
    "plan.effort": "other",
    "quality.compliance": "compliance",
    "data.personal": "compliance",
    "quality.security": "security",
    "delivery.secrets": "security",
    "behaviour.audit": "security",
    "quality.accessibility": "other",
}
_WORDS: Final = {
    "plan.budget": "The budget is {}",
    "plan.deadline": "The first version is in use {}",
    "plan.team": "The team is {}",
    "plan.effort": "The work is expected to take {}",
    "quality.compliance": "{} applies",
    "data.personal": "Personal data: {}",
    "quality.security": "{}",
    "delivery.secrets": "Secrets are kept in: {}",
    "behaviour.audit": "It is recorded who changed what and when",
    "quality.accessibility": "Pages reach WCAG level {}",
}


def _limits(slot: str, known: Known | None) -> Iterator[Constraint]:
    if known is None or not known.value or known.value == "none":
        return
    several = isinstance(known.value, list)
    lines = cast("list[Any]", known.value) if several else [known.shown]
    value, unit = _measured(slot, known.value)
    for line in lines:
        text = _WORDS[slot].format(line)[:_LINE]
        yield Constraint(kind=_LIMITS[slot], text=text, value=value, unit=unit, source=known.source)


def _measured(slot: str, value: Any) -> tuple[float | None, str]:
    if slot == "plan.budget":
        return float(value["amount"]), value["currency"]
    if slot == "plan.deadline":
        return (float(value["days"]), "days") if "days" in value else (None, value["date"])
    if slot == "plan.team":
        return float(value["count"]), "people"
    if slot == "plan.effort":
        return round(value["seconds"] / DAY_S, 2), "days"
    return None, ""
