"""Money of the project: budgets, costs, rates, and the people who are paid."""

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval, Modality
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion

_HOURS = {"h": 1.0, "day": 8.0, "week": 40.0, "month": 160.0, "year": 1920.0}
"""Working hours of one person."""


_USERS = frozenset({"user", "customer", "member", "guest", "concurrent"})
UNSURE = "unsure"
"""Marks a cost that counts among others alone."""
_LARGE = 2_000.0
_LEAST = 500.0
"""A smaller number without a currency counts something else."""


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
    if not (quantity.dim == "money" or _is_bare(clause, quantity)) or quantity.operator == "!":
        return ""
    about = about_of(clause, quantity)
    hourly = quantity.per in {"h", "day"} and (_speaks(clause, "rate") or not about)
    if hourly or (quantity.per in _HOURS and _paid_each(clause)):
        return "rate"
    asked = "budget" in clause.slot and not _speaks(clause, "cost")
    named = ("budget" in clause.canon and not _speaks(clause, "charged")) or asked
    things = about & _things()
    made = bool(clause.content & _made()) or _is_large(clause, quantity)
    if _speaks(clause, "past") or (_speaks(clause, "trade") and not (named or things or made)):
        return ""
    if named or _is_budget(clause, quantity, about):
        return "budget"
    return _cost_or_cap(clause, quantity, about)


def _is_large(clause: Clause, quantity: Quantity) -> bool:
    """`The patient file costs 12,000`: a certain thing whose price is none of a shop."""
    definite = clause.canon[0] in {"the", "our"} and "cost" in clause.canon
    return definite and not clause.universal and abs(quantity.interval.high) >= _LARGE


@cache
def _made() -> frozenset[str]:
    """What projects make: money for the module for orders is none of the trade."""
    return frozenset(s for p in document("plans")["made"] for s in known(str(p))) - {
        "page",
        "control",
    }


def _cost_or_cap(clause: Clause, quantity: Quantity, about: frozenset[str]) -> str:
    capped = not math.isfinite(quantity.interval.low)
    priced = _speaks(clause, "cost") or "cost" in clause.slot or _is_listed(clause)
    sums = [q for q in clause.quantities if q.dim == "money"]
    # `Design is 5,000 and programming 9,000`: the one tells what the other is.
    priced = priced or any(about_of(clause, q) & _things() for q in (quantity, *sums))
    if priced and len(sums) > 1:
        return "cost"
    known_one = not about or about & _single("items") or _is_ours(clause)
    if not priced or not (known_one or _speaks(clause, "quoted")):
        return ""
    if clause.universal and about and not about & _single("items"):
        return ""
    return "budget" if capped and about <= _things() | _made() else "cost"


def _is_bare(clause: Clause, quantity: Quantity) -> bool:
    """`25k in the pot`: a sum without its currency, where money is spoken of."""
    if quantity.dim != "count" or quantity.noun or abs(quantity.interval.high) < _LEAST:
        return False
    return _speaks(clause, "budget") or _speaks(clause, "cost")


def _is_budget(clause: Clause, quantity: Quantity, about: frozenset[str]) -> bool:
    if clause.modality is Modality.MAY and "spend" in clause.canon[:4]:
        return True
    capped = not math.isfinite(quantity.interval.low)
    alone = "project" in clause.canon or not clause.content
    if capped and not quantity.per and alone and not about:
        return True
    if (
        capped
        and not quantity.per
        and clause.stems[quantity.start - 1 : quantity.start] == ("for",)
    ):
        # `It has to be built for under 15,000`.
        return _speaks(clause, "built")
    overall = words("words", "whole") | words("words", "project") | {"all", "everything", "overall"}
    if clause.modality is Modality.MAY and "cost" in clause.canon and overall & set(clause.canon):
        return not about
    if _have(clause, quantity, about):
        return True
    # `Hosting is available for 900`: only people have or spend money.
    ours = not (about & _single("items")) or capped or bool(clause.subject & _single("payers"))
    return _speaks(clause, "budget") and ours


def _have(clause: Clause, quantity: Quantity, about: frozenset[str]) -> bool:
    """`We have 10,000 euros`, `the club has 4,000 for the site`: nobody else's money is meant."""
    canon = clause.canon
    if canon[:2] == ("there", "be") and "for" in canon and clause.content & (_made() | {"project"}):
        return True
    purposed = clause.stems[quantity.end : quantity.end + 1] == ("for",)
    if "have" in canon[clause.verb : clause.verb + 2] and clause.subject:
        payers = bool(clause.subject & _single("payers")) and "for" in canon
        return payers or (purposed and not clause.universal)
    meant = not about or purposed
    return "have" in canon and canon[0] in {"we", "there", "you", "i"} and meant


def _is_listed(clause: Clause) -> bool:
    """`Hosting: 9,000 euros`, `then there are the scanners, 7,500`: a point of a list."""
    return clause.verb >= len(clause.canon) or "there" in clause.canon[:2]


