"""A measurable quality in words."""

from typing import Final

from menon.apps.socratic.specification.requirements import Criterion

_WORDS: Final = {
    "<": "below",
    "<=": "at most",
    "=": "exactly",
    ">=": "at least",
    ">": "above",
}


def measured(criterion: Criterion) -> str:
    """Such as `latency p95 of search is at most 300 ms`."""
    about = f" of {criterion.scope}" if criterion.scope else ""
    unit = f" {criterion.unit}" if criterion.unit else ""
    value = f"{_WORDS[criterion.operator]} {criterion.value:.12g}{unit}"
    why = f" ({criterion.description})" if criterion.description else ""
    return f"{criterion.metric.replace('_', ' ')}{about} is {value}{why}"
