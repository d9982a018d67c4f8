"""Wishes that pull apart: high availability on one machine, and the like."""

import math
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import cast

from menon.apps.socratic.conflicts.detectors.permission import includes
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import document, words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
)

_AWAY = frozenset({"works offline", "offline first"})
_SLOTS = {
    "availability": "percent:availability",
    "latency": "time:latency",
    "rpo": "time:rpo",
    "rto": "time:rto",
    "downtime": "time:downtime",
}


@cache
def _rules() -> tuple[Mapping[str, object], ...]:
    return tuple(cast("list[Mapping[str, object]]", document("tensions")["rules"]))


def find(evidence: Evidence) -> list[Conflict]:
    """The rules whose both sides are wished for by different statements.

    `near` rules compare what speaks of the same; `anywhere` ones are about places.
    """
    wishes: dict[str, list[Assertion]] = {}
    for one in evidence.of("wish"):
        if one.operator == "use":
            wishes.setdefault(str(one.value), []).append(one)
    found: list[Conflict] = []
    for rule in _rules():
        others = wishes.get(str(rule["other"]), [])
        one = rule["one"]
        if not others:
            continue
        if len(found) >= MOST:
            break
        if isinstance(one, str):
            firsts = wishes.get(one, [])
        else:
            firsts = list(_measured(evidence, cast("Mapping[str, object]", one)))
        found += islice(_pairs(evidence, firsts, others, rule), MOST)
    return found[:MOST]


def _measured(evidence: Evidence, rule: Mapping[str, object]) -> Iterator[Assertion]:
    """The assertions that demand as much as the rule says."""
    least, most = rule.get("least"), rule.get("most")
    beside = {one.source for one in evidence.of("wish") if one.value == rule.get("of")}
    for one in _of_metric(evidence, str(rule["metric"])):
        if not isinstance(one.value, Interval) or ("of" in rule and one.source not in beside):
            continue
        demanded = one.value.low if math.isfinite(one.value.low) else one.value.high
        if isinstance(least, int | float) and demanded >= float(least):
            yield one
        if isinstance(most, int | float) and one.value.high <= float(most):
            yield one


def _of_metric(evidence: Evidence, metric: str) -> list[Assertion]:
    if metric in _SLOTS:
        return evidence.of(_SLOTS[metric])
    counted = [slot for slot in evidence.by_slot if slot.startswith("count:")]
    return [one for one in evidence.of(*counted) if "concurrent" in one.target]


def _pairs(
    evidence: Evidence,
    firsts: list[Assertion],
    others: list[Assertion],
    rule: Mapping[str, object],
) -> Iterator[Conflict]:
    why = str(rule["why"])
    for one in firsts:
        for other in others:
            together = rule.get("anywhere") or _meet(one, other)
            together = together and not _reconnected(one, other)
            said = other.text.casefold()
            together = together and not any(word in said for word in _list(rule, "unless"))
            if (
                one.source == other.source
                or not together
                or (rule.get("near") and _far(one, other, rule["near"]))
            ):
                continue
            yield told(
                evidence,
                ConflictType.TENSION,
                Grade.WARN,
                (one, other),
                why=why[0].upper() + why[1:] + ".",
                witness=f"{one.shown} / {other.shown}",
            )


def _list(rule: Mapping[str, object], key: str) -> list[str]:
    return cast("list[str]", rule.get(key, []))


def _reconnected(one: Assertion, other: Assertion) -> bool:
    """Whether what needs the connection waits until it is there again."""
    later = frozenset(f"if:{stem}" for stem in words("tensions", "reconnected"))
    return any(
        away.value in _AWAY and bool(needy.scope & later)
        for away, needy in ((one, other), (other, one))
    )


def _far(one: Assertion, other: Assertion, near: object) -> bool:
    """Whether each speaks of something of its own, and they share nothing.

    Args:
        one: what is demanded.
        other: what pulls against it.
        near: `subject` compares what stands before the verbs only, `part` named parts only,
            `role` the people only, `people` the people where both name some.
    """
    loose = words("tensions", "anything") | words("words", "whole") | words("words", "project")
    if near == "part":
        ends = words("tensions", "ends") & (one.subject ^ other.subject)
        if ends and one.subject and other.subject:
            return True
        nouns = words("technologies", "part_nouns")
        mine, theirs = (
            a.subject - nouns - loose if a.subject & nouns else frozenset[str]()
            for a in (one, other)
        )  # fmt: skip
    elif near == "role":
        roles = words("actors", "roles") - {"user"}
        mine, theirs = ((a.subject | a.target) & roles for a in (one, other))
        # What only nurses must learn does not hold for everybody.
        return mine != theirs
    elif near == "people" and _of_others(one, other):
        return True
    elif near == "subject":
        mine, theirs = one.subject - loose, other.subject - loose
    else:
        mine, theirs = ((a.target if a.slot == "wish" else a.about) - loose for a in (one, other))
    return bool(mine) and bool(theirs) and not mine & theirs


def _of_others(one: Assertion, other: Assertion) -> bool:
    """Whether each is for people of its own: residents, administrators."""
    roles = words("actors", "roles") - {"user"}
    mine, theirs = (a.subject & roles for a in (one, other))
    kin = any(includes(a, b) or includes(b, a) for a in mine for b in theirs)
    return bool(mine and theirs) and not kin


def _meet(one: Assertion, other: Assertion) -> bool:
    """The same environment, phase and tier; percentiles and conditions do not part wishes."""
    apart = ("env:", "phase:", "tier:", "platform:", "region:")
    kept = [frozenset(s for s in a.scope if s.startswith(apart)) for a in (one, other)]
    return kept[0] == kept[1]


DETECTOR = Detector(type=ConflictType.TENSION, order=9, find=find)
