"""Scope: what is put out of it, as items of stems or topics that features can match."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.reading import Reader, assertion, tells_which

_LATER = frozenset({"phase:2", "phase:3"})
"""What is put off to these is out of what is made now."""
_HOLDING = frozenset({"have", "need", "requir", "contain", "includ", "carry", "view"})
"""What things do, so that the lack is theirs alone."""
_TIMES = (("at",), ("in",), ("during",), ("when",))
_SHORT = (("be", "off"), ("be", "out"))
_ENDS = frozenset({",", "and", "or", "nor", ":", ";", "/", "(", ")"})


@cache
def topics() -> Phrases:
    """The topics that the lexicon knows, by wording."""
    table = cast("Mapping[str, list[object]]", document("topics")["topics"])
    return Phrases(((name, str(p)) for name, found in table.items() for p in found), known)


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("topics")[key]), known)


@cache
def _closed() -> Phrases:
    """Wordings that leave all others of a kind out, such as `in English only`."""
    table = cast("Mapping[str, list[object]]", document("topics")["closed"])
    return Phrases(((name, str(p)) for name, found in table.items() for p in found), known)


def with_parents(topic: str) -> frozenset[str]:
    """A topic and those that it belongs to."""
    parents = cast("Mapping[str, list[str]]", document("topics")["parents"])
    return frozenset({topic, *parents.get(topic, ())})


def read(clause: Clause) -> Iterator[Assertion]:
    """One assertion for each item that the clause puts out of scope."""
    hinted = clause.slot.endswith(("outside", "out_of_scope", "exclusions"))
    for match in _closed().find(clause.canon):
        yield _excluded(clause, tuple(known(match.label)), 0)
    span = (0, len(clause.canon)) if hinted else _span(clause)
    if span is None:
        return
    # `Not required` is said of data as well; only a topic is put out of scope by it.
    doubtful = "requir" in clause.canon[span[1] :]
    for item, head in _items(clause.canon[span[0] : span[1]]):
        found = _excluded(clause, item, head)
        if found.value or not doubtful:
            yield found


def _span(clause: Clause) -> tuple[int, int] | None:
    """The positions of the tokens that name what is excluded."""
    canon = clause.canon
    if told := _listed(clause) or _not_given(clause):
        return told
    behind = next(iter(_phrases("behind").find(canon)), None)
    if behind and clause.condition and canon[behind.start : behind.end] in _SHORT:
        # `The lamp is off when the room is empty` switches it.
        behind = None
    loose = words("words", "stop") | words("words", "modal")
    if (
        behind
        and canon[behind.end : behind.end + 1] in _TIMES
        and (canon[behind.start : behind.end] in _SHORT or canon[behind.end] == "during")
    ):
        # `The lamp is off at night` switches it, `not available during the update` tells when.
        behind = None
    if behind and set(canon[: behind.start]) - loose:
        return 0, behind.start
    around = next(iter(_phrases("around").find(canon)), None)
    if around and around.end - around.start > 2 and not _in_doubt(clause, around):
        return around.start + 1, around.end
    for match in _phrases("before").find(canon):
        needed = clause.canon[match.start] == "without" and len(clause.negations) > 1
        # `It does not send a message when ...` sends others.
        needed |= clause.canon[match.start] == "not" and bool(clause.condition)
        needed |= clause.canon[match.start] in {"have", "not", "need", "requir"} and _of_a_thing(
            clause, match
        )
        if not needed and not _by_actor(clause, match) and not _in_doubt(clause, match):
            return match.end, len(canon)
    for at, stem in enumerate(canon):
        if (
            stem == "no"
            and (at == 0 or canon[at - 1] in {",", ":", "with", "and"})
            and not _verbal(clause)
        ):
            return at + 1, len(canon)
    return None


def _not_given(clause: Clause) -> tuple[int, int] | None:
    """`Returns are not accepted`, `no discounts are given`: there are none at all."""
    canon = clause.canon
    if len(canon) < 3 or canon[-1] not in words("topics", "given") or clause.condition:
        return None
    if "be" not in canon or clause.exception or len(clause.negations) != 1:
        return None
    be = canon.index("be")
    if canon[0] == "no" and be > 1:
        return 1, be
    return (0, be) if canon[be + 1 : be + 2] in (("not",), ("never",)) and be else None


def _listed(clause: Clause) -> tuple[int, int] | None:
    """`The following are not part of the project: chat`: the points behind the colon."""
    canon = clause.canon
    if ":" not in canon:
        return None
    colon = canon.index(":")
    head = canon[:colon]
    phrase = next(iter(_phrases("behind").find(head)), None)
    phrase = phrase or next(iter(_phrases("before").find(head)), None)
    if phrase is None:
        return None
    noise = words("topics", "noise") | words("words", "stop") | words("words", "modal")
    told = {s for at, s in enumerate(head) if s and not phrase.start <= at < phrase.end}
    rest = told - noise - words("words", "whole") - words("words", "project") - {"part"}
    return None if rest - words("words", "weak") else (colon + 1, len(canon))


def _in_doubt(clause: Clause, match: Match) -> bool:
    """`We could drop it` decides nothing."""
    before = set(clause.canon[: match.start])
    return bool(before & {"could", "may", "might", "can", "would"}) and not before & {"not"}


def _by_actor(clause: Clause, match: Match) -> bool:
    """`Customers do not need a card`: a rule about people, not about the scope."""
    before = set(clause.canon[: match.start])
    wants = {
        "plan",
        "contain",
        "need",
        "want",
        "have",
        "requir",
        "use",
        "do",
        "without",
        "offer",
        "provid",
        "support",
    }
    said = set(clause.canon[match.start : match.end])
    people = words("actors", "roles") | {"they", "he", "she"} if said & wants else frozenset[str]()
    return bool(before & people) or (clause.canon[match.start] == "without" and match.start > 0)


def _of_a_thing(clause: Clause, match: Match) -> bool:
    """`Objections have no effect`: a rule about objections."""
    if not _HOLDING & set(clause.canon[match.start : match.end]):
        return False
    ours = words("words", "whole") | words("words", "project") | {"release", "version", "vers"}
    return bool(clause.subject - ours)


def _verbal(clause: Clause) -> bool:
    """`No user may delete` is a denial, `no two` a fact; neither excludes a feature."""
    loose = words("words", "modal") | {"be", "two", "have"}
    return bool(set(clause.canon) & loose) or bool(clause.quantities)


def _items(part: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The stems of each item, and how many of them stand before its first preposition."""
    chunk: list[str] = []
    head = 0
    noise = words("words", "stop") | words("words", "modal") | words("words", "negator")
    part = part[:-1] if part and part[-1] == "out" else part
    for stem in [*part, ","]:
        if stem in _ENDS:
            if chunk:
                yield tuple(chunk), head or len(chunk)
            chunk, head = [], 0
        elif stem in {"for", "in", "of", "to", "with", "by", "on", "via", "from", "at", "as"}:
            head = head or len(chunk)
        elif stem and stem not in noise and stem.replace(" ", "").isalnum():
            chunk.append(stem)


def _excluded(clause: Clause, item: tuple[str, ...], head: int) -> Assertion:
    found = list(topics().find(item))
    covered = {at for m in found for at in range(m.start, m.end)}
    noise = words("topics", "noise") | words("words", "weak") | words("words", "light")
    # `A customer forum` is a forum.
    noise |= words("actors", "roles") if covered else frozenset()
    rest = [s for at, s in enumerate(item) if at not in covered and s not in noise]
    # A topic with more words is narrower than the topic: "export of drawings" is no "export".
    topic = found[0].label if found and not rest else ""
    later = bool(words("topics", "postponing") & set(clause.canon))
    # `Orders from before 2020` are a part of the orders.
    some = frozenset(f"part:{q.shown}" for q in clause.quantities if tells_which(clause, q))
    return assertion(
        clause,
        "excluded",
        scope=(clause.context - _LATER if later else clause.context) | some,
        operator="is",
        value=topic,
        target=frozenset(rest) | frozenset(item[at] for at in covered),
        excluded=frozenset(item[:head]),
        shown=clause.text,
    )


READER = Reader(read=read)
