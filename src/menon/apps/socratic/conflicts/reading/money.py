"""Money of the project: budgets, costs, rates, and the people who are paid."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.expenses import (
    about_of,
    expenses,
    made_things,
    single,
    speaks,
    things_paid,
)
from menon.apps.socratic.conflicts.lexicon import document, words
from menon.apps.socratic.conflicts.model import Assertion, Interval, Modality
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion

_HOURS = {"h": 1.0, "day": 8.0, "week": 40.0, "month": 160.0, "year": 1920.0}
"""Working hours of one person."""


_USERS = frozenset({"user", "customer", "member", "guest", "concurrent"})
UNSURE = "unsure"
"""Marks a cost that counts among others alone."""
_LIMITING = frozenset({Modality.MAY, Modality.MUST, Modality.SHOULD, Modality.NEVER})
_LARGE = 2_000.0
_LEAST = 500.0
"""A smaller number without a currency counts something else."""


def kind_of(clause: Clause, quantity: Quantity) -> str:
    """`budget`, `cost` or `rate` of the project, or nothing if the money is of the trade."""
    if not (quantity.dim == "money" or _is_bare(clause, quantity)) or quantity.operator == "!":
        return ""
    about = about_of(clause, quantity)
    hourly = quantity.per in {"h", "day"} and (speaks(clause, "rate") or not about)
    if hourly or (quantity.per in _HOURS and _paid_each(clause)):
        return "rate"
    asked = "budget" in clause.slot and not speaks(clause, "cost")
    named = ("budget" in clause.canon and not speaks(clause, "charged")) or asked
    things = about & things_paid()
    made = bool(clause.content & made_things()) or _is_large(clause, quantity)
    if speaks(clause, "past") or (speaks(clause, "trade") and not (named or things or made)):
        return ""
    if named or _is_budget(clause, quantity, about):
        return "budget"
    return _cost_or_cap(clause, quantity, about)


def _is_large(clause: Clause, quantity: Quantity) -> bool:
    """`The patient file costs 12,000`: a certain thing whose price is none of a shop."""
    definite = clause.canon[0] in {"the", "our"} and "cost" in clause.canon
    return definite and not clause.universal and abs(quantity.interval.high) >= _LARGE


def _cost_or_cap(clause: Clause, quantity: Quantity, about: frozenset[str]) -> str:
    capped = not math.isfinite(quantity.interval.low)
    priced = speaks(clause, "cost") or "cost" in clause.slot or _is_listed(clause)
    sums = [q for q in clause.quantities if q.dim == "money"]
    # `Design is 5,000 and programming 9,000`: the one tells what the other is.
    priced = priced or any(about_of(clause, q) & things_paid() for q in (quantity, *sums))
    if priced and len(sums) > 1:
        return "cost"
    known_one = not about or about & single("items") or _is_ours(clause)
    if not priced or not (known_one or speaks(clause, "quoted")):
        return ""
    if clause.universal and about and not about & single("items"):
        return ""
    # `Hosting for the shop may cost at most 200`: a limit of one expense, whatever it is for.
    allowed = clause.modality in _LIMITING and bool(about & things_paid())
    return "budget" if capped and (allowed or about <= things_paid() | made_things()) else "cost"


def _is_bare(clause: Clause, quantity: Quantity) -> bool:
    """`25k in the pot`: a sum without its currency, where money is spoken of."""
    if quantity.dim != "count" or quantity.noun or abs(quantity.interval.high) < _LEAST:
        return False
    return speaks(clause, "budget") or speaks(clause, "cost")


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
        return speaks(clause, "built")
    overall = words("words", "whole") | words("words", "project") | {"all", "everything", "overall"}
    if clause.modality is Modality.MAY and "cost" in clause.canon and overall & set(clause.canon):
        return not about
    if _have(clause, quantity, about):
        return True
    # `Hosting is available for 900`: only people have or spend money.
    ours = not (about & single("items")) or capped or bool(clause.subject & single("payers"))
    return speaks(clause, "budget") and ours


def _have(clause: Clause, quantity: Quantity, about: frozenset[str]) -> bool:
    """`We have 10,000 euros`, `the club has 4,000 for the site`: nobody else's money is meant."""
    canon = clause.canon
    if (
        canon[:2] == ("there", "be")
        and "for" in canon
        and clause.content & (made_things() | {"project"})
    ):
        return True
    purposed = clause.stems[quantity.end : quantity.end + 1] == ("for",)
    if "have" in canon[clause.verb : clause.verb + 2] and clause.subject:
        payers = bool(clause.subject & single("payers")) and "for" in canon
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


