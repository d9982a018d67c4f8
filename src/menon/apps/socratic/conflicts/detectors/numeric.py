"""Two limits of the same metric and scope that no number satisfies."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

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
    Severity,
)

_DIMENSIONS = frozenset(
    [
        "time",
        "percent",
        "bytes",
        "speed",
        "rate",
        "count",
        "money",
        "length",
        "weight",
        "temperature",
        "clock",
    ]
)
_DATA_METRICS = frozenset({"retention", "deletion"})
_PROCESSES = frozenset(
    {"download", "upload", "delete", "export", "import", "print", "restor", "publish"}
)
"""What is done with a thing takes a time of its own: opening a file, downloading it."""
_CALENDAR = frozenset({"month", "quarter", "year", "decade"})
_PERCENTILES = "pct:"


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs whose intervals are apart after conversion to base units."""
    found: list[Conflict] = []
    for slot, named in evidence.by_slot.items():
        dim, _, metric = slot.partition(":")
        # A count that nobody names is that of the same things that another names.
        general = (dim, metric) in {("count", "length"), ("time", "validity"), ("time", "latency")}
        bare = evidence.of(f"{dim}:") if general else []
        group = [*named, *bare]
        if slot == "team" or (dim.partition("|")[0] in _DIMENSIONS and metric not in _DATA_METRICS):
            for alike in _by_target(group):
                found += islice(_apart(evidence, alike), MOST)
    return found


def _by_target(group: Sequence[Assertion]) -> Iterable[list[Assertion]]:
    found: dict[tuple[frozenset[str], frozenset[str]], list[Assertion]] = {}
    for one in group:
        scope = frozenset(s for s in one.scope if not s.startswith(_PERCENTILES))
        found.setdefault((one.target, scope), []).append(one)
    return found.values()


def _apart(evidence: Evidence, group: Sequence[Assertion]) -> Iterator[Conflict]:
    for one, other in pairs(group):
        first, second = one.value, other.value
        if not (isinstance(first, Interval) and isinstance(second, Interval)):
            continue
        if first.apart(second, _slack(one, other)) and _comparable(one, other):
            yield _told(evidence, one, other, first, second)


def _slack(one: Assertion, other: Assertion) -> float:
    if one.unit == other.unit:
        return 1e-9
    # 1 GB is 1,000 MB to one and 1,024 to another; 30 days are about a month.
    return 0.1 if {one.unit, other.unit} & _CALENDAR or one.unit.endswith("B") else 1e-9


def _comparable(one: Assertion, other: Assertion) -> bool:
    if one.target != other.target or not _same_scope(one.scope, other.scope):
        return False
    if one.slot.startswith("money") and one.unit != other.unit:
        return False
    if same_subject(one.about, other.about):
        apart = one.slot.startswith("time") and bool((one.about ^ other.about) & _PROCESSES)
        return one.head <= other.about and other.head <= one.about and not apart
    if _same_doer(one, other):
        return True
    # What holds for everything holds for each thing.
    general, special = (one, other) if not one.about else (other, one)
    granted = isinstance(special.value, Interval) and special.value.low == special.value.high
    granted = granted and special.operator == "<=" and general.operator == "<="
    each = granted if general.slot.startswith("bytes") else general.everywhere
    return not general.about and each and bool(special.about)


def _same_doer(one: Assertion, other: Assertion) -> bool:
    """Named metrics of one subject are the same, whatever else the sentences tell."""
    named = not one.slot.endswith(":") and not one.slot.startswith(("count", "money", "bytes"))
    doers = one.subject - words("actors", "roles"), other.subject - words("actors", "roles")
    return named and bool(doers[0]) and doers[0] == doers[1]


def _same_scope(one: frozenset[str], other: frozenset[str]) -> bool:
    """Equal, but for a percentile that only one of them names."""
    kept = [frozenset(s for s in scope if not s.startswith(_PERCENTILES)) for scope in (one, other)]
    ranks = [scope - rest for scope, rest in zip((one, other), kept, strict=True)]
    return kept[0] == kept[1] and (ranks[0] == ranks[1] or not (ranks[0] and ranks[1]))


def _told(
    evidence: Evidence, one: Assertion, other: Assertion, first: Interval, second: Interval
) -> Conflict:
    low, high = (first, second) if first.high <= second.low else (second, first)
    far = low.high <= 0 or high.low / low.high >= 2
    return told(
        evidence,
        ConflictType.NUMERIC,
        Grade.HARD,
        (one, other),
        why="The same quantity has two limits that no value satisfies.",
        witness=f"{one.shown} excludes {other.shown}",
        severity=Severity.HIGH if far else Severity.MEDIUM,
    )


DETECTOR = Detector(type=ConflictType.NUMERIC, order=6, find=find)
