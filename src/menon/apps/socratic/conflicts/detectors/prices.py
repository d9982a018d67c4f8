"""Prices of one, and what many of them cost together.

`A licence may cost no more than 40 euros.` / `The 100 licences come to 6,000 euros in all.`
"""

import math
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import canonical, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade, Interval
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import assertion

_EACH = frozenset({"each", "every", "per", "a", "an", "one", "singl", "single", "any"})
_ALL = frozenset({"total", "altogether", "together", "all", "overall", "sum", "entir", "entire"})
_ROOM = 1.001


class _Price(NamedTuple):
    clause: Clause
    noun: frozenset[str]
    money: Quantity


class _Many(NamedTuple):
    clause: Clause
    noun: frozenset[str]
    number: float
    money: Quantity


def find(evidence: Evidence) -> list[Conflict]:
    """A number of things whose sum does not go with the price of one."""
    paid = [c for c in evidence.clauses if any(q.dim == "money" for q in c.quantities)]
    prices = [one for clause in paid if (one := _price(clause))]
    sums = [one for clause in paid if (one := _sum(clause))] if prices else []
    return list(islice(_apart(evidence, prices, sums), MOST))


def _price(clause: Clause) -> _Price | None:
    """`Each seat costs at most 40 a month`."""
    if len(clause.quantities) != 1:
        return None
    money = clause.quantities[0]
    noun = clause.subject - words("words", "whole") - {"cost", "price", "fee"}
    named = money.per.removeprefix("per ") if money.per.startswith("per ") else ""
    each = _EACH & set(clause.stems[: clause.verb])
    if named:
        noun = frozenset(canonical((named,)))
    return _Price(clause, noun, money) if noun and (each or named) else None


def _sum(clause: Clause) -> _Many | None:
    """`100 seats at 6,000 a month in total`."""
    money = [q for q in clause.quantities if q.dim == "money"]
    counts = [q for q in clause.quantities if q.dim == "count" and q.noun]
    if len(money) != 1 or len(counts) != 1 or len(clause.quantities) != 2:
        return None
    count = counts[0].interval
    whole = _ALL & set(clause.stems) and not {"each", "apiec"} & set(clause.stems)
    if not whole or count.low != count.high or count.low < 2:
        return None
    noun = frozenset(canonical(counts[0].noun)) - words("words", "weak")
    return _Many(clause, noun, count.low, money[0]) if noun else None


def _apart(evidence: Evidence, prices: list[_Price], sums: list[_Many]) -> Iterator[Conflict]:
    for one in prices:
        for many in sums:
            mine, theirs = one.clause, many.clause
            if mine.source == theirs.source or mine.scope != theirs.scope:
                continue
            nested = one.noun <= many.noun or many.noun <= one.noun
            if nested and _period(one.money) == _period(many.money) and _excludes(one, many):
                yield told(
                    evidence,
                    ConflictType.BUDGET,
                    Grade.HARD,
                    [assertion(c, "price", shown=c.text) for c in (mine, theirs)],
                    why="What many cost together does not go with the price of one.",
                    witness=f"{one.money.shown} each / {many.number:.0f} for {many.money.shown}",
                )


def _period(money: Quantity) -> tuple[str, str]:
    """The currency, and how often it is paid."""
    return money.unit, "" if money.per.startswith("per ") else money.per


def _excludes(one: _Price, many: _Many) -> bool:
    least, most = one.money.interval[:2]
    total = many.money.interval
    together = Interval(least * many.number / _ROOM, most * many.number * _ROOM)
    bounded = math.isfinite(total.low) or math.isfinite(total.high)
    return bounded and together.apart(total)


DETECTOR = Detector(type=ConflictType.BUDGET, order=2, find=find)
