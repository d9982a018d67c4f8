"""Facts about data: required, unique, encrypted, mutable and the like, and cardinalities."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Modality
from menon.apps.socratic.conflicts.reading import Reader, assertion

_STOPS = frozenset(
    {"throughout", "across", "among", ",", "and", "or", "within", "per", "in", "for", "by", "to",
     "at", "be"}
)  # fmt: skip
_ENDS = frozenset(
    {"of", "at", "in", "per", "for", "from", "to", ",", "and", "or", "on", "by", "with", "as",
     "than", "that", "which", "who", "if"}
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


@cache
def _amounts() -> Phrases:
    table = cast("Mapping[str, list[object]]", document("facts")["cardinality"])
    return Phrases(((side, str(p)) for side in ("one", "many") for p in table[side]), known)


@cache
def _verbs() -> Phrases:
    table = document("facts")["cardinality"]
    return Phrases((("verb", str(p)) for p in table["verbs"]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """Facts with the value true or false, and cardinalities with `one` or `many`."""
    kept = [at for at, stem in enumerate(clause.canon) if stem not in _ADVERBS]
    stems = [clause.canon[at] for at in kept]
    for kind, known_phrases in _kinds().items():
        matches = _matches(known_phrases, kept, stems)
        if kind == "required" and not matches:
            matches = _needs(clause)
        if matches:
            yield from _fact(clause, kind, matches)
    yield from _cardinality(clause)
    yield from _assigned(clause)


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
        scope=clause.context | _within(clause, kind),
        shown=clause.text,
    )


def _restored(
    clause: Clause, about: frozenset[str], matches: Sequence[Match]
) -> Iterator[Assertion]:
    """`Once it has been deleted` is always so where things are gone or come back."""
    told, rest = matches[0].label == "True", words("words", "always_so") | {"delet", "delete"}
    timed = any(quantity.dim == "time" for quantity in clause.quantities)
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
        # `The same plate may occur twice`: the words stand inside the phrase.
        between = frozenset(clause.canon[match.start : match.end]) - noise - {""}
        if len(between) > 0 and match.end - match.start > _PHRASE and not between & _OWN_WORDS:
            return between
    end = matches[-1].end
    if end < len(clause.canon) and clause.canon[end] in _STOPS:
        return frozenset()
    return frozenset(_nouns(clause.canon[end : end + 4])) - noise


def _within(clause: Clause, kind: str) -> frozenset[str]:
    """`Unique within a building` says nothing about two buildings."""
    if kind != "unique":
        return frozenset()
    for at, stem in enumerate(clause.canon[:-1]):
        if stem in {"within", "per", "inside"}:
            return frozenset({f"if:within {' '.join(_nouns(clause.canon[at + 1 : at + 4]))}"})
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
    return frozenset(found - (words("words", "weak") - {"number"}))


def _cardinality(clause: Clause) -> Iterator[Assertion]:
    canon = clause.canon
    for amount in _amounts().find(canon):
        follows = clause.tokens[amount.end].text if amount.end < len(canon) else ""
        if amount.start < 2 or follows in document("amounts")["multipliers"]:
            continue
        verb = _verb_before(clause, amount.start)
        if verb is None:
            continue
        # `Up to six guests`: the number is none of what there are several of.
        counted = [s for s in canon[amount.end : amount.end + 5] if not _is_number(s)][:4]
        about, target = _nouns(canon[: verb.start]), _nouns(counted)
        if about and target:
            many = (amount.label == "many") != _negates(clause, amount)
            yield assertion(
                clause,
                "cardinality",
                operator="has",
                value="many" if many else "one",
                about=frozenset(about),
                target=frozenset(target[:2]),
                shown=clause.text,
            )


def _is_number(stem: str) -> bool:
    return stem in document("amounts")["numbers"] or stem[:1].isdigit()


def _assigned(clause: Clause) -> Iterator[Assertion]:
    """`Assign two teachers to one course`: a course has several."""
    canon = clause.canon
    yield from _together(clause)
    for at, stem in enumerate(canon):
        if stem not in {"assign", "link", "attach", "giv", "add", "allocat", "connect", "create"}:
            continue
        amount = next(iter(_amounts().find(canon[at + 1 : at + 3])), None)
        to = next((i for i in range(at + 3, min(at + 9, len(canon))) if canon[i] == "to"), 0)
        if amount is None or amount.label != "many" or amount.start or not to:
            continue
        if canon[to + 1 : to + 2] and canon[to + 1] in {"one", "a", "each", "the", "every", "same"}:
            target = _nouns(
                [s for s in canon[at + 2 : to] if s not in document("amounts")["numbers"]]
            )
            about = _nouns(canon[to + 1 : to + 5])
            about = [s for s in about if s not in {"one", "same"}][:2]
            if about and target:
                yield assertion(
                    clause, "cardinality", operator="has",
                    value="one" if clause.negated else "many", about=frozenset(about),
                    target=frozenset(target[:2]), shown=clause.text,
                )  # fmt: skip


def _together(clause: Clause) -> Iterator[Assertion]:
    """`Two teachers can give a course`: a course has several."""
    canon = clause.canon
    amount = next(iter(_amounts().find(canon[:2])), None)
    if amount is None or amount.label != "many" or amount.start or clause.negated:
        return
    if clause.modality is not Modality.MAY or not clause.verb:
        return
    target = _nouns(canon[amount.end : clause.verb])
    place = next(
        (at for at in range(clause.verb, len(canon)) if canon[at] in {"a", "one", "same"}), 0
    )
    about = _nouns(canon[place + 1 : place + 3]) if place else []
    if about and target:
        yield assertion(
            clause, "cardinality", operator="has", value="many", about=frozenset(about),
            target=frozenset(target[:2]), shown=clause.text,
        )  # fmt: skip


def _negates(clause: Clause, amount: Match) -> bool:
    before = clause.canon[: amount.start]
    return bool({"not", "never", "no", "nobody"} & set(before[-5:])) or before[:1] == ("no",)


def _verb_before(clause: Clause, at: int) -> Match | None:
    """The verb that ends at most two tokens before the amount."""
    found: Match | None = None
    for match in _verbs().find(clause.canon):
        if match.start and match.end <= at and at - match.end <= 2:
            found = match
    if found:
        return found
    verbs = words("words", "verb")
    for place in range(at - 1, max(0, at - 3), -1):
        if clause.canon[place] in verbs:
            return Match(place, place + 1, "verb")
    # `Reports to exactly one`: whatever stands there is the verb.
    place = at - 2 if clause.canon[at - 1] in {"to", "for", "by", "with", "in", "on"} else at - 1
    loose = words("words", "stop") | words("words", "modal")
    if place > 0 and clause.canon[place] and clause.canon[place] not in loose:
        return Match(place, place + 1, "verb")
    return None


def _nouns(part: Sequence[str]) -> list[str]:
    """Content of a noun phrase, up to the preposition that begins another."""
    loose = words("words", "stop") | words("words", "modal") | words("words", "universal")
    found: list[str] = []
    for stem in part:
        if found and stem in _ENDS:
            break
        if stem and stem not in loose and stem.replace(" ", "").isalpha():
            found.append(stem)
    loose = words("words", "negator") | words("words", "light") | {"concurrent"}
    return [stem for stem in found if stem not in loose]


READER = Reader(read=read)
