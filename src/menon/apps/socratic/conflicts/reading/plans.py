"""Times of the project: how long it takes, when it starts, when it must end."""

import math
from collections.abc import Iterator
from functools import cache

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, canonical, words
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.quantities import DAY, Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion, tells_which
from menon.apps.socratic.conflicts.stages import (
    by_users,
    compound,
    found_in,
    head_is_whole,
    is_product,
    later,
    names_whole,
    single,
)
from menon.apps.socratic.conflicts.words import tokens

HOURS_A_DAY = 8.0
DEADLINE = "deadline"
"""Marks a bare time that is called the deadline: it bounds, and there is but one."""
_ASKING = frozenset({"want", "expect", "promis", "demand", "hope", "wish", "insist"})
"""Who does so is not what is made."""
_MANY_DAYS = 10
_UNITS = frozenset({"week", "fortnight", "sprint", "month", "quarter", "year", "working day"})
_PLACES = ("part:", "phase:", "region:", "platform:")
USED, DONE = "used", "done"
"""Marks an end as the begin of use, or as that of the work before."""
INNER = "inner"
"""Marks a phase that ends before the system can be used, such as testing."""
WHOLE = "whole"
"""Marks a time of what was named by its trade, such as `the shop`, but is the system."""


def is_plan(clause: Clause, quantity: Quantity) -> bool:
    """Whether a time or date is one of the project's, not of what the system does."""
    if quantity.dim == "effort":
        return True
    if quantity.dim not in {"time", "date"} or quantity.interval == Interval():
        return False
    if hinted(clause) or tells_which(clause, quantity):
        return not tells_which(clause, quantity)
    if _is_lead(clause, quantity) or _is_short(clause, quantity):
        return False
    work = any(found_in(clause, key) for key in ("effort", "part", "development", "strong", "used"))
    if not work and _unnamed(clause) & single("not_plan"):
        return False
    return _speaks_of_work(clause) or _of_part(clause, quantity)


def _unnamed(clause: Clause) -> frozenset[str]:
    """The words but for those that name a system: `the booking site` books nothing."""
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    systems = words("words", "whole") | single("whole") | single("made")
    return frozenset(clause.canon) - (clause.subject if head in systems else frozenset())


def _is_short(clause: Clause, quantity: Quantity) -> bool:
    """Less than a day, and no word of the project beside it."""
    longest = max(abs(v) for v in quantity.interval[:2] if math.isfinite(v))
    return quantity.dim == "time" and longest < DAY and not found_in(clause, "project")


def _is_lead(clause: Clause, quantity: Quantity) -> bool:
    """`Six months before the race` is when something happens there."""
    last = quantity.end >= len(clause.tokens)
    if quantity.dim != "time" or clause.trigger != "before" or not last:
        return False
    return not clause.condition & (single("strong") | single("end") | {"kick", "kickoff"})


def hinted(clause: Clause) -> bool:
    """Whether the slot that the statement answers is one of the plan."""
    parts = clause.slot.replace("_", ".").split(".")
    return bool(clause.slot) and not set(parts).isdisjoint(words("plans", "slot") | {"deadline"})


def _speaks_of_work(clause: Clause) -> bool:
    about = _about(clause)
    part = bool(found_in(clause, "part"))
    domain = (about & clause.subject) - single("phase")
    if found_in(clause, "effort") and not by_users(clause):
        return True
    if found_in(clause, "phase") or found_in(clause, "development"):
        return not domain or part
    if found_in(clause, "strong") or found_in(clause, "used") or names_whole(clause):
        return True
    if (found_in(clause, "promise") or found_in(clause, "given")) and not domain and not about:
        return True
    named = part or not domain
    if found_in(clause, "project") or found_in(clause, "end") or found_in(clause, "start"):
        return named
    return not about and not clause.subject


def _of_part(clause: Clause, quantity: Quantity) -> bool:
    """`The driver app takes five months`: something that is made, in the units of plans."""
    if _unnamed(clause) & single("not_plan") or by_users(clause):
        return False
    days = quantity.unit == "day" and max(abs(v) for v in quantity.interval[:2] if math.isfinite(v))
    planned = quantity.dim == "date" or quantity.unit in _UNITS or days >= _MANY_DAYS * DAY
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    asks = bool(_ASKING & set(clause.canon[clause.verb : clause.verb + 2]))
    if not asks and head not in single("made") and set(clause.canon) & single("goods"):
        return False
    made = bool(found_in(clause, "made")) or head in single("made") or head.endswith("ator")
    ends = any(found_in(clause, key) for key in ("end", "last", "takes", "effort"))
    ends |= asks
    if planned and "alone" in clause.stems and ends:
        # `The graphics alone need 14 weeks`: a part, whatever it is.
        return True
    named = bool(_about(clause)) or head in single("whole")
    changes = head in single("changes")
    return planned and named and (changes or (ends and (made or bool(found_in(clause, "project")))))


@cache
def _noise() -> frozenset[str]:
    keys = ("project", "part", "end", "start", "last", "effort", "noise", "strong")
    found = frozenset[str]().union(*(single(key) for key in keys))
    return found | words("words", "project") | words("words", "whole")


def _about(clause: Clause) -> frozenset[str]:
    named = [
        *found_in(clause, "development"),
        *found_in(clause, "used"),
        *found_in(clause, "takes"),
    ]
    development = {s for m in named for s in clause.canon[m.start : m.end]}
    local = _local(clause)
    return (local if local is not None else clause.content) - _noise() - development