def _each_of_them(stems: Sequence[str]) -> bool:
    return "each" in stems and stems[stems.index("each") + 1 :][:2] == ("of", "them")


def _paid_each(clause: Clause) -> bool:
    """Whether the money is for one of the people who build it."""
    people = single("people")
    stems = clause.stems
    ends = (q.end for q in clause.quantities if q.dim == "money")
    each = any(stems[end : end + 1] == ("each",) for end in ends)
    each = each or stems[-1:] == ("each",) or _each_of_them(stems)
    if each and any(is_team(clause, q) for q in clause.quantities):
        return True
    return any(
        stem in people and at and stems[at - 1] in {"a", "an", "each", "every", "per", "one"}
        for at, stem in enumerate(stems)
    )


def read(clause: Clause) -> Iterator[Assertion]:
    """Budgets and costs in their currency, with the period; rates by the hour; people."""
    if speaks(clause, "none"):
        yield assertion(
            clause, "budget", operator="<=", value=Interval(0.0, 0.0), unit="*", shown="no budget",
            about=about_of(clause) & things_paid(),
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
        subject=_purpose(clause, quantity),
        target=frozenset({UNSURE} if kind == "cost" and _is_unsure(clause, quantity) else ()),
        shown=quantity.shown,
    )


def _purpose(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """`Hosting of the shop`: what the expense is for; nothing where somebody just spends."""
    paid = {expenses().get(stem, stem) for stem in clause.content} & things_paid()
    loose = things_paid() | single("quoted") | single("cost") | single("payers")
    return about_of(clause, quantity) - loose if paid else frozenset()


def _years(clause: Clause) -> frozenset[str]:
    """`The budget of 2028`: the money of that year."""
    dates = (q for q in clause.quantities if q.dim == "date" and q.shown.isdigit())
    return frozenset(f"year:{q.shown}" for q in dates)


def _is_unsure(clause: Clause, quantity: Quantity) -> bool:
    """`The new oven costs 9,000`: perhaps a part of the project, perhaps none."""
    about = about_of(clause, quantity)
    known_one = not about or about & things_paid() or clause.content & made_things()
    return _is_large(clause, quantity) and not known_one and not speaks(clause, "quoted")


def _narrowed(clause: Clause, quantity: Quantity, kind: str) -> frozenset[str]:
    """What it is for; a budget is narrower than the project for a known expense only."""
    about = about_of(clause, quantity)
    if kind != "budget":
        listed = clause.canon[1:2] == (":",)
        # `Software costs 4,000` beside hardware is a part, `the software costs` may be all.
        part = clause.canon[:2] == ("software", "cost")
        return about or frozenset({clause.canon[0]} if listed or part else ())
    return about & things_paid()


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
    if noun & (single("people") - {"person"}) and not clause.has("concurrent", "user", "register"):
        return not clause.has("may", "can") or clause.has("team", "project")
    if noun & {"person"} and speaks(clause, "works") and clause.content.isdisjoint(_USERS):
        return True
    return (
        (clause.has("team") or clause.canon[0] == "employee")
        and (not noun or bool(noun & {"person", "member", "team"}))
        and not (clause.subject & {"user", "customer", "each"} or clause.universal)
    )


READER = Reader(read=read)
