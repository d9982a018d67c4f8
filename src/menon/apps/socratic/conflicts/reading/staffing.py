"""What people cost for a time, where one clause tells all three."""

import math
from collections.abc import Iterator
from typing import Final

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.quantities import DAY, Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.reading.money import is_team, kind_of

_WORKED: Final = {
    "h": 1.0, "day": 8.0, "working day": 8.0, "week": 40.0, "fortnight": 80.0, "sprint": 80.0,
    "month": 160.0, "quarter": 480.0, "year": 1920.0,
}  # fmt: skip
"""Hours that one person works in a time."""
_BASE: Final = {
    "h": 3600.0, "day": DAY, "working day": 120_960.0, "week": 604_800.0,
    "fortnight": 1_209_600.0, "sprint": 1_209_600.0, "month": 2_629_800.0,
    "quarter": 7_889_400.0, "year": 31_557_600.0,
}  # fmt: skip


def read(clause: Clause) -> Iterator[Assertion]:
    """`Three contractors at 650 euros a day for four months` as one cost."""
    rate = next((q for q in clause.quantities if kind_of(clause, q) == "rate"), None)
    if rate is None:
        return
    team = next((q.interval.low for q in clause.quantities if is_team(clause, q)), None)
    hours = next((h for q in clause.quantities if (h := worked(q)) is not None), None)
    if team is None:
        people = (q for q in clause.quantities if q.dim == "count" and "person" in q.noun)
        team = next((q.interval.low for q in people), None)
    if team is None:
        # `300 hours at 95 dollars`: hours of work, whoever does them.
        team = 1.0
    hourly = rate.interval.low / _WORKED.get(rate.per, math.inf)
    if hours is None or not math.isfinite(team):
        return
    price = team * hourly * hours
    if math.isfinite(price) and price > 0:
        yield assertion(
            clause, "cost", operator="=", value=Interval(price, price), unit=rate.unit,
            about=frozenset({"staff"}), shown=f"{price:,.0f} {rate.unit} ({clause.text})",
        )  # fmt: skip


def worked(quantity: Quantity) -> float | None:
    """The working hours of one person in a time, at least."""
    if quantity.dim == "effort" and math.isfinite(quantity.interval.low):
        return quantity.interval.low
    if quantity.dim != "time" or quantity.unit not in _WORKED:
        return None
    low = quantity.interval.low
    if not math.isfinite(low):
        low = quantity.interval.high
    return low / _BASE[quantity.unit] * _WORKED[quantity.unit] if math.isfinite(low) else None


READER = Reader(read=read)
