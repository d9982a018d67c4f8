"""Money of the project: budgets, costs, rates, and the people who are paid."""

import math
from collections.abc import Iterator
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion

_YEARLY = {"h": 1920.0, "day": 240.0, "week": 52.0, "month": 12.0, "quarter": 4.0, "year": 1.0}
"""Working hours, working days and so on of a year."""
_HOURS = {"h": 1.0, "day": 8.0, "week": 40.0, "month": 160.0, "year": 1920.0}
"""Working hours of one person."""


@cache
def _single(key: str) -> frozenset[str]:
    return frozenset(s for p in document("money")[key] for s in known(str(p)))


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("money")[key]), known)


def _speaks(clause: Clause, key: str) -> bool:
    return any(True for _ in _phrases(key).find(clause.canon))


def kind_of(clause: Clause, quantity: Quantity) -> str:
    """`budget`, `cost` or `rate` of the project, or nothing if the money is of the trade."""
    if quantity.dim != "money" or quantity.operator == "!":
        return ""
    about = about_of(clause)
    hourly = quantity.per in {"h", "day"} and (_speaks(clause, "rate") or not about)
    if hourly or (quantity.per in _HOURS and _paid_each(clause)):
        return "rate"
    asked = "budget" in clause.slot and not _speaks(clause, "cost")
    capped = not math.isfinite(quantity.interval.low)
    whole = capped and not quantity.per and "project" in clause.canon and not about
    # `We have 10,000 euros`: nobody else's money is meant.
    ours = "have" in clause.canon and clause.canon[0] in {"we", "there", "you"} and not about
    whole = whole or ours
    if _speaks(clause, "budget") or asked or whole:
        return "budget"
    priced = _speaks(clause, "cost") or "cost" in clause.slot
    if not priced or (about and (not about & _single("items") or clause.universal)):
        return ""
    return "budget" if capped and not about else "cost"


def _paid_each(clause: Clause) -> bool:
    """Whether the money is for one of the people who build it."""
    people = _single("people") - {"person"}
    stems = clause.stems
    return any(
        stem in people and at and stems[at - 1] in {"a", "an", "each", "every", "per", "one"}
        for at, stem in enumerate(stems)
    )


def about_of(clause: Clause) -> frozenset[str]:
    """What the money is for; empty is the whole project."""
    loose = words("words", "whole") | words("words", "project") | _single("noise")
    return clause.content - loose - {"year", "rate", "hour", "end", "to"}


def yearly(value: float, period: str) -> float:
    """A sum that comes every period, as one of a year."""
    return value * _YEARLY.get(period, 1.0)


def read(clause: Clause) -> Iterator[Assertion]:
    """Budgets and costs in their currency, with the period; rates by the hour; people."""
    if _speaks(clause, "none"):
        yield assertion(
            clause, "budget", operator="<=", value=Interval(0.0, 0.0), unit="*", shown="no budget",
            about=about_of(clause),
        )  # fmt: skip
    for quantity in clause.quantities:
        kind = kind_of(clause, quantity)
        if kind:
            yield _paid(clause, quantity, kind)
        elif is_team(clause, quantity):
            yield assertion(
                clause,
                "team",
                operator=quantity.operator,
                value=quantity.interval,
                unit="person",
                about=frozenset(quantity.noun) - {"person", "team", "member"},
                shown=quantity.shown,
            )


def _paid(clause: Clause, quantity: Quantity, kind: str) -> Assertion:
    value, per = quantity.interval, quantity.per
    if kind == "rate":
        hours = _HOURS[per]
        value, per = Interval(value.low / hours, value.high / hours), "h"
    return assertion(
        clause,
        kind,
        operator=quantity.operator,
        value=value,
        unit=f"{quantity.unit}/{per}" if per and kind != "rate" else quantity.unit,
        about=about_of(clause),
        shown=quantity.shown,
    )


def is_team(clause: Clause, quantity: Quantity) -> bool:
    """Whether people are counted who build the system."""
    if quantity.dim != "count" or quantity.operator == "!":
        return False
    noun = set(quantity.noun)
    if noun & (_single("people") - {"person"}) and not clause.has("concurrent", "user", "register"):
        return not clause.has("may", "can") or clause.has("team", "project")
    return (
        clause.has("team")
        and (not noun or bool(noun & {"person", "member", "team"}))
        and not (clause.subject & {"user", "customer", "each"} or clause.universal)
    )


READER = Reader(read=read)
