"""Sentences that are nearly the same, but for a negation or a word and its opposite."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.findings import MOST, told
from menon.apps.socratic.conflicts.lexicon import document, stemmed, words
from menon.apps.socratic.conflicts.model import Conflict, ConflictType, Detector, Grade
from menon.apps.socratic.conflicts.reading import assertion
from menon.apps.socratic.conflicts.stances import (
    apart,
    denied_case,
    elsewhere,
    excepts,
    of_others,
    of_part,
)

_COMMON = 40
"""Clauses that may share a stem before it says too little to find pairs by."""
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "de")
_SHORT = 4
"""Words of a denial that leaves no case open."""
_EXTRA = 2
"""Words that only one of two opposite sentences may have."""
_LASTING = frozenset({"immediat", "stay", "remain", "keep", "automatically"})
"""`Stay shut`, `lock automatically`: beside an opposite these say nothing of their own."""
_OPEN = frozenset({"also", "additionally", "alternatively", "optionally"})
"""Beside these one way is not the only one."""
_ALIKE = 0.6
"""The least part of all stems that two sentences share."""


@cache
def _opposites() -> Mapping[str, frozenset[int]]:
    """The sets that a stem belongs to."""
    rows = cast("list[list[object]]", document("antonyms")["sets"])
    found: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for word in row:
            found.setdefault(" ".join(stemmed(str(word))), set()).add(number)
    return {stem: frozenset(numbers) for stem, numbers in found.items()}


def find(evidence: Evidence) -> list[Conflict]:
    """Pairs for a person to judge."""
    said = [clause for clause in evidence.clauses if len(clause.said) >= 2]
    # Rights are compared by their own rule, which knows who and whose.
    grants = evidence.of("grant")
    judged = {(grant.source, grant.key) for grant in grants}
    denied = {(grant.source, grant.key) for grant in grants if grant.operator != "allow"}
    found: list[Conflict] = []
    for one, other in _candidates(said):
        if one.source == other.source or one.scope != other.scope:
            continue
        if _one_answer(one.source, other.source):
            continue
        both = {(one.source, one.key), (other.source, other.key)}
        if both <= judged and both & denied:
            continue
        # What is denied in another case is no contradiction; what is done before and after is.
        cased = one.negated != other.negated and (
            apart(one, other) or excepts(one, other) or elsewhere(one, other)
        )
        why = "" if cased else _turned_round(one, other) or _contradiction(one, other)
        if why:
            claims = [assertion(clause, "text", shown=clause.text) for clause in (one, other)]
            found.append(
                told(
                    evidence,
                    ConflictType.TEXT,
                    Grade.REVIEW,
                    claims,
                    why=why,
                    witness=f"{one.text} / {other.text}",
                )
            )
            if len(found) >= MOST:
                break
    return found


def _one_answer(one: str, other: str) -> bool:
    """Whether both are parts of one answer, each about a slot of its own: `A1#slot`."""
    first, mark, _ = one.partition("#")
    return bool(mark) and first == other.partition("#")[0] and "#" in other


def _candidates(said: Sequence[Clause]) -> Iterator[tuple[Clause, Clause]]:
    """Clauses that share a stem that is not too common."""
    by_stem: dict[str, list[int]] = {}
    for at, clause in enumerate(said):
        for stem in clause.said:
            by_stem.setdefault(stem, []).append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for places in by_stem.values():
        if len(places) <= _COMMON:
            shared.update((one, two) for n, one in enumerate(places) for two in places[n + 1 :])
    for (one, two), count in sorted(shared.items()):
        size = len(said[one].said | said[two].said)
        if count >= 2 or size <= 3:
            yield said[one], said[two]


def _contradiction(one: Clause, other: Clause) -> str:
    cases = one.condition and other.condition and denied_case(one) != denied_case(other)
    if cases or of_others(one, other) or of_part(one, other) or of_part(other, one):
        return ""
    union = one.said | other.said
    common = one.said & other.said
    if one.negated != other.negated and (_denied_at_all(one, other) or _denied_at_all(other, one)):
        return "One denies what the other grants in part."
    lasting = _LASTING if one.condition and one.condition == other.condition else {"immediat"}
    if len(common) < _ALIKE * len(union - words("words", "light") - lasting) - 1:
        return ""
    mine, theirs = one.said - common, other.said - common
    pair = _opposite(one, other)
    if one.negated != other.negated and not _by_verb(one, other, pair):
        # `A paid order is final` is an exception to what holds for orders.
        stated = (mine if one.negated else theirs) & words("words", "states")
        alike = len(common) >= _ALIKE * len(union) and not (mine and theirs) and not stated
        # `The express lift` does not stop where `the lift` does.
        alike = alike and not (
            _stops(one, other) and (mine & one.subject or theirs & other.subject)
        )
        return (
            "One says what the other denies." if alike and _numbers(one) == _numbers(other) else ""
        )
    cases = one.condition and other.condition and one.condition ^ other.condition
    if not pair or (cases and not cases & set(pair)) or _in_turn(one, other):
        # `Kept after a year` and `deleted after ten`: each at its own time.
        return ""
    loose = words("words", "light") | words("words", "weak") | lasting
    rests = [part - set(pair) - loose for part in (mine, theirs)]
    # One of them may say more, such as how often; where both do, they are about other things.
    # `The test siren` is another than `the siren`.
    narrow = (
        {*one.stems, *other.stems} & _OPEN or rests[0] & one.subject or rests[1] & other.subject
    )
    extra = not all(rests) and max(map(len, rests)) <= _EXTRA and not narrow
    enough = len(common) >= 2 or (
        one.subject == other.subject != frozenset() and _copular(one, other)
    )
    return f"{pair[0]} here, {pair[1]} there." if extra and enough else ""


def _in_turn(one: Clause, other: Clause) -> bool:
    """`Kept for a year`, `deleted after a year`: each at its own time."""
    if not (one.quantities and other.quantities):
        return False
    if _numbers(one) != _numbers(other):
        return True
    after = [
        any("after" in {*c.stems[max(0, q.start - 1) : q.core]} for q in c.quantities)
        for c in (one, other)
    ]
    return after[0] != after[1]


def _stops(*both: Clause) -> bool:
    return any(clause.stems[at] == "stop" for clause in both for at in clause.negations)


def _by_verb(one: Clause, other: Clause, pair: tuple[str, str] | None) -> bool:
    """Whether all that denies is a verb that has its opposite there: `stops`, `keeps running`."""
    firm = one if one.negated else other
    return pair is not None and all(firm.stems[at] in pair for at in firm.negations)


def _turned_round(one: Clause, other: Clause) -> str:
    mine, theirs = _swapped(one), _swapped(other)
    turned = one.said == other.said and bool(mine) and mine == theirs[::-1] != theirs
    return "Each runs the other way round." if turned else ""


def _swapped(clause: Clause) -> tuple[str, ...]:
    """The ends of `from left to right`."""
    stems = clause.stems
    if "from" not in stems:
        return ()
    at = stems.index("from")
    told = stems[at + 1 : at + 4]
    return (told[0], told[2]) if len(told) > 2 and told[1] == "to" else ()


def _copular(one: Clause, other: Clause) -> bool:
    """Whether both only say what one thing is: `the gate is open`."""
    if one.subject and one.subject == other.subject and max(len(one.said), len(other.said)) <= 4:
        return True
    return all(c.canon[c.verb : c.verb + 1] == ("be",) for c in (one, other))


def _denied_at_all(firm: Clause, other: Clause) -> bool:
    """`Tickets are not refundable` denies what the other grants until the day before."""
    short = firm.negated and not _stops(firm) and not firm.condition and not firm.exception
    if not short or other.exception or not firm.subject <= other.subject:
        return False
    return 2 <= len(firm.said) <= _SHORT and firm.said <= other.said


def _numbers(clause: Clause) -> frozenset[str]:
    return frozenset(quantity.shown for quantity in clause.quantities)


def _opposite(one: Clause, other: Clause) -> tuple[str, str] | None:
    """Words of the same set, each in one clause only."""
    first, second = _words(one), _words(other)
    for word in sorted(first - second):
        for rival in sorted(second - first):
            if _sets_of(word) & _sets_of(rival):
                return word, rival
            if _prefixed(word, rival) or _prefixed(rival, word):
                return word, rival
    return None


def _sets_of(word: str) -> frozenset[int]:
    """The sets of a word, or of the adjective that the adverb is made of."""
    table = _opposites()
    return table.get(word) or table.get(word.removesuffix("ly"), frozenset())


def _prefixed(word: str, rival: str) -> bool:
    """`reversible` and `irreversible`."""
    return len(word) > 3 and any(rival == prefix + word for prefix in _PREFIXES)


def _words(clause: Clause) -> frozenset[str]:
    # `The lamp is on` says how it is; `on Monday` does not.
    plain = frozenset(clause.stems[:-1]) - {"on"}
    return clause.said | plain | frozenset(clause.stems[-1:])


DETECTOR = Detector(type=ConflictType.TEXT, order=10, find=find)