def _local(clause: Clause) -> frozenset[str] | None:
    """The subject and what is made; who says it and what for is not about the time."""
    if clause.verb >= len(clause.canon):
        return None
    if clause.has("deadline") and "deadline" not in clause.subject:
        return frozenset()
    makes = (single("effort") | single("end")) - words("words", "stop")
    asks = _ASKING & set(clause.canon[clause.verb : clause.verb + 2])
    found: set[str] = set() if asks else set(_head(clause))
    if asks:
        makes |= asks
    within: bool | None = None
    for at in range(clause.verb, len(clause.canon)):
        stem = clause.canon[at]
        if stem in makes:
            within = True
        elif stem in words("plans", "prepositions") or clause.tokens[at].kind != "word":
            within = within if stem in {"of", "for"} and at == clause.verb + 1 else False
        elif within and stem in clause.content:
            found.add(stem)
    return frozenset(found)


def read(clause: Clause) -> Iterator[Assertion]:
    """Durations in days, efforts in person days, starts and ends as days of the calendar."""
    for quantity in clause.quantities:
        if is_plan(clause, quantity) and quantity.operator != "!":
            yield _planned(clause, quantity)


def _head(clause: Clause) -> frozenset[str]:
    """The subject without where and for whom: `rollout to all practices` is the rollout."""
    end = clause.verb
    for at, token in enumerate(clause.tokens[:end]):
        if at and token.text in {"to", "in", "at", "with", "on", "by", "from", "across", "among"}:
            end = at
            break
    return frozenset(s for s in clause.canon[:end] if s in clause.subject)


def _meant(clause: Clause) -> tuple[frozenset[str], frozenset[str]]:
    """What a time is of, and the marks of its stage."""
    about, target = _about(clause), frozenset[str]()
    if found_in(clause, "development") or (not about and found_in(clause, "effort")):
        target = frozenset({"development"})
    elif (not found_in(clause, "part") or compound(clause)) and (
        found_in(clause, "strong")
        or found_in(clause, "used")
        or head_is_whole(clause)
        or is_product(clause)
        or clause.has("project")
    ):
        target = frozenset({WHOLE})
    used, done = (
        bool(found_in(clause, "strong") or found_in(clause, "used")),
        bool(found_in(clause, "done")),
    )
    if used != done:
        target |= {USED if used else DONE}
    if found_in(clause, "inner"):
        target |= {INNER}
        # `QA needs 11 weeks before the shop can be released` is about the shop.
        if clause.trigger == "before" and clause.condition & (single("end") | single("strong")):
            about, target = clause.condition - _noise(), frozenset[str]()
    return about, target


def _beside(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """`Analysis takes two months, testing one`: each stage stands before its time."""
    times = [q for q in clause.quantities if q.dim == "time"]
    starts = [0, *(q.end for q in times)]
    stages = [
        frozenset(clause.canon[begin : q.start]) & (single("inner") | single("part"))
        for begin, q in zip(starts, times, strict=False)
    ]
    told = len(times) > 1 and all(stages) and quantity in times
    return stages[times.index(quantity)] if told else frozenset()


def _planned(clause: Clause, quantity: Quantity) -> Assertion:
    about, target = _meant(clause)
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    part = quantity.dim == "time" and not found_in(clause, "development")
    if not about and part and head in single("changes"):
        # `The migration takes three days`: not all that is made.
        about = frozenset({head})
    if named := _beside(clause, quantity):
        about, target = named, frozenset({INNER})
    starts = any(not _is_bound(clause, match) for match in found_in(clause, "start"))
    low, high, low_open, high_open = quantity.interval
    slot = "duration"
    due = quantity.operator == "=" and _is_deadline(clause)
    if quantity.dim == "date":
        low = -math.inf if due else high if quantity.ranged and not starts else low
        slot = ("start" if starts else "end") + (".yearless" if quantity.yearless else "")
    elif quantity.dim == "effort":
        slot, low, high = "effort", low / HOURS_A_DAY, high / HOURS_A_DAY
    else:
        low, high = low / DAY, high / DAY
        if due or (quantity.operator in {"=", ">"} and _all_there_is(clause, quantity)):
            low = -math.inf
    whole = clause.has("project", "whole", "overall", "entire", "all", "everything")
    return assertion(
        clause,
        slot,
        scope=frozenset(s for s in clause.scope if s.startswith(_PLACES)) - {"phase:first"}
        | later(clause),
        subject=frozenset({DEADLINE} if due else ()),
        operator=quantity.operator,
        value=Interval(low, high, low_open, high_open),
        unit=quantity.unit,
        about=about,
        target=target,
        shown=quantity.shown,
        everywhere=whole,
    )


def _is_bound(clause: Clause, match: Match) -> bool:
    """`Before the start of the school year`: something else starts."""
    before = clause.stems[max(0, match.start - 2) : match.start]
    return bool({"before", "by", "until", "till", "for"} & set(before))


def _is_deadline(clause: Clause) -> bool:
    """Whether a bare time is the most that there is: the answer to a question for a deadline."""
    named = canonical([token.stem for token in tokens(clause.slot.replace(".", " "))])
    return "deadline" in named or clause.has("deadline")


def _all_there_is(clause: Clause, quantity: Quantity) -> bool:
    """`We have two weeks to deliver`, `two weeks are left`."""
    before = list(clause.stems[max(0, quantity.start - 3) : quantity.start])
    after = clause.stems[quantity.end : quantity.end + 3]
    if before[-1:] == ["after"] and not clause.negated:
        return True
    if {"giv", "give", "gave", "grant", "allow"} & set(before):
        return True
    return ("have" in before and "to" not in before) or bool({"leav", "remain"} & set(after))


READER = Reader(read=read)
