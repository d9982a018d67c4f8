"""Priorities, and which work depends on which."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Assertion, Interval
from menon.apps.socratic.conflicts.reading import Reader, assertion


@cache
def ranks() -> Phrases:
    """The wordings of each rank."""
    table = cast("Mapping[str, list[object]]", document("ranks")["ranks"])
    return Phrases(((rank, str(p)) for rank, found in table.items() for p in found), known)


@cache
def _depends() -> Phrases:
    return Phrases((("depends", str(p)) for p in document("ranks")["depends"]), known)


@cache
def _ordering() -> Phrases:
    return Phrases(("ordering", str(p)) for p in document("ranks")["ordering"])


@cache
def _enables() -> Phrases:
    return Phrases((("enables", str(p)) for p in document("ranks")["enables"]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """The rank of a subject (`P1` to `P3`), and dependences from `about` on `target`."""
    if any(True for _ in _ordering().find(clause.whole)):
        yield assertion(clause, "ordering", shown=clause.text)
    yield from _listed(clause)
    yield from _spare(clause)
    yield from _without(clause)
    matches = list(ranks().find(clause.canon))
    if not matches and clause.canon[-1:] == ("first",) and _WANTS & set(clause.canon):
        about = subject(clause.canon[:-1], ())
        if about:
            yield _rank(clause, "P1", about)
    yield from _phased(clause)
    link = _link(clause, matches)
    yield from _of_matches(clause, matches, link)
    if link is None:
        yield from _conditional(clause, matches)
        return
    one = subject(clause.canon[: link.start], within(matches, 0, link.start))
    other = _told_behind(clause, matches, link)
    if link.label == "enables":
        one, other = other, one
    if one and other:
        yield assertion(
            clause, "depends", operator="needs", about=one, target=other, shown=clause.text
        )


_GOES = (("go",), ["go"], ("be",), ["be"])
"""Behind these `live` is no word of a name such as `live tracking`."""
_WANTS = frozenset({"need", "want", "build", "do", "mak", "have", "deliver"})
_MADE = frozenset({"be", "com", "follow", "releas", "deliver", "ship"})
_PHASES = {"phase:first": "1", "phase:1": "1", "phase:2": "2", "phase:3": "3"}


def _phased(clause: Clause) -> Iterator[Assertion]:
    """`The export comes in version 2`: when a thing is made."""
    phases = sorted(s for s in clause.scope if s.startswith("phase:"))
    if len(phases) != 1 or phases[0] not in _PHASES:
        return
    verb = next((at for at, stem in enumerate(clause.canon) if at > 1 and stem in _MADE), 0)
    if clause.negated or clause.condition or clause.quantities or not verb:
        return
    about = subject(clause.canon[: min(verb, clause.verb)], ())
    if about and not clause.content - _MADE - about - _loose():
        yield assertion(
            clause, "phase", operator="is", value=_PHASES[phases[0]], about=about,
            shown=clause.text,
            scope=frozenset(s for s in clause.scope if not s.startswith("phase:")),
        )  # fmt: skip


def _spare(clause: Clause) -> Iterator[Assertion]:
    """`Only if time permits`, `when there is budget left`."""
    spare = {"tim", "time", "budget", "money", "capacity", "resourc"} & clause.condition
    leaves = {"permit", "allow", "leav", "remain", "enough", "find", "search"} & clause.condition
    about = subject(clause.canon, ())
    told = clause.trigger in {"if", "when", "whenever"} and bool(spare)
    if told and about and (leaves or len(clause.condition) <= 1):
        yield _rank(clause, "P3", about)


def _without(clause: Clause) -> Iterator[Assertion]:
    """`Without the age check the shop cannot open`."""
    canon = clause.canon
    if not canon or canon[0] != "without" or clause.verb >= len(canon):
        return
    starts = [at for at in range(2, clause.verb) if canon[at] in {"the", ",", "there", "no", "our"}]
    if not starts or len(clause.negations) < 2:
        return
    one = subject(canon[starts[-1] : clause.verb], ())
    other = subject(canon[1 : starts[-1]], ())
    if one and other:
        yield assertion(
            clause, "depends", operator="needs", about=one, target=other, shown=clause.text
        )


def _of_matches(
    clause: Clause, matches: Sequence[Match], link: Match | None
) -> Iterator[Assertion]:
    """The ranks that a clause names, of one thing or of each of several."""
    if len(matches) >= _SEVERAL:
        yield from _each(clause, matches)
        return
    first = bool(matches) and _turned(clause, matches) == "P1"
    if first and clause.universal and _of_all(_ranked(clause, matches, link)):
        yield assertion(clause, "all first", shown=clause.text)
        return
    if matches and (limit := _limit(clause)):
        yield assertion(clause, "first limit", value=limit, shown=clause.text)
        return
    if matches:
        yield from _shared(clause, matches)
        about = _ranked(clause, matches, link)
        rank = _turned(clause, matches)
        if about and rank:
            yield _rank(clause, rank, about)


def _of_all(about: frozenset[str]) -> bool:
    """`Every single one of the 30 features`: nothing that anything else is not."""
    return {s for s in about if s.isalpha()} <= words("ranks", "pieces")


def _limit(clause: Clause) -> Interval | None:
    """`At most two features can be top priority`: how many may come first."""
    capped = (q for q in clause.quantities if q.dim == "count" and q.operator in {"<=", "<"})
    return next((q.interval for q in capped), None)


def _shared(clause: Clause, matches: Sequence[Match]) -> Iterator[Assertion]:
    """`Chat, search and maps are critical`: each of them is."""
    canon = clause.canon[: min(matches[0].start, clause.verb)]
    items = " ".join(s if s not in {"and", ","} else "|" for s in canon).split("|")
    named = [name for item in items if (name := subject(item.split(), ()))]
    if len(named) >= _SEVERAL and (rank := _turned(clause, matches)):
        yield from (_rank(clause, rank, name) for name in named)


def _each(clause: Clause, matches: Sequence[Match]) -> Iterator[Assertion]:
    """`Booking (P1), payment (P1), reviews (P2)`: each piece has a rank of its own."""
    canon = clause.canon
    ends = [at for at, s in enumerate(canon) if s in {",", ";", "and", ":"}]
    start = 0
    for end in [*ends, len(canon)]:
        inner = within(matches, start, end)
        about = subject(canon[start:end], inner) if len(inner) == 1 else frozenset[str]()
        if about:
            yield _rank(clause, inner[0].label, about)
        start = end + 1


def _rank(clause: Clause, rank: str, about: frozenset[str]) -> Assertion:
    """The phase is a rank itself: what is for later comes last."""
    scope = frozenset(s for s in clause.context if not s.startswith(("phase:", "if:")))
    return assertion(
        clause, "rank", operator="is", value=rank, about=about, shown=clause.text, scope=scope,
        subject=about & frozenset(clause.canon[: clause.canon.index("of")])
        if "of" in clause.canon
        else about,
    )  # fmt: skip


_SEVERAL = 3
"""Ranks in a clause from which on it is a list."""
_MOSCOW = {"must": "P1", "should": "P2", "could": "P3", "p1": "P1", "p2": "P2", "p3": "P3"}


def _listed(clause: Clause) -> Iterator[Assertion]:
    """`Card printing: could`, `Must: gate access, ski passes`, `[must] gate access`."""
    canon = [s for s in clause.canon if s and s not in {"[", "]", "(", ")", "-", "have"}]
    marks = [at for at, s in enumerate(canon) if s == ":"]
    if len(marks) != 1 or len(canon) < 3 or _link(clause, ()):
        return
    head, tail = canon[: marks[0]], canon[marks[0] + 1 :]
    if len(tail) == 1 and tail[0] in _MOSCOW and not tail[0].startswith("p"):
        yield _rank(clause, _MOSCOW[tail[0]], subject(head, ()))
    elif len(head) == 1 and head[0] in _MOSCOW:
        items = " ".join(s if s not in {"and", ","} else "|" for s in tail).split("|")
        named = [subject(item.split(), ()) for item in items]
        if len(named) > 1 or not head[0].startswith("p"):
            yield from (_rank(clause, _MOSCOW[head[0]], name) for name in named if name)


def _conditional(clause: Clause, matches: Sequence[Match]) -> Iterator[Assertion]:
    """`Gate access cannot go live before the card printing is there`."""
    waits = clause.trigger in {"before", "until", "unless"} and clause.negated
    waits = waits or (clause.trigger in {"once", "after"} and "only" in clause.canon)
    one = subject(clause.canon[: clause.verb], within(matches, 0, clause.verb))
    other = subject(tuple(clause.condition), ())
    if waits and one and other:
        yield assertion(
            clause, "depends", operator="needs", about=one, target=other, shown=clause.text
        )


def _link(clause: Clause, matches: Sequence[Match]) -> Match | None:
    """The words that make one thing need another, and are no rank themselves."""
    ranked = {at for m in matches for at in range(m.start, m.end)}
    found = [*_enables().find(clause.canon), *_depends().find(clause.canon)]
    for match in sorted(found, key=lambda m: (m.start, m.start - m.end)):
        inner = set(range(match.start, match.end))
        negated = [at for at in clause.negations if at not in inner and at not in ranked]
        if match.start and not inner & ranked and len(negated) % 2 == 0:
            return match
    return None


def within(matches: Sequence[Match], start: int, end: int) -> list[Match]:
    """The matches inside these positions, from there."""
    return [
        Match(m.start - start, m.end - start, m.label)
        for m in matches
        if start <= m.start and m.end <= end
    ]


def _told_behind(clause: Clause, matches: Sequence[Match], link: Match) -> frozenset[str]:
    end = len(clause.canon)
    for at in range(link.end + 1, end):
        if clause.canon[at] in {",", "which", "because", "so", "before", "to"}:
            end = at
            break
    return subject(clause.canon[link.end : end], within(matches, link.end, end))


def _ranked(clause: Clause, matches: Sequence[Match], link: Match | None) -> frozenset[str]:
    """What the rank is of: the side of the dependence on which it stands."""
    if link is None:
        return subject(clause.canon, matches)
    if matches[0].start < link.start:
        return subject(clause.canon[: link.start], within(matches, 0, link.start))
    return _told_behind(clause, matches, link)


def _turned(clause: Clause, matches: Sequence[Match]) -> str:
    first = matches[0]
    before = clause.canon[: first.start]
    if not set(before[-4:]) & {"not", "never", "no", "hardly"}:
        return first.label
    return {"P1": "P3", "P3": "P1"}.get(first.label, "")


@cache
def _loose() -> frozenset[str]:
    keys = ("stop", "modal", "negator", "light", "whole")
    return words("ranks", "noise").union(*(words("words", key) for key in keys))


@cache
def _noise() -> frozenset[str]:
    keys = ("stop", "modal", "negator", "weak", "light", "whole")
    return words("ranks", "noise").union(*(words("words", key) for key in keys))


def subject(canon: Sequence[str], matches: Sequence[Match]) -> frozenset[str]:
    """What is ranked: the content without the words that rank."""
    inside = {at for m in matches for at in range(m.start, m.end)}
    named = [
        s
        for at, s in enumerate(canon)
        if at not in inside and s and s.replace(" ", "").isalnum()
        if s not in _loose() or (s == "liv" and canon[at - 1 : at] not in _GOES)
    ]
    found = frozenset(named) - (_noise() - {"liv"})
    # `Storage is P1`: a word that elsewhere says little is all that there is.
    return found if found or len(named) > 1 else frozenset(named)


READER = Reader(read=read)
