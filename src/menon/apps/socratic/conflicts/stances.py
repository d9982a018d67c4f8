"""What a clause says or denies, in few words: for comparing clauses that no reader understands.

The system refuses late bids. → denied, {accept, late, bid}
Prices are shown without tax. → said, {view, price}, lacking {tax}
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import document, known, words


@dataclass(frozen=True, kw_only=True)
class Stance:
    """A clause as words, and whether they are denied."""

    denied: bool
    core: frozenset[str]
    """Who does what to what, without words that distinguish nothing."""
    lacking: frozenset[str]
    """What stands behind `without`."""
    condition: frozenset[str]
    roles: frozenset[str]
    """The people among the core."""


@cache
def _kin() -> Mapping[str, tuple[str, bool]]:
    """The word that stands for a stem, and whether the stem is its opposite."""
    table = cast("Mapping[str, Mapping[str, list[object]]]", document("stances")["acts"])
    found: dict[str, tuple[str, bool]] = {}
    for act, sides in table.items():
        for side, listed in sides.items():
            for phrase in (act, *listed) if side == "same" else listed:
                name = " ".join(known(str(phrase)))
                found.setdefault(name, (act, side == "opposite"))
    return found


_QUIET: Final = frozenset({"system", "app", "user", "person", "and", "or", "customer", "someone"})
"""Who or what fulfils a condition most often."""
_PARTED: Final = frozenset(
    {"log", "sign", "turn", "switch", "leav", "shut", "lock", "opt", "bring", "com",
     "giv", "hand", "tak", "call", "pay", "throw", "send"}
)  # fmt: skip
"""Verbs whose particle may stand behind their object: `log the guest out`."""
_PARTICLES: Final = frozenset({"in", "out", "on", "off", "up", "down", "back", "away"})


def _with_particle(canon: Sequence[str], at: int) -> str:
    for stem in canon[at + 1 : at + 5]:
        if stem in _PARTICLES:
            return " ".join(known(f"{canon[at]} {stem}"))
    return canon[at]


@cache
def _silent() -> frozenset[str]:
    """Words that tell no two clauses apart."""
    keys = ("stop", "modal", "light", "negator", "universal", "aux", "evaluation")
    found = frozenset[str]().union(*(words("words", key) for key in keys))
    return (found | words("stances", "silent") | words("words", "whole")) - words("stances", "loud")


@lru_cache(maxsize=8192)
def _meant(stem: str) -> tuple[str, bool]:
    return _kin().get(stem, (stem, False))


def stance_of(clause: Clause) -> Stance:
    """The stance of a clause; an even number of negations and opposites denies nothing."""
    canon = clause.canon
    begin = canon.index("without") if "without" in canon[1:] else len(canon)
    denials = sum(1 for at in clause.negations if at < begin)
    core: set[str] = set()
    inside = {at for q in clause.quantities for at in range(q.start, q.end)}
    for at, stem in enumerate(canon[:begin]):
        if not stem or at in inside or clause.tokens[at].kind == "mark":
            continue
        meant, opposite = _meant(_with_particle(canon, at) if stem in _PARTED else stem)
        denials += opposite
        if meant not in _silent() and meant not in _PARTICLES:
            core.add(meant)
    said = frozenset(core)
    return Stance(
        denied=denials % 2 == 1,
        core=said,
        lacking=loud(canon[begin + 1 :]),
        condition=_case(clause),
        roles=said & words("actors", "roles"),
    )


def acts_of(canon: Sequence[str], inside: set[int]) -> frozenset[str]:
    """The words of a part of a clause that tell it from others; opposites count as one."""
    meant = (
        _meant(_with_particle(canon, at) if stem in _PARTED else stem)[0]
        for at, stem in enumerate(canon)
        if stem and at not in inside
    )
    silent = _silent() | {"before", "after"}
    return frozenset(s for s in meant if s not in silent and s.replace(" ", "").isalpha())


def apart(one: Clause, other: Clause) -> bool:
    """Whether each holds in a case of its own: before and after, if paid and if refused."""
    both = {"before", "after"}
    if not (one.condition and other.condition) or both <= one.said or both <= other.said:
        return False
    mine, theirs = _case(one), _case(other)
    if denied_case(one) != denied_case(other):
        return True
    return ("before" in mine) != ("before" in theirs) or not (mine <= theirs or theirs <= mine)


def denied_case(clause: Clause) -> bool:
    """`If it is not paid`, and the opposite `if it is refused`."""
    denials = sum(_meant(stem)[1] or stem in {"not", "never", "no"} for stem in clause.condition)
    return denials % 2 == 1


def excepts(one: Clause, other: Clause) -> bool:
    """Whether one leaves out what the other speaks of."""
    return bool(loud(one.exception) & loud(other.said) | loud(other.exception) & loud(one.said))


def elsewhere(clause: Clause, other: Clause) -> bool:
    """Whether one is about what somebody outside does: the bank, the provider."""
    outside = words("facts", "outsiders")
    mine, theirs = (frozenset(c.canon[: c.verb]) & outside for c in (clause, other))
    return mine != theirs


def of_part(clause: Clause, other: Clause) -> bool:
    """`Claims are never deleted` says nothing of `drafts of claims`."""
    subject = [s for s in other.canon[: other.verb] if s]
    if "of" not in subject or "all" in subject:
        return False
    at = subject.index("of")
    owned, head = frozenset(subject[at:]), frozenset(subject[:at])
    return bool(clause.subject & owned) and not clause.content & head


def of_others(clause: Clause, other: Clause) -> bool:
    """`The marks of other students` are denied, and those of one's own are said."""
    return _owned_by_others(clause) != _owned_by_others(other)


def _owned_by_others(clause: Clause) -> bool:
    canon = clause.canon
    return any(
        stem in {"other", "another", "others"}
        and canon[at - 1] != "each"
        and (at + 1 < len(canon) or canon[at - 1] == "of" or stem == "others")
        for at, stem in enumerate(canon)
    )


def made(clause: Clause, about: frozenset[str]) -> bool:
    """`Once it has been created` holds for all that can be changed or deleted."""
    if clause.trigger not in {"once", "after", "when", "as"} or clause.scope:
        return False
    beside = clause.condition - about - {"not", "never"}
    return bool(clause.condition) and beside <= words("words", "making")


def _case(clause: Clause) -> frozenset[str]:
    meant = (_meant(stem)[0] for stem in (*clause.condition, *_sides(clause.trigger)))
    quiet = words("words", "modal") | _QUIET
    return frozenset(stem for stem in meant if stem not in quiet and stem.isalnum())


def _sides(trigger: str) -> tuple[str, ...]:
    """`Until` and `before` tell the other side of an event than `once`."""
    return ("before",) if trigger in {"before", "until"} else ()


def loud(stems: Iterable[str]) -> frozenset[str]:
    """The words among these that tell clauses apart."""
    meant = (_meant(stem)[0] for stem in stems if stem)
    return frozenset(stem for stem in meant if stem not in _silent() and stem.isalnum())
