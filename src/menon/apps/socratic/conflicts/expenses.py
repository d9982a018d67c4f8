"""What money is for: the expenses that a clause names."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.quantities import Quantity


@cache
def single(key: str) -> frozenset[str]:
    """The stems of a list."""
    return frozenset(s for p in document("money")[key] for s in known(str(p)))


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("money")[key]), known)


def speaks(clause: Clause, key: str) -> bool:
    """Whether a clause says one of the phrases of a list."""
    return any(True for _ in _phrases(key).find(clause.canon))


@cache
def made_things() -> frozenset[str]:
    """What projects make: money for the module for orders is none of the trade."""
    return frozenset(s for p in document("plans")["made"] for s in known(str(p))) - {
        "page",
        "control",
    }


def about_of(clause: Clause, quantity: Quantity | None = None) -> frozenset[str]:
    """What the money is for; empty is the whole project."""
    loose = words("words", "whole") | words("words", "project") | single("noise")
    content = clause.content if quantity is None else _beside(clause, quantity)
    found = content - loose - {"year", "rate", "hour", "end", "to"}
    if not found and content != clause.content:
        # One of several sums is for something, be it `programming` or `the product`.
        found = content
    return frozenset(expenses().get(stem, stem) for stem in found)


def _beside(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """The words of one sum among several: those before it, or those behind it."""
    sums = [q for q in clause.quantities if q.dim == "money" or q == quantity]
    if len(sums) < 2:
        return clause.content
    at = sums.index(quantity)
    # `Design 4,000, hosting 3,000` ends with a sum; `4,000 for design` does not.
    if sums[-1].end >= len(clause.canon) - 1:
        begin = sums[at - 1].end if at else 0
        near = clause.canon[begin : quantity.start]
    else:
        end = sums[at + 1].start if at + 1 < len(sums) else len(clause.canon)
        near = clause.canon[quantity.end : end]
    named = frozenset(near) & clause.content
    loose = words("words", "stop") | words("words", "modal") | {""}
    return named or frozenset(s for s in near if s.isalpha()) - loose or clause.content


@cache
def things_paid() -> frozenset[str]:
    """Expenses that are parts of a project."""
    return (single("items") | frozenset(expenses().values())) - single("general")


@cache
def expenses() -> Mapping[str, str]:
    """The kind of an expense by the words that name it."""
    table = cast("Mapping[str, list[object]]", document("money")["kinds"])
    return {
        s: " ".join(known(kind))
        for kind, names in table.items()
        for name in names
        for s in known(str(name))
    }
