"""Measured qualities and counts of what the system does."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from menon.apps.socratic.conflicts.ages import deed, least_age
from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.counts import holds, size_of, sized
from menon.apps.socratic.conflicts.lexicon import canonical, words
from menon.apps.socratic.conflicts.metrics import metric_of, metrics, words_of
from menon.apps.socratic.conflicts.model import Assertion, Interval, Modality
from menon.apps.socratic.conflicts.quantities import Quantity
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.reading.cardinalities import nouns
from menon.apps.socratic.conflicts.reading.money import is_team, kind_of
from menon.apps.socratic.conflicts.reading.plans import is_plan

_ONE = {"one", "1"}
_ROOM_LEFT = 3.0
"""How many times what is expected a system may have to bear."""
_PERIODS = ("semester", "term", "season", "shift", "trip", "visit", "match", "lesson")
_INTO = frozenset({"in", "into", "to", "on", "onto", "inside", "within", "for"})
_EACH = frozenset({"one", "a", "an", "each", "every", "single", "any", "the", "same"})
_STATES = frozenset({"temperature", "weight"})


def read(clause: Clause) -> Iterator[Assertion]:
    """Intervals of every quantity that is neither a plan's nor a budget's."""
    for quantity in clause.quantities:
        if _skipped(clause, quantity):
            continue
        if holder := size_of(clause, quantity):
            yield assertion(
                clause, "count:size", operator=quantity.operator, value=quantity.interval,
                about=frozenset({holder}), shown=quantity.shown,
            )  # fmt: skip
        if holder and quantity.start < clause.verb:
            continue
        found = _of_event(clause, quantity) or _measured(clause, quantity)
        yield found
        if age := least_age(clause, quantity):
            about = deed(clause, quantity)
            yield replace(found, slot="count:least age", value=age, about=about, unit="",
                          subject=frozenset(), head=frozenset(), target=frozenset())  # fmt: skip
        if quantity.dim == "count" and holds(clause, quantity, found.target):
            yield replace(found, slot="count:capacity", target=frozenset())


def _of_event(clause: Clause, quantity: Quantity) -> Assertion | None:
    """`Locked after 3 attempts`, `10 attempts before it is locked`: how many come before."""
    after = clause.stems[quantity.start - 1 : quantity.start] == ("after",)
    if quantity.dim != "count" or not (after or (clause.trigger == "before" and clause.condition)):
        return None
    inside = set(clause.canon[quantity.start : quantity.end])
    event = clause.content - inside if after else clause.condition
    if not event or not clause.canon[: quantity.start]:
        return None
    return assertion(
        clause, "count:before", operator=quantity.operator, value=quantity.interval,
        scope=clause.context if after else clause.scope, about=event, shown=quantity.shown,
    )  # fmt: skip


def _expected(clause: Clause, quantity: Quantity) -> bool:
    """`We expect 200 orders an hour` asks for no less, and forbids hardly more."""
    awaited = "expect" in clause.stems[: quantity.start] and quantity.dim in {"count", "rate"}
    return awaited and not words("metrics", "bearing") & set(clause.canon)


def _skipped(clause: Clause, quantity: Quantity) -> bool:
    if quantity.operator == "!" or quantity.interval == Interval():
        return True
    if is_plan(clause, quantity) or kind_of(clause, quantity) or is_team(clause, quantity):
        return True
    if quantity.dim == "clock" and sum(q.dim == "clock" for q in clause.quantities) > 1:
        return True
    one = quantity.dim == "count" and 1.0 in quantity.interval[:2]
    if one and clause.tokens[quantity.core].text in _ONE:
        return True
    if _singles_out(clause, quantity):
        return True
    inside = {at for one in clause.quantities for at in range(one.start, one.end)}
    outside = {stem for at, stem in enumerate(clause.canon) if at not in inside}
    return quantity.dim == "date" or bool(words("metrics", "changes") & outside)


def _singles_out(clause: Clause, quantity: Quantity) -> bool:
    """`A parcel of 25 kg or less needs one courier`: the number says which parcels."""
    if quantity.end > clause.verb or clause.verb >= len(clause.stems) or sized(clause, quantity):
        return False
    named = set(clause.canon[: quantity.start]) & clause.content
    told = set(clause.canon[clause.verb :]) & clause.content
    if set(clause.canon[clause.verb :]) & words("metrics", "coping"):
        return False
    metric = metric_of(clause, quantity)
    limits = words("amounts", "refusing") | words("metrics", "limiting")
    limits |= words_of(metric) if metric else frozenset()
    rest = told - limits - words("words", "evaluation")
    rest |= {stem for q in clause.quantities if q.start > clause.verb for stem in q.noun}
    needs = {"need", "require", "want", "requir"}
    return bool(named) and bool(rest) and not set(clause.canon[clause.verb :]) & limits - needs


def _measured(clause: Clause, quantity: Quantity) -> Assertion:
    metric = metric_of(clause, quantity)
    target = _target(quantity)
    if quantity.dim == "count" and target and "concurrent" in clause.canon:
        target |= {"concurrent"}
    about = _about(clause, quantity, metric, target)
    per = f"|{quantity.per}" if quantity.per and quantity.dim != "rate" else ""
    if quantity.dim == "count" and per.startswith("|per ") and not per.endswith(_PERIODS):
        # `Five pictures per advert`: how many an advert has.
        about, per = about | {quantity.per.removeprefix("per ")}, ""
    return assertion(
        clause,
        f"{quantity.dim}{per}:{metric}",
        operator=quantity.operator,
        value=_granted(clause, quantity),
        scope=_case(clause, quantity, about) | _size(clause),
        unit=quantity.unit,
        about=about,
        subject=clause.subject & about,
        head=_head(clause, about),
        target=target,
        shown=quantity.shown,
    )


def _about(
    clause: Clause, quantity: Quantity, metric: str, target: frozenset[str]
) -> frozenset[str]:
    """What is measured, without the words that name the measure."""
    about = clause.content - target - words("words", "whole") - _infinitives(clause)
    about -= words("amounts", "refusing") | words("metrics", "coping")
    about -= (
        words("metrics", "sources") - clause.subject
        if quantity.dim == "time"
        else words("metrics", "sources")
    )
    if quantity.dim == "count" and (held := _container(clause, quantity)):
        return held - words("words", "whole")
    if not about:
        about = _one_of(clause)
    if metric:
        about -= words_of(metric)
    if quantity.dim in _STATES:
        about -= words("metrics", "states")
    if quantity.dim == "count":
        about -= words("metrics", "room")
    if quantity.dim in {"time", "percent", "rate", "bytes"}:
        about -= {"user"}
    if quantity.dim in {"time", "percent", "rate"}:
        about -= words("words", "project") | words("metrics", "time_noise")
    if (metric and metrics()[metric].get("whole")) or "concurrent" in target:
        about -= words("metrics", "infrastructure")
    return about


def _container(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """`To put 60 bottles into one order`: what holds them, whoever puts them there."""
    canon, end = clause.canon, quantity.end
    if clause.subject - words("actors", "roles") - words("metrics", "putting"):
        # `60 bottles can be put into an order`, `one order`: counted things are no subject.
        return frozenset()
    if not words("metrics", "putting") & set(canon):
        return frozenset()
    pairs = ((at, canon[at], canon[at + 1]) for at in range(end, len(canon) - 1))
    into = next((at for at, stem, of in pairs if stem in _INTO and of in _EACH), len(canon))
    return frozenset(nouns(canon[into + 2 : into + 5]))


def _one_of(clause: Clause) -> frozenset[str]:
    """`So one booking must hold ...`: the thing is counted, and is the subject."""
    first = [q for q in clause.quantities if q.end <= clause.verb and q.dim == "count"]
    single = first and clause.tokens[first[0].core].text == "one"
    return frozenset(canonical(first[0].noun)) if single else frozenset()


def _case(clause: Clause, quantity: Quantity, about: frozenset[str]) -> frozenset[str]:
    """`Five days after it was sent` counts from there; `when a track is played` is always so."""
    if clause.trigger in {"after", "once"} and quantity.dim == "time":
        return clause.scope
    if clause.trigger == "before" and quantity.dim == "time":
        return clause.scope
    beside = clause.condition - about
    if clause.condition & about and beside <= words("words", "always_so") | words("metrics", "use"):
        return clause.scope
    return clause.context


_BESIDE: Final = frozenset({"after", "before", "between", "since", "until"})


def _size(clause: Clause) -> frozenset[str]:
    """`A small locker` is one of several kinds."""
    named = words("metrics", "sizes") & set(clause.stems[: clause.verb])
    return frozenset(f"size:{stem}" for stem in named)


def _head(clause: Clause, about: frozenset[str]) -> frozenset[str]:
    """The rest of `the rest after a shift`, which is no shift; empty for most subjects."""
    found: set[str] = set()
    for stem in clause.canon[: clause.verb]:
        if stem in _BESIDE and found:
            return frozenset(found)
        if stem in about:
            found.add(stem)
    return frozenset()


def _infinitives(clause: Clause) -> frozenset[str]:
    """`To join a webinar`: what is done, and not what is counted or measured."""
    end = clause.verb + 1 if "tak" in clause.stems else len(clause.stems)
    pairs = zip(clause.stems[:end], clause.stems[1:], clause.canon[1:], strict=False)
    return frozenset(
        name for before, stem, name in pairs if before == "to" and stem in words("words", "verb")
    )


def _granted(clause: Clause, quantity: Quantity) -> Interval:
    """What may be up to so much must be possible to be so much."""
    if _expected(clause, quantity):
        # Who expects 200 at most may still ask for somewhat more.
        return Interval(quantity.interval.low, quantity.interval.high * _ROOM_LEFT)
    before = clause.stems[quantity.start : quantity.core]
    given = quantity.operator == "<=" and ("up" in before or "many" in before or "much" in before)
    able = clause.modality is Modality.MAY or "able" in clause.stems
    coped = bool(set(clause.canon[clause.verb :]) & words("metrics", "coping"))
    if (
        clause.trigger == "before"
        and quantity.dim == "time"
        and {"up", "until", "till"} & set(before)
    ):
        # `Until two days before`: that is the last moment.
        return Interval(quantity.interval.high, quantity.interval.high)
    able |= bool(words("metrics", "bearing") & set(clause.canon[clause.verb : quantity.start]))
    takes = quantity.dim == "time" and "tak" in clause.canon[: quantity.start]
    if given and takes and clause.modality is Modality.FACT:
        # `It takes up to 30 seconds`: sometimes it does.
        return Interval(quantity.interval.high, quantity.interval.high)
    if given and (able or (coped and quantity.end <= clause.verb)):
        return Interval(quantity.interval.high, quantity.interval.high)
    if clause.trigger == "before" and quantity.dim == "time" and {"earli", "earlier"} & set(before):
        # `No earlier than ten days before` leaves ten days at most.
        return _swapped(quantity.interval.low, quantity.interval.high)
    return quantity.interval


def _swapped(low: float, high: float) -> Interval:
    return Interval(high=low) if math.isfinite(low) else Interval(low=high)


def _target(quantity: Quantity) -> frozenset[str]:
    skip = words("metrics", "failing") | words("words", "weak") - {"concurrent"}
    counted = frozenset(s for stem in quantity.noun for s in canonical((stem,)))
    return counted - skip or counted


READER = Reader(read=read)
