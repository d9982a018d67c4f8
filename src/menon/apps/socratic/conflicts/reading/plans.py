"""Times of the project: how long it takes, when it starts, when it must end."""

import math
from collections.abc import Iterator
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, canonical, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.quantities import DAY, Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.words import tokens

HOURS_A_DAY = 8.0
DEADLINE = "deadline"
"""Marks a bare time that is called the deadline: it bounds, and there is but one."""
_PLACES = ("phase:", "region:", "platform:")
WHOLE = "whole"
"""Marks a time of what was named by its trade, such as `the shop`, but is the system."""


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(phrase)) for phrase in document("plans")[key]), known)


@cache
def _single(key: str) -> frozenset[str]:
    return frozenset(s for p in document("plans")[key] for s in known(str(p)))


def _found(clause: Clause, key: str) -> list[Match]:
    return list(_phrases(key).find(clause.canon))


def is_plan(clause: Clause, quantity: Quantity) -> bool:
    """Whether a time or date is one of the project's, not of what the system does."""
    if quantity.dim == "effort":
        return True
    if quantity.dim not in {"time", "date"} or quantity.interval == Interval():
        return False
    if hinted(clause):
        return True
    longest = max(abs(v) for v in quantity.interval[:2] if math.isfinite(v))
    if quantity.dim == "time" and longest < DAY and not _found(clause, "project"):
        return False
    work = any(_found(clause, key) for key in ("effort", "part", "development", "strong"))
    if not work and set(clause.canon) & _single("not_plan"):
        return False
    return _speaks_of_work(clause)


def hinted(clause: Clause) -> bool:
    """Whether the slot that the statement answers is one of the plan."""
    parts = clause.slot.replace("_", ".").split(".")
    return bool(clause.slot) and not set(parts).isdisjoint(words("plans", "slot") | {"deadline"})


def _speaks_of_work(clause: Clause) -> bool:
    about = _about(clause)
    part = bool(_found(clause, "part"))
    domain = (about & clause.subject) - _single("phase")
    if _found(clause, "phase") or _found(clause, "development"):
        return not domain or part
    if _found(clause, "strong") or _names_whole(clause):
        return True
    if _found(clause, "effort") and not _by_users(clause):
        return True
    named = part or not domain
    if _found(clause, "project") or _found(clause, "end") or _found(clause, "start"):
        return named
    return not about and not clause.subject


def _names_whole(clause: Clause) -> bool:
    """Whether the noun before the verb is the system: `the library portal must be ...`."""
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    ends = _found(clause, "end") or _found(clause, "project") or _found(clause, "start")
    return bool(ends) and head in words("words", "whole") - {"first", "one", "case", "part", "type"}


def _by_users(clause: Clause) -> bool:
    actors = {"user", "customer", "member", "guest", "admin", "manager", "employee"}
    return bool(clause.subject & actors)


@cache
def _noise() -> frozenset[str]:
    keys = ("project", "part", "end", "start", "last", "effort", "noise", "strong")
    found = frozenset[str]().union(*(_single(key) for key in keys))
    return found | words("words", "project") | words("words", "whole")


def _about(clause: Clause) -> frozenset[str]:
    development = {s for m in _found(clause, "development") for s in clause.canon[m.start : m.end]}
    return clause.content - _noise() - development


def read(clause: Clause) -> Iterator[Assertion]:
    """Durations in days, efforts in person days, starts and ends as days of the calendar."""
    for quantity in clause.quantities:
        if is_plan(clause, quantity) and quantity.operator != "!":
            yield _planned(clause, quantity)


def _planned(clause: Clause, quantity: Quantity) -> Assertion:
    about, target = _about(clause), frozenset[str]()
    if _found(clause, "development") or (not about and _found(clause, "effort")):
        target = frozenset({"development"})
    elif not _found(clause, "part") and (_found(clause, "strong") or _names_whole(clause)):
        target = frozenset({WHOLE})
    starts = bool(_found(clause, "start"))
    low, high, low_open, high_open = quantity.interval
    slot = "duration"
    due = quantity.operator == "=" and _is_deadline(clause)
    if quantity.dim == "date":
        low = -math.inf if due else low
        slot = ("start" if starts else "end") + (".yearless" if quantity.yearless else "")
    elif quantity.dim == "effort":
        slot, low, high = "effort", low / HOURS_A_DAY, high / HOURS_A_DAY
    else:
        low, high = low / DAY, high / DAY
        if due or (quantity.operator == "=" and _all_there_is(clause, quantity)):
            low = -math.inf
    whole = clause.has("project", "whole", "overall", "entire", "all", "everything")
    return assertion(
        clause,
        slot,
        scope=frozenset(s for s in clause.scope if s.startswith(_PLACES)) - {"phase:first"},
        subject=frozenset({DEADLINE} if due else ()),
        operator=quantity.operator,
        value=Interval(low, high, low_open, high_open),
        unit=quantity.unit,
        about=about,
        target=target,
        shown=quantity.shown,
        everywhere=whole,
    )


def _is_deadline(clause: Clause) -> bool:
    """Whether a bare time is the most that there is: the answer to a question for a deadline."""
    named = canonical([token.stem for token in tokens(clause.slot.replace(".", " "))])
    return "deadline" in named or clause.has("deadline")


def _all_there_is(clause: Clause, quantity: Quantity) -> bool:
    """`We have two weeks to deliver`, `two weeks are left`."""
    before = clause.stems[max(0, quantity.start - 3) : quantity.start]
    after = clause.stems[quantity.end : quantity.end + 3]
    return ("have" in before and "to" not in before) or bool({"leav", "remain"} & set(after))


READER = Reader(read=read)
