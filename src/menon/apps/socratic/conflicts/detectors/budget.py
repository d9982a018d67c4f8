"""Money that does not suffice: sums of costs, or team x rate x duration, over the budget."""

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, pairs, same_subject, told
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
    Severity,
)
from menon.apps.socratic.conflicts.reading.money import UNSURE
from menon.apps.socratic.conflicts.units import yearly

_HOURS_A_DAY = 1920 / 365.25
"""Working hours for a day of the calendar."""


def _interval(one: Assertion) -> Interval:
    return one.value if isinstance(one.value, Interval) else Interval()


def find(evidence: Evidence) -> list[Conflict]:
    """Budgets against budgets, against costs and against the price of the team."""
    budgets = evidence.of("budget")
    costs = evidence.of("cost")
    found = [*_budgets(evidence, budgets)]
    for budget in budgets:
        found += _costs(evidence, budget, costs)
        found += islice(_team(evidence, budget), MOST)
        if len(found) > MOST:
            break
    return found


def _budgets(evidence: Evidence, budgets: Sequence[Assertion]) -> Iterator[Conflict]:
    for one, other in pairs(budgets):
        alike = _one_currency(one, other) and not _elsewhere(one, other)
        alike = alike and same_subject(one.about, other.about)
        if alike and _interval(one).apart(_interval(other), 1e-9):
            yield _told(evidence, (one, other), f"{one.shown} excludes {other.shown}")


def _place(one: Assertion) -> frozenset[str]:
    """Money for another phase or region is other money."""
    return frozenset(s for s in one.scope if s.startswith(("phase:", "region:", "env:", "if:")))


def _elsewhere(one: Assertion, other: Assertion) -> bool:
    """Whether one is for another place, phase or year; without a year it is for any."""
    years = [frozenset(s for s in a.scope if s.startswith("year:")) for a in (one, other)]
    return _place(one) != _place(other) or (all(years) and years[0].isdisjoint(years[1]))


def _one_currency(one: Assertion, other: Assertion) -> bool:
    first, second = one.unit.split("/"), other.unit.split("/")
    return first[1:] == second[1:] and (first[0] == second[0] or "*" in {first[0], second[0]})


def _costs(evidence: Evidence, budget: Assertion, costs: Sequence[Assertion]) -> Iterator[Conflict]:
    limit = _interval(budget).high
    if not math.isfinite(limit):
        return
    charged: list[tuple[Assertion, float]] = []
    for cost in costs:
        amount = _charged(budget, cost)
        if amount is None or _elsewhere(cost, budget):
            continue
        if amount > limit * (1 + 1e-9):
            if cost.source != budget.source and UNSURE not in cost.target:
                yield _told(evidence, (budget, cost), f"{cost.shown} is more than {budget.shown}")
            charged = [item for item in charged if item[1] <= limit]
            continue
        if cost.about and all(cost.about != other.about for other, _ in charged):
            charged.append((cost, amount))
    total = sum(amount for _, amount in charged)
    if len(charged) > 1 and total > limit * (1 + 1e-9) and not budget.about:
        witness = f"the costs are {total:,.0f} together, more than {budget.shown}"
        yield _told(evidence, (budget, *(cost for cost, _ in charged)), witness)


def _charged(budget: Assertion, cost: Assertion) -> float | None:
    """What a cost takes from the budget at least, in its period; none if they do not compare."""
    currency, _, period = budget.unit.partition("/")
    paid_in, _, every = cost.unit.partition("/")
    low = _interval(cost).low
    if not math.isfinite(low) or not (currency == paid_in or "*" in {currency, paid_in}):
        return None
    if budget.about and not (
        same_subject(budget.about, cost.about) and _of_one_thing(budget.subject, cost.subject)
    ):
        return None
    if not period:
        return low
    if not every:
        return None
    return yearly(low, every) / yearly(1.0, period)


def _of_one_thing(capped: frozenset[str], paid: frozenset[str]) -> bool:
    """Whether hosting of the shop is that of the shop."""
    mine, theirs = (one - words("actors", "roles") for one in (capped, paid))
    return not (mine and theirs) or bool(mine & theirs)


def _team(evidence: Evidence, budget: Assertion) -> Iterator[Conflict]:
    limit = _interval(budget).high
    if not math.isfinite(limit) or "/" in budget.unit or budget.about:
        return
    for rate in evidence.of("rate"):
        if rate.unit != budget.unit and "*" not in {rate.unit, budget.unit}:
            continue
        hourly = _interval(rate).low
        for effort in evidence.of("effort"):
            price = _interval(effort).low * 8 * hourly
            if math.isfinite(price) and price > limit:
                witness = f"{effort.shown} at {rate.shown} are {price:,.0f}"
                yield _told(evidence, (budget, rate, effort), witness)
        yield from _hours(evidence, budget, rate, hourly, limit)


def _hours(
    evidence: Evidence, budget: Assertion, rate: Assertion, hourly: float, limit: float
) -> Iterator[Conflict]:
    for team in evidence.of("team"):
        for span in evidence.of("duration"):
            days = _interval(span).low
            # `30 days` of people who are paid by the day are working days.
            a_day = 8.0 if span.unit in {"day", "working day"} else _HOURS_A_DAY
            price = _interval(team).low * hourly * days * a_day
            if not span.about and math.isfinite(price) and price > limit * 1.05:
                witness = f"{team.shown} at {rate.shown} for {days:.0f} days are about {price:,.0f}"
                claims = (budget, team, rate, span)
                if len({claim.source for claim in claims}) > 1:
                    yield _told(evidence, claims, witness)


def _told(evidence: Evidence, claims: Sequence[Assertion], witness: str) -> Conflict:
    return told(
        evidence,
        ConflictType.BUDGET,
        Grade.HARD,
        claims,
        why="The money does not suffice for what is planned.",
        witness=witness,
        severity=Severity.CRITICAL,
    )


DETECTOR = Detector(type=ConflictType.BUDGET, order=2, find=find)
