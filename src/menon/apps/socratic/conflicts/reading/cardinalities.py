"""How many of a thing there may be for one of another."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Modality
from menon.apps.socratic.conflicts.reading import Reader, assertion

_ENDS = frozenset(
    {"of", "at", "in", "per", "for", "from", "to", ",", "and", "or", "on", "by", "with", "as",
     "than", "that", "which", "who", "if"}
)  # fmt: skip
_PUTTING = frozenset(
    {"assign", "link", "attach", "giv", "add", "allocat", "connect", "create", "regist", "enter",
     "record", "store", "keep", "save", "have", "put", "book", "sav", "upload", "accept"}
)  # fmt: skip
"""What is done to have several of a thing for one of another."""


@cache
def _amounts() -> Phrases:
    table = cast("Mapping[str, list[object]]", document("facts")["cardinality"])
    return Phrases(((side, str(p)) for side in ("one", "many") for p in table[side]), known)


@cache
def _verbs() -> Phrases:
    table = document("facts")["cardinality"]
    return Phrases((("verb", str(p)) for p in table["verbs"]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """Cardinalities with the value `one` or `many`."""
    yield from _cardinality(clause)
    yield from _assigned(clause)


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
        about, target = nouns(canon[: verb.start]), nouns(counted)
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
        if stem not in _PUTTING:
            continue
        amount = next(iter(_amounts().find(canon[at + 1 : at + 3])), None)
        ends = {"to", "for", "with", "in", "at", "on", "per"}
        to = next((i for i in range(at + 3, min(at + 9, len(canon))) if canon[i] in ends), 0)
        if amount is None or amount.label != "many" or amount.start or not to:
            continue
        if canon[to + 1 : to + 2] and canon[to + 1] in {"one", "a", "each", "the", "every", "same"}:
            target = nouns(
                [s for s in canon[at + 2 : to] if s not in document("amounts")["numbers"]]
            )
            about = nouns(canon[to + 1 : to + 5])
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
    target = nouns(canon[amount.end : clause.verb])
    place = next(
        (at for at in range(clause.verb, len(canon)) if canon[at] in {"a", "one", "same"}), 0
    )
    about = nouns(canon[place + 1 : place + 3]) if place else []
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


def nouns(part: Sequence[str]) -> list[str]:
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