def _is_ours(clause: Clause) -> bool:
    """Whether the thing is a certain one: `the cluster we picked`, `our quote`; not `a house`."""
    told = clause.canon[: max(clause.verb, 2)]
    return bool({"the", "our", "this", "we", "us", "that"} & {*told, *clause.stems[:2]})


def _paid_each(clause: Clause) -> bool:
    """Whether the money is for one of the people who build it."""
    people = _single("people")
    stems = clause.stems
    if stems[-1:] == ("each",) and any(is_team(clause, q) for q in clause.quantities):
        return True
    return any(
        stem in people and at and stems[at - 1] in {"a", "an", "each", "every", "per", "one"}
        for at, stem in enumerate(stems)
    )


def about_of(clause: Clause, quantity: Quantity | None = None) -> frozenset[str]:
    """What the money is for; empty is the whole project."""
    loose = words("words", "whole") | words("words", "project") | _single("noise")
    content = clause.content if quantity is None else _beside(clause, quantity)
    found = content - loose - {"year", "rate", "hour", "end", "to"}
    if not found and content != clause.content:
        # One of several sums is for something, be it `programming` or `the product`.
        found = content
    return frozenset(_expenses().get(stem, stem) for stem in found)


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
def _things() -> frozenset[str]:
    return (_single("items") | frozenset(_expenses().values())) - _single("general")


@cache
def _expenses() -> Mapping[str, str]:
    table = cast("Mapping[str, list[object]]", document("money")["kinds"])
    return {
        s: " ".join(known(kind))
        for kind, names in table.items()
        for name in names
        for s in known(str(name))
    }


def read(clause: Clause) -> Iterator[Assertion]:
    """Budgets and costs in their currency, with the period; rates by the hour; people."""
    if _speaks(clause, "none"):
        yield assertion(
            clause, "budget", operator="<=", value=Interval(0.0, 0.0), unit="*", shown="no budget",
            about=about_of(clause) & _things(),
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
    value, per = quantity.interval, _period(clause, quantity)
    unit = quantity.unit if quantity.dim == "money" else "*"
    if kind == "rate":
        hours = _HOURS[per]
        value, per = Interval(value.low / hours, value.high / hours), "h"
    return assertion(
        clause,
        kind,
        operator=quantity.operator,
        value=value,
        scope=clause.context | _years(clause),
        unit=f"{unit}/{per}" if per and kind != "rate" else unit,
        about=_narrowed(clause, quantity, kind),
        target=frozenset({UNSURE} if kind == "cost" and _is_unsure(clause, quantity) else ()),
        shown=quantity.shown,
    )


def _years(clause: Clause) -> frozenset[str]:
    """`The budget of 2028`: the money of that year."""
    dates = (q for q in clause.quantities if q.dim == "date" and q.shown.isdigit())
    return frozenset(f"year:{q.shown}" for q in dates)


def _is_unsure(clause: Clause, quantity: Quantity) -> bool:
    """`The new oven costs 9,000`: perhaps a part of the project, perhaps none."""
    about = about_of(clause, quantity)
    known_one = not about or about & _things() or clause.content & _made()
    return _is_large(clause, quantity) and not known_one and not _speaks(clause, "quoted")


def _narrowed(clause: Clause, quantity: Quantity, kind: str) -> frozenset[str]:
    """What it is for; a budget is narrower than the project for a known expense only."""
    about = about_of(clause, quantity)
    if kind != "budget":
        listed = clause.canon[1:2] == (":",)
        # `Software costs 4,000` beside hardware is a part, `the software costs` may be all.
        part = clause.canon[:2] == ("software", "cost")
        return about or frozenset({clause.canon[0]} if listed or part else ())
    return about & _things()


def _period(clause: Clause, quantity: Quantity) -> str:
    """The period of a sum, be it only in `monthly costs`."""
    if quantity.per:
        return quantity.per
    adverbs = cast("Mapping[str, str]", document("amounts")["adverbs"])
    for token in clause.tokens:
        if token.text in adverbs and token.text != "daily":
            return adverbs[token.text]
    return ""


def is_team(clause: Clause, quantity: Quantity) -> bool:
    """Whether people are counted who build the system."""
    if quantity.dim != "count" or quantity.operator == "!":
        return False
    noun = set(quantity.noun)
    if noun & (_single("people") - {"person"}) and not clause.has("concurrent", "user", "register"):
        return not clause.has("may", "can") or clause.has("team", "project")
    if noun & {"person"} and _speaks(clause, "works") and clause.content.isdisjoint(_USERS):
        return True
    return (
        (clause.has("team") or clause.canon[0] == "employee")
        and (not noun or bool(noun & {"person", "member", "team"}))
        and not (clause.subject & {"user", "customer", "each"} or clause.universal)
    )


READER = Reader(read=read)
