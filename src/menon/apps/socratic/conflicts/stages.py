"""Words of the project's own time: its stages, its begin, its end and the whole of it."""

from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(phrase)) for phrase in document("plans")[key]), known)


@cache
def single(key: str) -> frozenset[str]:
    """The stems of a list."""
    return frozenset(s for p in document("plans")[key] for s in known(str(p)))


def found_in(clause: Clause, key: str) -> list[Match]:
    """The phrases of a list, but for those inside quantities, as in `10 working days`."""
    inside = {at for q in clause.quantities for at in range(q.core, q.end)}
    return [m for m in _phrases(key).find(clause.canon) if m.start not in inside]


def names_whole(clause: Clause) -> bool:
    """Whether the noun before the verb is the system: `the library portal must be ...`."""
    ends = any(found_in(clause, key) for key in ("end", "project", "start", "used"))
    return ends and head_is_whole(clause)


def head_is_whole(clause: Clause) -> bool:
    """Whether the noun before the verb is one of the system."""
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    return head in words("words", "whole") - {"first", "one", "case", "part", "type"}


def compound(clause: Clause) -> bool:
    """`The stage cue system`: a part only in its name."""
    prepositions = words("plans", "prepositions")
    return head_is_whole(clause) and not prepositions & set(clause.canon[: clause.verb])


def is_product(clause: Clause) -> bool:
    """Whether the subject is nothing but a thing that is made: `the tour planner`."""
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    parted = words("plans", "prepositions") & set(clause.canon[: clause.verb])
    made = head in single("products") and clause.canon[0] in {"the", "our", "this"}
    return made and not parted


def by_users(clause: Clause) -> bool:
    """Whether those who use it act, and not those who make it."""
    actors = {"user", "customer", "member", "guest", "admin", "manager", "employee"}
    return bool(clause.subject & actors)


def later(clause: Clause) -> frozenset[str]:
    """`After the launch` the project goes on in its second phase."""
    over = clause.condition & words("plans", "over")
    return frozenset({"phase:2"} if clause.trigger in {"after", "once"} and over else ())
