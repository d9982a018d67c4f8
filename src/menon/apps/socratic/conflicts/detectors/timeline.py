"""Times that cannot be kept: an interval solver over starts, durations, efforts and ends."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, grouped, pairs, same_subject, told
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Interval,
    Severity,
)
from menon.apps.socratic.conflicts.reading.plans import DEADLINE, DONE, INNER, USED, WHOLE

_CALENDAR = frozenset({"month", "quarter", "year", "decade"})
_ASKED = ("must", "has to", "have to", "shall", "needs to", "need to", "should")
_SPRING, _AUTUMN = 152, 244
"""Days of the year: a deadline behind the one and a time before the other are two years."""
_DAYS_A_WEEK = 7 / 5
"""Days of the calendar for a working day."""


def _interval(one: Assertion) -> Interval:
    return one.value if isinstance(one.value, Interval) else Interval()


def _slack(one: Assertion, other: Assertion) -> float:
    """A month is 28 to 31 days, so 4 weeks are about one."""
    return 0.1 if one.unit != other.unit and {one.unit, other.unit} & _CALENDAR else 1e-9


def find(evidence: Evidence) -> list[Conflict]:
    """Contradictions of durations, of dates, of both, and of efforts with the team."""
    found: list[Conflict] = []
    for slot in ("duration", "start", "start.yearless", "end", "end.yearless"):
        for group in grouped(evidence.of(slot)):
            found += islice(_apart(evidence, group), MOST)
    for group in _scopes(evidence.of("duration", "start", "end", "effort", "team")):
        found += _sums(evidence, [one for one in group if one.slot == "duration"])
        found += islice(_calendar(evidence, group), MOST)
        found += islice(_after_the_end(evidence, group), MOST)
        found += islice(_begins_too_late(evidence, group), MOST)
        found += islice(_efforts(evidence, group), MOST)
    return found


def _scopes(found: Sequence[Assertion]) -> Iterator[list[Assertion]]:
    groups: dict[frozenset[str], list[Assertion]] = {}
    for one in found:
        groups.setdefault(one.scope, []).append(one)
    yield from groups.values()


def _apart(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """The same thing has two times, or a part takes longer than the whole may."""
    for one, other in pairs([_next_year(one, group) for one in group]):
        slack = _slack(one, other)
        if _same(one, other) and DEADLINE in one.subject & other.subject:
            clash = abs(_interval(one).high - _interval(other).high) > slack * _interval(one).high
        elif _same(one, other) and _is_inner(one) != _is_inner(other):
            part, whole = (one, other) if _is_inner(one) else (other, one)
            clash = _interval(whole).below(_interval(part), slack)
            clash = clash and not _wider(one, other)
        elif _same(one, other) and not _prepares(one, other) and not _prepares(other, one):
            clash = _interval(one).apart(_interval(other), slack) and not _wider(one, other)
            clash = clash and not (_used_after(one, other) or _used_after(other, one))
            clash = clash and not (_in_time(one, other) or _in_time(other, one))
        else:
            clash = _outgrown(one, other, slack) or _outgrown(other, one, slack)
            clash = clash and not (_prepares(one, other) or _prepares(other, one))
        if clash:
            yield _told(
                evidence, (one, other), f"{one.shown} and {other.shown} have no time in common"
            )


def _next_year(one: Assertion, group: Sequence[Assertion]) -> Assertion:
    """`By Christmas` and `not before February`: that February is the one after."""
    if not one.slot.endswith(".yearless"):
        return one
    low = _interval(one).low
    due = any(_interval(o).high >= _AUTUMN and o.operator in {"<", "<="} for o in group)
    if due and math.isfinite(low) and low < _SPRING and one.operator not in {"<", "<="}:
        later = Interval(low + 365, _interval(one).high + 365)
        return replace(one, value=later)
    return one


def _same(one: Assertion, other: Assertion) -> bool:
    """The same part, or the whole by its name and without it."""
    if same_subject(one.about, other.about):
        return True
    general, named = (one, other) if not one.about else (other, one)
    return not general.about and WHOLE in named.target


def _wider(one: Assertion, other: Assertion) -> bool:
    """Whether the short time is for the development alone, the long one for all."""
    short, long = sorted((one, other), key=lambda a: min(_interval(a).high, 1e12))
    apart = "development" in short.target and not long.target - {DONE, USED} and long.everywhere
    return apart and _interval(short).below(_interval(long))


def _is_inner(one: Assertion) -> bool:
    """Whether it is the time of a stage, which ends before the whole does."""
    return one.slot == "duration" and bool({"development", INNER} & one.target)


def _in_time(done: Assertion, due: Assertion) -> bool:
    """What must be ready in September may be ready in August."""
    asked = any(word in due.text.casefold() for word in _ASKED)
    plain = not any(word in done.text.casefold() for word in _ASKED)
    month = done.operator == due.operator == "=" and done.slot.startswith("end")
    return asked and plain and month and _interval(done).below(_interval(due))


def _prepares(part: Assertion, whole: Assertion) -> bool:
    """Whether one is the end of a stage and earlier than that of the whole."""
    stage = INNER in part.target and INNER not in whole.target
    if stage and part.slot.startswith("start"):
        return True
    return stage and part.slot.startswith("end") and _interval(part).below(_interval(whole))


def _used_after(done: Assertion, used: Assertion) -> bool:
    """What is finished may be used later."""
    over = bool({DONE, INNER, "development"} & done.target)
    marked = over and USED in used.target and not done.everywhere
    return marked and done.slot.startswith("end") and _interval(done).below(_interval(used))


def _outgrown(part: Assertion, whole: Assertion, slack: float) -> bool:
    if (whole.about and WHOLE not in whole.target) or not part.about or WHOLE in part.target:
        return False
    return _interval(whole).below(_interval(part), slack)


def _name(one: Assertion) -> frozenset[str]:
    """What a time is of, without the marks of its stage."""
    return (one.about | one.target) - {DONE, USED}


def _sums(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """Parts that follow each other take longer than the whole may."""
    wholes = [one for one in group if WHOLE in one.target or not _name(one)]
    parts: dict[frozenset[str], Assertion] = {}
    for one in group:
        name = _name(one)
        if name and WHOLE not in name and math.isfinite(_interval(one).low) and one.operator != "~":
            parts.setdefault(name, one)
    if any("parallel" in one.text.casefold() for one in group):
        return
    total = sum(_interval(one).low for one in parts.values())
    for whole in wholes:
        most = _interval(whole).high
        others = [one for one in parts.values() if one.source != whole.source]
        alone = any(_interval(whole).below(_interval(one)) for one in others)
        if len(others) < 2 or alone or total <= most * 1.05 + 0.5:
            continue
        witness = f"the parts take {total:.0f} days together, {whole.shown} allows {most:.0f}"
        yield _told(evidence, (whole, *others), witness)


def _calendar(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """Start and duration lead beyond the end."""
    starts = [one for one in group if one.slot == "start" and not one.about]
    ends = [one for one in group if one.slot == "end" and (not one.about or USED in one.target)]
    spans = [one for one in group if one.slot == "duration"]
    for start in starts:
        for end in ends:
            room = _interval(end).high - _interval(start).low
            if room < 0 and start.source != end.source:
                yield _told(evidence, (start, end), f"{start.shown} is later than {end.shown}")
                continue
            for span in spans:
                least = _interval(span).low
                sources = {start.source, end.source, span.source}
                if math.isfinite(room) and least > room * 1.03 + 1 and len(sources) > 1:
                    day = _day(_interval(start).low + least)
                    witness = f"{start.shown} and {span.shown} lead to {day}, past {end.shown}"
                    yield _told(evidence, (start, span, end), witness)


def _after_the_end(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """What belongs before the end begins, or is done, later."""
    inner = [one for one in group if INNER in one.target and one.slot in {"start", "end"}]
    ends = [one for one in group if one.slot == "end" and INNER not in one.target]
    for part in inner:
        for end in ends:
            whole = not end.about or WHOLE in end.target
            if whole and part.about and _interval(part).low > _interval(end).high:
                yield _told(evidence, (end, part), f"{part.shown} is later than {end.shown}")


def _begins_too_late(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """A part begins when it is to be over, or in use, already."""
    starts = [one for one in group if one.slot == "start" and one.about]
    ends = [one for one in group if one.slot == "end" and one.operator in {"<", "<="}]
    for start in starts:
        for end in ends:
            late = _interval(start).low > _interval(end).high
            if late and start.source != end.source and same_subject(start.about, end.about):
                yield _told(evidence, (start, end), f"{start.shown} is later than {end.shown}")


def _day(ordinal: float) -> str:
    try:
        return date.fromordinal(int(ordinal)).isoformat()
    except (ValueError, OverflowError):
        return "a day beyond the calendar"


def _efforts(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    """More work than the team can do until the end."""
    efforts = [one for one in group if one.slot == "effort"]
    teams = [one for one in group if one.slot == "team"]
    wholes = [one for one in group if one.slot == "duration" and not one.about]
    for effort in efforts:
        for team in teams:
            size = _interval(team).high
            if not (math.isfinite(size) and size > 0):
                continue
            for whole in wholes:
                need = _interval(effort).low / size * _DAYS_A_WEEK
                if need > _interval(whole).high * 1.05:
                    witness = f"{effort.shown} need {need:.0f} days with {team.shown}"
                    yield _told(evidence, (effort, team, whole), witness)


def _told(evidence: Evidence, claims: Sequence[Assertion], witness: str) -> Conflict:
    return told(
        evidence,
        ConflictType.TIMELINE,
        Grade.HARD,
        claims,
        why="No plan can keep all of these times.",
        witness=witness,
        severity=Severity.CRITICAL,
    )


DETECTOR = Detector(type=ConflictType.TIMELINE, order=1, find=find)
