"""Orders that run in a circle, and dates that an order forbids."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, pairs, told
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
)
from menon.apps.socratic.conflicts.quantities import DAY

_SEASON = 90.0
"""Days after which the next of its kind may begin."""
_SLACK = 3.0
"""Days by which a month may differ from another."""


def find(evidence: Evidence) -> list[Conflict]:
    """Two orders of the same things, and what has to wait for what comes too late."""
    orders = evidence.of("order")
    found = list(islice(_circles(evidence, orders), MOST))
    for slot in ("moment", "moment.yearless"):
        moments = evidence.of(slot)
        found += islice(_late(evidence, orders, moments), MOST)
        found += islice(_moved(evidence, moments), MOST)
        found += islice(_ended_before(evidence, moments), MOST)
        found += islice(_outlasting(evidence, moments), MOST)
    return found


def _circles(evidence: Evidence, orders: Sequence[Assertion]) -> Iterator[Conflict]:
    by_stem: dict[str, list[Assertion]] = {}
    for one in orders:
        for stem in one.about:
            by_stem.setdefault(stem, []).append(one)
    seen: set[tuple[str, int, str, int]] = set()
    for one in orders:
        for stem in one.target:
            for other in by_stem.get(stem, ()):
                key = (one.source, one.key, other.source, other.key)
                if key in seen or one.source == other.source or one.scope != other.scope:
                    continue
                seen |= {key, (other.source, other.key, one.source, one.key)}
                if same_event(one.about, other.target) and same_event(one.target, other.about):
                    yield _told(evidence, (one, other), "Each is to come before the other.")


def _moved(evidence: Evidence, moments: Sequence[Assertion]) -> Iterator[Conflict]:
    """One thing that begins, or ends, on two days."""
    for one, other in pairs(moments):
        ends = one.target == other.target == frozenset({"ends"})
        equal = one.about == other.about and one.target == other.target and one.target
        alike = equal or (ends and len(one.about & other.about) > 1 and _nested(one, other))
        if alike and one.scope == other.scope and _day(one).apart(_day(other)):
            yield _told(evidence, (one, other), "The same happens on two days.")


def _ended_before(evidence: Evidence, moments: Sequence[Assertion]) -> Iterator[Conflict]:
    """One thing that is over on a day and begins soon after."""
    starts = [one for one in moments if one.target == frozenset({"starts"}) and one.operator == "="]
    ends = [one for one in moments if one.target == frozenset({"ends"}) and one.operator == "="]
    for start in starts:
        for end in ends:
            late = _day(start).low - _day(end).high
            alike = start.about == end.about and start.source != end.source
            if alike and start.scope == end.scope and 0 < late < _SEASON:
                yield _told(evidence, (end, start), "It is over before it begins.")


def _outlasting(evidence: Evidence, moments: Sequence[Assertion]) -> Iterator[Conflict]:
    """What begins on a day and lasts is not over before that."""
    spans = [one for one in evidence.of("duration") if one.about]
    spans += [_in_days(one) for one in evidence.of("time:validity", "time:") if one.about]
    for span in spans:
        mine = [one for one in moments if same_event(one.about, span.about)]
        for start in (one for one in mine if "starts" in one.target):
            for end in (one for one in mine if "ends" in one.target and one.source != start.source):
                least = _day(start).low + _day(span).low
                if math.isfinite(least) and least > _day(end).high + _SLACK:
                    yield _told(evidence, (start, span, end), "It would last beyond its end.")


def _in_days(one: Assertion) -> Assertion:
    low, high = _day(one)[:2]
    about = one.about - {"start", "end", "begin"}
    return replace(one, value=Interval(low / DAY, high / DAY), about=about)


def _nested(one: Assertion, other: Assertion) -> bool:
    return same_event(one.about, other.about)


def _late(
    evidence: Evidence, orders: Sequence[Assertion], moments: Sequence[Assertion]
) -> Iterator[Conflict]:
    """What has to be done by a day waits for what happens later."""
    for order in orders:
        dues = [one for one in moments if same_event(one.about, order.about)]
        waits = [one for one in moments if same_event(one.about, order.target)]
        for due in dues:
            for wait in waits:
                if due.source == wait.source or due.scope != wait.scope:
                    continue
                # What lasts is over on its last day, and what waits for it begins on its first.
                over = _day(wait).high if "spans" in wait.target else _day(wait).low
                begun = _day(due).low if "spans" in due.target else _day(due).high
                if over > begun:
                    why = "One has to wait for what comes later than it is due."
                    yield _told(evidence, (due, order, wait), why)


def _day(one: Assertion) -> Interval:
    return one.value if isinstance(one.value, Interval) else Interval()


def same_event(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one names the other with as many or more words."""
    return bool(one and other) and (one <= other or other <= one)


def _told(evidence: Evidence, claims: Sequence[Assertion], why: str) -> Conflict:
    shown = " / ".join(dict.fromkeys(one.shown for one in claims))
    return told(evidence, ConflictType.TIMELINE, Grade.HARD, claims, why=why, witness=shown)


DETECTOR = Detector(type=ConflictType.TIMELINE, order=9, find=find)
