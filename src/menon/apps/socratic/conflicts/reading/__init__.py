"""Readers turn clauses into typed assertions; one kind of assertion per file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.kit.discover import exported


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reader of one kind of assertion; modules of this folder export it as `READER`."""

    read: Callable[[Clause], Iterator[Assertion]]


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, in the order of their files."""
    return tuple(exported(__name__, "READER", Reader))


def tells_which(clause: Clause, day: Quantity) -> bool:
    """Whether a year only says which things are meant: `orders from before 2020`."""
    if day.shown.isdigit() and any(q.dim == "money" for q in clause.quantities):
        # `In 2027 we may spend 5,000`: the money of that year.
        return day.dim == "date"
    year = day.dim == "date" and len(day.shown.split()[-1]) == _YEAR and day.end <= clause.verb
    before = clause.stems[max(0, day.core - 2) : day.core]
    return year and bool({"from", "before", "since", "until", "after"} & set(before))


_YEAR = 4


def assertion(clause: Clause, slot: str, **more: object) -> Assertion:
    """An assertion that a clause makes."""
    fields: dict[str, object] = {
        "source": clause.source,
        "scope": clause.context,
        "modality": clause.modality,
        "everywhere": clause.universal,
        "text": clause.text,
        "key": clause.key,
        **more,
    }
    return Assertion(slot=slot, **fields)  # pyright: ignore[reportArgumentType]  # names are the fields'
