"""How often something happens: at least every ten seconds, and no more often than once a minute."""

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final, NamedTuple, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import document, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade, Interval
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import stance_of

_UNITS: Final = {
    "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0,
    "month": 2629800.0, "quarter": 7889400.0, "year": 31557600.0,
}  # fmt: skip
_LONG: Final = {
    "h": "hour", "day": "day", "week": "week", "month": "month", "quarter": "quarter",
    "year": "year",
}  # fmt: skip
_COUNTS: Final = {"once": 1.0, "twice": 2.0}
_NUMBER: Final = (
    r"\b\d{1,6}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
)
# Of a number without a bound each digit would be a beginning: minutes for a line of 100,000.
_OFTEN: Final = re.compile(
    r"(?P<floor>at least |no less (?:often |frequently )?than |not less (?:often )?than "
    r"|a minimum of )?"
    r"(?P<cap>at most |no more (?:often |frequently )?than |not more (?:often |frequently )?than "
    r"|never more (?:often |frequently )?than |a maximum of |more (?:often |frequently )than )?"
    rf"(?:(?P<many>once|twice|(?P<times>{_NUMBER}) times) (?:every|each|per|an?|in) |every )"
    rf"(?P<span>{_NUMBER})? ?(?P<unit>second|minute|hour|day|week|month|quarter|year)s?\b"
)
_MOST_APART = 2
"""Words by which two acts may differ, such as `report` and `transmit`."""


class _Rhythm(NamedTuple):
    clause: Clause
    period: Interval
    """Seconds between two times."""
    core: frozenset[str]
    shown: str


def find(evidence: Evidence) -> list[Conflict]:
    """Two rhythms of one thing that no period satisfies."""
    said = [one for clause in evidence.clauses if (one := _rhythm(clause))]
    by_stem: dict[str, list[_Rhythm]] = {}
    for one in said:
        for stem in one.core:
            by_stem.setdefault(stem, []).append(one)
    return list(islice(_apart(evidence, by_stem), MOST))


def _apart(evidence: Evidence, by_stem: dict[str, list[_Rhythm]]) -> Iterator[Conflict]:
    seen: set[tuple[str, int, str, int]] = set()
    for group in by_stem.values():
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                mine, theirs = one.clause, other.clause
                key = (mine.source, mine.key, theirs.source, theirs.key)
                if key in seen or mine.source == theirs.source or mine.context != theirs.context:
                    continue
                seen.add(key)
                if _same(one, other) and one.period.apart(other.period, 0.1):
                    yield told(
                        evidence,
                        ConflictType.NUMERIC,
                        Grade.HARD,
                        [assertion(r.clause, "rhythm", shown=r.shown) for r in (one, other)],
                        why="The same is to happen more often and less often.",
                        witness=f"{one.shown} / {other.shown}",
                    )


def _same(one: _Rhythm, other: _Rhythm) -> bool:
    """The same, or the same with another verb of telling or making anew."""
    shared, rest = one.core & other.core, one.core ^ other.core
    if rest - words("stances", "sending"):
        return False
    return len(shared) >= 1 and len(rest) <= _MOST_APART


@cache
def _values() -> dict[str, float]:
    return cast("dict[str, float]", document("amounts")["numbers"])


def _number(text: str | None) -> float:
    if not text:
        return 1.0
    return float(text) if text.isdigit() else float(_values()[text])


def _rhythm(clause: Clause) -> _Rhythm | None:
    adverbs = cast("dict[str, str]", document("amounts")["adverbs"])
    # `They pay monthly` is every month; `monthly costs` are those of one.
    paid = any(q.dim == "money" for q in clause.quantities)
    said = (
        _LONG.get(adverbs.get(token.text, "")) if at > clause.verb and not paid else None
        for at, token in enumerate(clause.tokens)
    )
    pairs = zip(said, clause.tokens, strict=True)
    text = " ".join(f"every {unit}" if unit else token.text for unit, token in pairs)
    found = _OFTEN.search(text)
    if found is None:
        return None
    many = _COUNTS.get(found["many"] or "once") or _number(found["times"])
    period = _number(found["span"]) * _UNITS[found["unit"]] / many
    negated = clause.negated and not re.search(r"\b(?:no|not|never) ", found[0])
    if found["floor"] and not negated:
        allowed = Interval(high=period)
    elif found["cap"]:
        capped = "more" not in found["cap"] or bool(re.search(r"\b(?:no|not|never) ", found["cap"]))
        if not capped and not negated:
            return None
        allowed = Interval(low=period)
    elif negated:
        return None
    else:
        allowed = Interval(period, period)
    core = stance_of(clause).core | clause.subject
    spans = _UNITS.keys() | {"once", "twice", "tim", "often", "frequently", "minut", "every"}
    core = frozenset(s for s in core - spans - words("words", "weak") if s.isalpha())
    return _Rhythm(clause, allowed, core, found[0].strip()) if _bounded(allowed) and core else None


def _bounded(period: Interval) -> bool:
    return math.isfinite(period.low) or math.isfinite(period.high)


DETECTOR = Detector(type=ConflictType.NUMERIC, order=6, find=find)
