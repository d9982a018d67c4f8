"""Facts about data: required, unique, encrypted, mutable and the like."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.reading.cardinalities import nouns
from menon.apps.socratic.conflicts.stances import made

_STOPS = frozenset(
    {"throughout", "across", "among", ",", "and", "or", "within", "per", "in", "for", "by", "to",
     "at", "be"}
)  # fmt: skip
_PHRASE = 3
_OWN_WORDS = frozenset({"occur", "uniqu", "once", "exist", "appear"})
_ADVERBS = frozenset({"always", "also", "still", "definitely", "already", "generally", "usually"})
_TURNS = frozenset({"reject", "refuse", "prevent", "block", "forbid", "prohibit", "disallow"})


def _plain(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase without the adverbs that may stand between its words."""
    stems = known(phrase)
    plain = tuple(stem for stem in stems if stem not in _ADVERBS)
    # `Always have` without its adverb says nothing.
    return plain if len(plain) > 1 else stems


@cache
def _kinds() -> Mapping[str, Phrases]:
    table = cast("Mapping[str, Mapping[bool, list[object]]]", document("facts")["facts"])
    return {
        kind: Phrases(((str(side), str(p)) for side, found in sides.items() for p in found), _plain)
        for kind, sides in table.items()
    }


def read(clause: Clause) -> Iterator[Assertion]:
    """Facts with the value true or false."""
    kept = [at for at, stem in enumerate(clause.canon) if stem not in _ADVERBS]
    stems = [clause.canon[at] for at in kept]
    for kind, known_phrases in _kinds().items():
        matches = _matches(known_phrases, kept, stems)
        if kind == "required" and not matches:
            matches = _needs(clause)
        if matches:
            yield from _fact(clause, kind, matches)


def _needs(clause: Clause) -> list[Match]:
    """`Every patient needs an insurance number`."""
    canon = clause.canon
    for at, stem in enumerate(canon[:-1]):
        if stem == "need" and at and clause.universal and canon[at + 1] in {"a", "an", "the"}:
            return [Match(at, at + 1, "True")]
    return []


@cache
def _vocabulary(kind: str) -> frozenset[str]:
    """The words of its phrases, apart from those in their gaps."""
    sides = cast("Mapping[str, Mapping[bool, list[object]]]", document("facts")["facts"])[kind]
    return frozenset(s for found in sides.values() for p in found for s in known(str(p))) | {"need"}


def _matches(phrases: Phrases, kept: Sequence[int], stems: Sequence[str]) -> list[Match]:
    """The phrases, whatever adverbs stand between their words."""
    return [Match(kept[m.start], kept[m.end - 1] + 1, m.label) for m in phrases.find(stems)]


def _fact(clause: Clause, kind: str, matches: Sequence[Match]) -> Iterator[Assertion]:
    vocabulary = _vocabulary(kind)
    inside = {at for m in matches for at in range(m.start, m.end) if clause.canon[at] in vocabulary}
    about = _about(clause, inside) or frozenset({"data"} & set(clause.canon))
    if kind == "unique":
        about = _value(clause, matches) or about
    if kind == "soft":
        yield from _restored(clause, about, matches)
        return
    if not about:
        return
    yield assertion(
        clause,
        f"fact:{kind}",
        operator="is",
        value=(matches[0].label == "True") != _turned(clause, kind, inside),
        about=about,
        scope=_times(clause)
        | (clause.scope if made(clause, about) or _at_will(clause) else clause.context)
        | _within(clause, kind),
        shown=clause.text,
    )


def _times(clause: Clause) -> frozenset[str]:
    """`Within 15 minutes` and `after 15 minutes` are two cases."""
    return frozenset(f"if:{q.shown}" for q in clause.quantities if q.dim == "time")


def _at_will(clause: Clause) -> bool:
    """`If they do not want to be called` narrows no freedom."""
    if clause.trigger != "if" or "if" not in clause.whole:
        return False
    inner = clause.whole[clause.whole.index("if") + 1 :][:6]
    return bool({"want", "wish", "like", "prefer", "choos"} & set(inner))


def _restored(
    clause: Clause, about: frozenset[str], matches: Sequence[Match]
) -> Iterator[Assertion]:
    """`Once it has been deleted` is always so where things are gone or come back."""
    told, rest = matches[0].label == "True", words("words", "always_so") | {"delet", "delete"}
    timed = any(quantity.dim == "time" for quantity in clause.quantities)
    about = about or frozenset({"entry", "record", "item", "form", "data"} & set(clause.canon))
    always = clause.trigger in {"", "once", "when", "after", "if"} and (
        clause.condition <= about | rest
    )
    if not about or (timed and not told):
        # `After 30 days they are gone` leaves the days before.
        return
    yield assertion(
        clause, "fact:soft", operator="is", value=told != _turned(clause, "soft", _inside(matches)),
        about=about - {"delet", "delete"} or about, shown=clause.text,
        scope=clause.scope if always else clause.context,
    )  # fmt: skip


def _inside(matches: Sequence[Match]) -> set[int]:
    return {at for m in matches for at in range(m.start, m.end)}


def _value(clause: Clause, matches: Sequence[Match]) -> frozenset[str]:
    """What is unique or not, whoever has it: `share the same email`, `a unique number`."""
    noise = words("facts", "noise") | (words("words", "weak") - {"number"})
    noise |= words("words", "stop") | words("words", "modal") | words("words", "negator")
    for match in matches:
        if clause.canon[match.end - 1] == "same":
            break
        # `The same plate may occur twice`: the words stand inside the phrase.
        between = frozenset(clause.canon[match.start : match.end]) - noise - {""}
        if len(between) > 0 and match.end - match.start > _PHRASE and not between & _OWN_WORDS:
            return between
    end = matches[-1].end
    if end < len(clause.canon) and clause.canon[end] in _STOPS:
        return frozenset()
    return frozenset(nouns(clause.canon[end : end + 4])) - noise


def _within(clause: Clause, kind: str) -> frozenset[str]:
    """`Unique within a building` says nothing about two buildings."""
    if kind != "unique":
        return frozenset()
    for at, stem in enumerate(clause.canon[:-1]):
        if stem in {"within", "per", "inside"}:
            return frozenset({f"if:within {' '.join(nouns(clause.canon[at + 1 : at + 4]))}"})
    return frozenset()


def _turned(clause: Clause, kind: str, inside: set[int]) -> bool:
    negators = words("words", "negator") - {"no"}
    count = sum(
        1
        for at, stem in enumerate(clause.canon)
        if at not in inside and (stem in negators or (stem == "no" and kind == "unique"))
    )
    if kind == "unique":
        count += sum(1 for stem in clause.canon if stem in _TURNS - negators)
    return count % 2 == 1


def _about(clause: Clause, inside: set[int]) -> frozenset[str]:
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    noise = loose | words("facts", "noise") | words("words", "universal")
    found = {
        stem
        for at, stem in enumerate(clause.canon)
        if at not in inside and stem and stem not in noise and stem.replace(" ", "").isalpha()
    }
    # `The meeting minutes`: words that elsewhere say little may be all that there is.
    strong = frozenset(found - (words("words", "weak") - {"number"}))
    return strong or (frozenset(found) if len(found) > 1 else strong)


READER = Reader(read=read)
