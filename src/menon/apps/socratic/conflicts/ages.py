"""From which age on something may be done: `from the age of 12`, `must be 16 to join`."""

import math

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import Interval
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.units import factor

_OLDEST = 120
_PERIOD = 6
"""Tokens around a number among which its age is named."""


def least_age(clause: Clause, quantity: Quantity) -> Interval | None:
    """The age that is asked for, in years, or nothing if it is none or not the least."""
    if clause.negated or quantity.dim not in {"count", "time"}:
        return None
    near = set(clause.stems[max(0, quantity.start - _PERIOD) : quantity.end + 2])
    if not near & words("metrics", "ages"):
        return None
    least = quantity.interval.low / (factor("time", "year") if quantity.dim == "time" else 1)
    bounded = quantity.operator in {">", ">="} or bool(near & words("metrics", "ages_from"))
    if not bounded or not math.isfinite(least) or not 1 <= least <= _OLDEST:
        return None
    return Interval(round(least), round(least))


def deed(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """What may be done from then on."""
    people = words("actors", "roles") | words("metrics", "people")
    inside = set(clause.canon[quantity.start : quantity.end])
    return clause.content - people - words("metrics", "ages") - inside
