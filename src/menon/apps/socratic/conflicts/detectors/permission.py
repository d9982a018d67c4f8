"""A right that one statement gives and another denies."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import cast

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, pairs, told
from menon.apps.socratic.conflicts.lexicon import document, known, words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Detector,
    Grade,
    Severity,
)
from menon.apps.socratic.conflicts.parties import ALL, ANY, EVERYONE, OTHERS, OWN

_CASES = ("if:", "when:", "season:", "load:")
_TIMES = ("when:", "season:", "load:")
_SENIOR = frozenset({"chief", "head", "senior", "lead", "deputy", "super", "main", "trainee"})
"""Of a rank of their own, so that rules for the others are none for them."""
_MUST = ("must", "has to", "have to", "needs to", "need to", "shall")
_ALWAYS = ("at any time", "at all times", "around the clock")
"""What is allowed so is allowed in each case."""
_MANAGED = frozenset({"create", "read", "update", "delete"})
_MEMBER = "member"


@cache
def _broader() -> Mapping[str, frozenset[str]]:
    table = cast("Mapping[str, list[object]]", document("actors")["broader"])
    return {
        " ".join(known(name)): frozenset(" ".join(known(str(n))) for n in narrower)
        for name, narrower in table.items()
    }


def includes(broad: str, narrow: str) -> bool:
    """Whether everybody who is the one is the other, too."""
    if broad in {narrow, EVERYONE} or narrow in _broader().get(broad, ()):
        return True
    # A hostel guest is a guest.
    if narrow.startswith(f"{broad} ") and broad in words("actors", "attributive"):
        return True
    told = set(narrow.removesuffix(broad).split())
    return narrow.endswith(f" {broad}") and broad != _MEMBER and not told & _SENIOR


def find(evidence: Evidence) -> list[Conflict]:
    """Allowances that a denial or somebody's sole right excludes."""
    buckets: dict[str, list[Assertion]] = {}
    wild: list[Assertion] = []
    for one in evidence.of("grant"):
        if ANY in one.target:
            wild.append(one)
        else:
            for noun in one.subject or one.target:
                buckets.setdefault(noun, []).append(one)
    found: list[Conflict] = []
    for group in buckets.values():
        found += islice(_inside(evidence, [*group, *wild]), MOST)
    if wild and not buckets:
        found += islice(_inside(evidence, wild), MOST)
    return found[:MOST]


def _inside(evidence: Evidence, group: list[Assertion]) -> Iterator[Conflict]:
    for one, other in pairs(group):
        if not _same_act(one, other) or not _same_case(one, other):
            continue
        if _clash(one, other) or _clash(other, one):
            yield told(
                evidence,
                ConflictType.PERMISSION,
                Grade.WARN if _narrows(one, other) or _narrows(other, one) else Grade.HARD,
                (one, other),
                why="One gives a right that the other denies.",
                witness=f"{one.shown}; {other.shown}",
                severity=Severity.HIGH,
            )


def _narrows(given: Assertion, denied: Assertion) -> bool:
    """`Everyone may read it; guests may not`: perhaps an exception that nobody called one."""
    general = given.operator == "allow" and EVERYONE in given.about
    return general and denied.operator == "deny" and EVERYONE not in denied.about


def _same_case(one: Assertion, other: Assertion) -> bool:
    """The same place and kind; what is never allowed is not allowed in a case either."""
    firm, loose = (one, other) if one.operator != "allow" else (other, one)
    # A rule for all invoices holds for those of suppliers, and not the other way round.
    # The phone numbers of members, seen by members: whose they are.
    narrow = firm.target - loose.target - {s for name in loose.about for s in name.split()}
    if narrow and ANY not in firm.target | loose.target:
        return False
    # `Once an order is paid, nobody changes the order`: the condition names what it is about.
    named = {f"if:{stem}" for stem in one.target | other.target}
    mine, theirs = firm.scope - named, loose.scope - named
    if mine == theirs:
        return True
    if firm.operator == "only":
        return mine <= theirs and all(name.startswith(_TIMES) for name in theirs - mine)
    if not theirs and any(phrase in loose.text.casefold() for phrase in _ALWAYS):
        return all(name.startswith(_CASES) for name in mine)
    return mine <= theirs and all(name.startswith(_CASES) for name in theirs - mine)


def _same_act(one: Assertion, other: Assertion) -> bool:
    acts = {one.unit, other.unit}
    if acts in ({"read", "download"}, {"read", "use"}):
        # Who may not see it cannot fetch it; who may not fetch it may still see it.
        return (one if one.unit == "read" else other).operator != "allow"
    return len(acts) == 1 or ("manage" in acts and bool(acts & _MANAGED))


def _clash(given: Assertion, denied: Assertion) -> bool:
    """Whether somebody has a right by the first that the second takes."""
    # It may have to be signed by two people.
    both = given.operator == denied.operator == "only" and _duty(given) and _duty(denied)
    if given.operator == "deny" or denied.operator == "allow" or both:
        return False
    if _of_different(given, denied):
        return False
    # Who may do it to his own records is no exception to a rule for the records of all others.
    if denied.operator == "only" and denied.value == ALL and given.value == OWN:
        # `Only they may see all of them` leaves each his own.
        return not _owners(denied) and not denied.everywhere
    for actor in given.about:
        if denied.operator == "only":
            if not any(includes(holder, actor) for holder in denied.about):
                return not _owners(denied) or given.value != OWN
        elif any(_meets(actor, name) for name in denied.about) and not _excepted(given, denied):
            return True
    return False


def _duty(one: Assertion) -> bool:
    """`It must be approved by the manager`: nobody else's approval counts."""
    return any(word in one.text.casefold() for word in _MUST)


def _of_different(given: Assertion, denied: Assertion) -> bool:
    """Whether one is about one's own records and the other about those of others."""
    # `Students can see the mark` means theirs, unless it says all or any.
    own = given.value == OWN or (given.value == ALL and not given.everywhere)
    mixed = given.value == OTHERS and denied.value == OWN
    return mixed or (own and denied.value == OTHERS)


def _owners(one: Assertion) -> bool:
    return any(name.split()[-1] in {"owner", "author", "creator"} for name in one.about)


def _meets(actor: str, denied: str) -> bool:
    """Who is denied something is among those who may."""
    # Whoever may is perhaps a member, too, but a rule for members is not one for the staff.
    if denied == _MEMBER:
        return actor in {denied, EVERYONE}
    return includes(denied, actor) or actor == EVERYONE


def _excepted(given: Assertion, denied: Assertion) -> bool:
    """Whether one of the two excepts the other's people."""
    if any(includes(x, name) for x in given.excluded for name in denied.about):
        return True
    return any(includes(x, name) for x in denied.excluded for name in given.about)


DETECTOR = Detector(type=ConflictType.PERMISSION, order=3, find=find)
