"""Which of two things comes first, and on which day something happens.

`The portal goes live after the audit.` → order, about {portal}, target {audit}
`The scanners arrive on 30 April.` → moment, about {scanner, arrive}, 30 April
"""

from collections.abc import Iterator, Sequence
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion, tells_which
from menon.apps.socratic.conflicts.stances import acts_of

_AFTER = frozenset({"after", "once"})
_BEFORE = frozenset({"before", "until"})
_PLACES = ("part:", "phase:", "region:", "platform:", "env:")


@cache
def _links() -> Phrases:
    table = document("orders")["links"]
    return Phrases(((side, str(p)) for side in table for p in table[side]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """Orders have the later thing in `about` and the earlier one in `target`."""
    yield from _conditional(clause)
    yield from _linked(clause)
    days = [q for q in clause.quantities if q.dim == "date"]
    if len(days) == 1 and days[0].operator != "!" and not tells_which(clause, days[0]):
        about = event(clause.canon, _inside(clause))
        if about:
            yield _moment(clause, days[0], about)


def _moment(clause: Clause, day: Quantity, about: frozenset[str]) -> Assertion:
    said = set(clause.canon)
    sides = frozenset(side for side in ("starts", "ends") if words("orders", side) & said)
    value = day.interval
    if day.ranged:
        sides = frozenset({"spans"})
    if {"until", "till"} & set(clause.stems[day.start : day.core]):
        # `Until 15 July` is the last day, whatever begins before.
        sides, value = frozenset({"ends"}), Interval(value.high, value.high)
    return assertion(
        clause, "moment.yearless" if day.yearless else "moment", operator=day.operator,
        value=value, unit="date", about=about, shown=day.shown, scope=clause.context,
        target=sides,
    )  # fmt: skip


def _place(clause: Clause) -> frozenset[str]:
    return frozenset(s for s in clause.scope if s.startswith(_PLACES))


def _inside(clause: Clause) -> set[int]:
    return {at for q in clause.quantities for at in range(q.start, q.end)}


def _conditional(clause: Clause) -> Iterator[Assertion]:
    """`X only after Y`, `no X until Y`, `X before Y`."""
    if clause.trigger not in _AFTER | _BEFORE or clause.quantities:
        return
    main = event(clause.canon, set())
    other = event(tuple(clause.condition), set())
    if not main or not other or other <= main:
        return
    waits = clause.trigger in _AFTER and not clause.negated
    waits |= clause.trigger in _BEFORE and clause.negated
    if waits:
        yield _order(clause, later=main, earlier=other)
    elif clause.trigger == "before" and not clause.negated:
        yield _order(clause, later=other, earlier=main)


def _linked(clause: Clause) -> Iterator[Assertion]:
    """`X comes ahead of Y`, `X has to precede Y`, `first X, then Y`."""
    if clause.quantities or (clause.trigger in _AFTER | _BEFORE and clause.condition):
        return
    found: Match | None = next(iter(_links().find(clause.canon)), None)
    if found is None:
        return
    one = event(clause.canon[: found.start], set())
    other = event(clause.canon[found.end :], set())
    if not one or not other:
        return
    first = (found.label == "first") != clause.negated
    earlier, later = (one, other) if first else (other, one)
    yield _order(clause, later=later, earlier=earlier)


def _order(clause: Clause, *, later: frozenset[str], earlier: frozenset[str]) -> Assertion:
    return assertion(
        clause, "order", operator="after", about=later, target=earlier, shown=clause.text,
        scope=_place(clause),
    )  # fmt: skip


def event(canon: Sequence[str], inside: set[int]) -> frozenset[str]:
    """What happens, in words that tell it from other events."""
    noise = words("orders", "noise")
    return frozenset(s for s in acts_of(canon, inside) if not set(s.split()) <= noise)


READER = Reader(read=read)
