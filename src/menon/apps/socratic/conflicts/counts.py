"""What a count is the size of, or how many a place holds."""

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.quantities import Quantity


def sized(clause: Clause, quantity: Quantity) -> str:
    """What has that many: the group of `groups of 30 people`; empty if nothing has."""
    before = clause.canon[: quantity.start]
    if quantity.dim != "count" or len(before) < 2 or before[-1] != "of":
        return ""
    return before[-2] if before[-2] in words("metrics", "holders") else ""


def size_of(clause: Clause, quantity: Quantity) -> str:
    """What the number is the size of: `groups of 30`, `the group size is 20`."""
    told = clause.canon[: clause.verb]
    bare = quantity.dim == "count" and not quantity.noun and "siz" in told
    holders = [s for s in told if s in words("metrics", "holders")] if bare else []
    return sized(clause, quantity) or (holders[0] if holders else "")


def holds(clause: Clause, quantity: Quantity, target: frozenset[str]) -> bool:
    """`Has 20 seats`, `room for 35 people`: how many fit in."""
    seats = words("metrics", "seats")
    before = clause.canon[clause.verb : quantity.start]
    given = "for" in before and bool(seats & set(before))
    return given or (bool(target & seats) and clause.has("have", "offer", "hold", "contain"))
