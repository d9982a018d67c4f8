"""Technologies that exclude or hinder each other, by the curated matrix."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, cast

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, same_subject, told
from menon.apps.socratic.conflicts.lexicon import document, words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
)
from menon.apps.socratic.conflicts.words import tokens

_AWAY = frozenset({"offline first", "air gapped"})


class Rule(NamedTuple):
    """Two concepts that do not go together."""

    one: str
    other: str
    grade: Grade
    why: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of the matrix."""
    rows = cast("list[list[str]]", document("technologies")["rules"])
    return tuple(Rule(one, other, Grade(grade), why) for one, other, grade, why in rows)


@cache
def _parents() -> Mapping[str, list[str]]:
    return cast("Mapping[str, list[str]]", document("technologies")["parents"])


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs of the matrix, of the same technology wanted and refused, and of sole choices."""
    used: dict[str, list[Assertion]] = {}
    avoided: dict[str, list[Assertion]] = {}
    for one in evidence.of("technology"):
        table = used if one.operator == "use" else avoided
        table.setdefault(str(one.value), []).append(one)
    found: list[Conflict] = []
    wide = _widened(used)
    for rule in rules():
        one, other = wide.get(rule.one, []), wide.get(rule.other, [])
        found += islice(_pairs(evidence, one, other, rule.grade, rule.why), MOST)
    for name, refusing in avoided.items():
        for wanted, wanting in used.items():
            if wanted == name or name in _parents().get(wanted, ()):
                why = f"One asks for {wanted}, the other refuses {name}."
                found += islice(_pairs(evidence, wanting, refusing, Grade.HARD, why), MOST)
    found += islice(_choices(evidence, used), MOST)
    return sorted(found, key=lambda c: c.grade is not Grade.HARD)[:MOST]


def _widened(used: Mapping[str, list[Assertion]]) -> dict[str, list[Assertion]]:
    """Who uses the narrower uses the broader, too."""
    wide = {name: list(found) for name, found in used.items()}
    for name, found in used.items():
        for parent in _parents().get(name, ()):
            wide.setdefault(parent, []).extend(found)
    return wide


def _pairs(
    evidence: Evidence, first: list[Assertion], second: list[Assertion], grade: Grade, why: str
) -> Iterator[Conflict]:
    for one in first:
        for other in second:
            together = one.source != other.source and _place(one) == _place(other)
            general = other.operator == "avoid" and not other.about
            if together and (general or one.about == other.about) and not _apart(one, other):
                yield told(
                    evidence,
                    ConflictType.TECHNOLOGY,
                    grade,
                    (one, other),
                    why=why[0].upper() + why[1:],
                    witness=f"{one.shown} / {other.shown}",
                )


def _apart(one: Assertion, other: Assertion) -> bool:
    """Whether each is said of a part of its own: `the public site`, `the member area`."""
    if any(_beside(a, b) for a, b in ((one, other), (other, one))):
        return True
    if _AWAY & {one.value, other.value} and _at_other_ends(one, other):
        return True
    return bool(one.subject and other.subject) and not one.subject & other.subject


def _at_other_ends(one: Assertion, other: Assertion) -> bool:
    """`The till works offline`, `the report comes from a cloud`: read elsewhere, and later."""
    return bool(words("tensions", "ends") & (one.target ^ other.target) and one.target)


def _beside(shown: Assertion, kept: Assertion) -> bool:
    """`The public website` is for all to see, and keeps no case files."""
    shows = words("technologies", "showcases") & (shown.target | shown.subject)
    loose = words("words", "weak") | words("words", "whole") | {"data"}
    named = kept.target - loose
    return bool(shows and named) and not named & shown.target


def _place(one: Assertion) -> frozenset[str]:
    """The environment, phase and region: a technology there says nothing about one here."""
    return frozenset(s for s in one.scope if s.startswith(("env:", "phase:", "region:")))


def _choices(evidence: Evidence, used: Mapping[str, list[Assertion]]) -> Iterator[Conflict]:
    """Two answers to one question, such as which database it is."""
    groups = cast("Mapping[str, Any]", document("technologies")["exclusive"])
    for group, row in groups.items():
        members = set(row["members"])
        named = [one for name in members & used.keys() for one in used[name]]
        closed = any(_closes(one) and _sole(one, group) for one in named)
        claims = [one for one in named if _sole(one, group) or (closed and not _also(one))]
        claims.sort(key=lambda one: (one.source, str(one.value)))
        for at, one in enumerate(claims):
            rivals = [o for o in claims[at + 1 :] if o.value != one.value]
            for other in rivals:
                apart = one.scope != other.scope or not _same_part(one, other, group)
                if apart or _kin(one, other):
                    continue
                why = f"Each names another {group} as the one."
                yield from _pairs(evidence, [one], [other], Grade.HARD, why)


def _stems(one: Assertion) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(one.text))


def _sole(one: Assertion, group: str) -> bool:
    """Whether the clause claims to name the one."""
    said = _stems(one)
    named = frozenset(document("technologies")["exclusive"][group]["words"])
    stems = frozenset(token.stem for word in named for token in tokens(str(word)))
    if len(said) <= 2 and said - {"use"} and "use" in said:
        return True
    if not said & stems or _also(one):
        return False
    return bool(said & (words("technologies", "exclusively") | {"be", "use", "run", "in"}))


def _also(one: Assertion) -> bool:
    """Whether it stands beside others, such as for importing from it."""
    return bool(_stems(one) & words("technologies", "also"))


def _closes(one: Assertion) -> bool:
    """Whether it leaves no other of the kind."""
    return bool(_stems(one) & words("technologies", "closing"))


def _kin(one: Assertion, other: Assertion) -> bool:
    names = {str(one.value), str(other.value)}
    return names == {"sqlite", "local sqlite"}


def _same_part(one: Assertion, other: Assertion, group: str) -> bool:
    named = document("technologies")["exclusive"][group]["words"]
    noise = frozenset(t.stem for word in named for t in tokens(str(word)))
    noise |= words("words", "weak") | words("words", "whole") | {"data", "own", "primary", "main"}
    noise |= words("technologies", "making")
    mine, theirs = one.target - noise, other.target - noise
    # `The only database` is that of every part.
    if any(not rest and (_closes(a) or a.everywhere) for a, rest in ((one, mine), (other, theirs))):
        return True
    return same_subject(mine, theirs)


DETECTOR = Detector(type=ConflictType.TECHNOLOGY, order=7, find=find)
