"""Priorities that cannot all hold: ranks of one thing, dependences, and too many firsts."""

from collections.abc import Iterator, Sequence

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, pairs, same_subject, told
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
)

_DONE = frozenset(
    {"start", "send", "deliver", "finish", "complet", "build", "develop", "implement", "releas",
     "ready", "begin", "do", "be", "servic", "service", "modul", "funct", "featur", "portal"}
)  # fmt: skip
"""What is done with what is made, and nouns that only say that it is made."""
SHARE = 0.6
"""The part of all features that may be of the first priority."""
LEAST = 5
"""Ranked features below which a share says nothing."""


def find(evidence: Evidence) -> list[Conflict]:
    """Two ranks of one subject, a first that needs a last or an excluded one, and the share."""
    ranks = evidence.of("rank")
    found = [
        *_tops(evidence),
        *_twice(evidence, evidence.of("phase")),
        *_twice(evidence, ranks),
        *_dispensable(evidence, ranks),
        *_needs(evidence, ranks),
        *_prevailing(evidence),
        *_backwards(evidence),
        *_share(evidence, ranks),
        *_limited(evidence, ranks),
        *_unordered(evidence),
    ]
    return found[:MOST]


def _tops(evidence: Evidence) -> Iterator[Conflict]:
    for one, other in pairs(evidence.of("top")):
        if one.scope == other.scope and one.about.isdisjoint(other.about):
            yield _told(
                evidence, (one, other), "Two things are to come before all others.",
                f"{one.shown} / {other.shown}",
            )  # fmt: skip


def _twice(evidence: Evidence, ranks: Sequence[Assertion]) -> Iterator[Conflict]:
    for one, other in pairs(ranks):
        if one.value == other.value or one.scope != other.scope:
            continue
        if _one_thing(one, other):
            yield _told(
                evidence, (one, other), "The same thing has two priorities.",
                f"{one.value} and {other.value}",
            )  # fmt: skip


def _dispensable(evidence: Evidence, ranks: Sequence[Assertion]) -> Iterator[Conflict]:
    """What is essential is optional, or what is mandatory comes last."""
    against = {True: "P3", False: "P1"}
    for need in evidence.of("fact:required"):
        for rank in ranks:
            about = need.about - words("ranks", "noise")
            same = about and about == rank.about - words("ranks", "noise")
            if (
                same
                and rank.source != need.source
                and rank.scope == need.scope
                and rank.value == against[need.value is True]
            ):
                yield _told(
                    evidence, (rank, need), "It is needed here and can be left out there.",
                    f"{rank.shown} / {need.shown}",
                )  # fmt: skip


def _one_thing(one: Assertion, other: Assertion) -> bool:
    """The same, or the same with its place behind: `live tracking`, `live tracking of cabs`."""
    alike = one.about == other.subject or other.about == one.subject
    return one.about == other.about or (alike and len(one.about & other.about) > 1)


def _needs(evidence: Evidence, ranks: Sequence[Assertion]) -> Iterator[Conflict]:
    firsts = [one for one in ranks if one.value == "P1"]
    lasts = [one for one in ranks if one.value == "P3"]
    lasts += [one for one in evidence.of("fact:required") if one.value is False]
    lasts += [one for one in evidence.of("phase") if one.value in {"2", "3"}]
    for needs in evidence.of("depends"):
        for first in firsts:
            if not _names(first.about, needs.about):
                continue
            for last in lasts:
                if _names(last.about, needs.target):
                    yield _told(
                        evidence, (first, needs, last), "What comes first needs what comes last.",
                        f"P1 {first.shown} needs P3 {last.shown}",
                    )  # fmt: skip
            for gone in evidence.of("excluded"):
                if gone.target and _names(gone.target, needs.target):
                    yield _told(
                        evidence, (first, needs, gone), "What comes first needs what is excluded.",
                        f"P1 {first.shown} needs {gone.shown}",
                    )  # fmt: skip


def _prevailing(evidence: Evidence) -> Iterator[Conflict]:
    """Each of two things is to count more than the other."""
    for more in evidence.of("prevails"):
        for order in evidence.of("order"):
            # `Safety comes before speed` ranks them, too; the later one is in `about`.
            ranked = "com" in order.text and more.source != order.source
            if ranked and more.about == order.about and more.target == order.target:
                yield _told(
                    evidence, (more, order), "Each is to count more than the other.",
                    f"{more.shown} / {order.shown}",
                )  # fmt: skip
    for one, other in pairs(evidence.of("prevails")):
        crossed = _names(one.about, other.target) and _names(one.target, other.about)
        if crossed and one.scope == other.scope:
            yield _told(
                evidence, (one, other), "Each is to count more than the other.",
                f"{one.shown} / {other.shown}",
            )  # fmt: skip


def _backwards(evidence: Evidence) -> Iterator[Conflict]:
    """What is to come first needs what comes after it, directly or in a circle."""
    depends, orders = evidence.of("depends"), evidence.of("order")
    ordered = {(one.source, one.key) for one in orders}
    for needs in depends:
        for order in (*orders, *depends):
            # Two orders in a circle are a matter of time, and told there.
            both = {(one.source, one.key) for one in (needs, order)} <= ordered
            if needs.source == order.source or both:
                continue
            # An order has the later thing in `about`, a dependence the one that must wait.
            if _part_of(needs.about, order.target) and _part_of(needs.target, order.about):
                yield _told(
                    evidence, (needs, order), "What comes first needs what comes after it.",
                    f"{needs.shown} / {order.shown}",
                )  # fmt: skip


def _part_of(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name one thing, whatever is done with it."""
    mine, theirs = one - _DONE, other - _DONE
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _names(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and same_subject(one, other)


def _share(evidence: Evidence, ranks: Sequence[Assertion]) -> Iterator[Conflict]:
    by_subject = {one.about: one for one in ranks}
    firsts = [one for one in by_subject.values() if one.value == "P1"]
    if len(by_subject) < LEAST or len(firsts) <= SHARE * len(by_subject):
        return
    if len({one.source for one in firsts}) < 2:
        return
    share = 100 * len(firsts) / len(by_subject)
    yield _told(
        evidence, firsts, "Where most things come first, nothing does.",
        f"{len(firsts)} of {len(by_subject)} are P1, which is {share:.0f} %",
    )  # fmt: skip


def _limited(evidence: Evidence, ranks: Sequence[Assertion]) -> Iterator[Conflict]:
    """More things come first than may."""
    firsts = {one.about: one for one in ranks if one.value == "P1"}
    for limit in evidence.of("first limit"):
        others = [one for one in firsts.values() if one.source != limit.source]
        if isinstance(limit.value, Interval) and len(others) > limit.value.high:
            yield _told(
                evidence, (limit, *others), "More things come first than may.",
                f"{len(others)} are P1: {limit.shown}",
            )  # fmt: skip


def _unordered(evidence: Evidence) -> Iterator[Conflict]:
    """Everything comes first, and something is to come later."""
    for one in evidence.of("all first"):
        for other in evidence.of("ordering"):
            if one.source != other.source:
                yield _told(
                    evidence, (one, other), "Where everything comes first, nothing can wait.",
                    f"{one.shown} / {other.shown}",
                )  # fmt: skip


def _told(evidence: Evidence, claims: Sequence[Assertion], why: str, witness: str) -> Conflict:
    return told(evidence, ConflictType.PRIORITY, Grade.WARN, claims, why=why, witness=witness)


DETECTOR = Detector(type=ConflictType.PRIORITY, order=8, find=find)
