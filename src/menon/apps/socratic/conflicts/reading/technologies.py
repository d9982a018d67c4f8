"""Technologies that a clause wants or refuses, as concepts of the matrix."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, stemmed, words
from menon.apps.socratic.conflicts.model import Assertion
from menon.apps.socratic.conflicts.patterns import Patterns
from menon.apps.socratic.conflicts.reading import Reader, assertion

_BEFORE = 9
"""How many tokens before a concept its negation may stand."""


_AT = (("during",), ("at",), ("for",), ("on",), ("with",), ("in",))
_ANY = (("each",), ("every",), ("any",))
_DETERMINED = frozenset({",", "the", "a", "an", "we", "it", "our", "one"})
_SITUATIONS = frozenset(
    {"server search", "durable", "joins", "acid", "background job", "erasure", "anonymous use",
     "instant revoke", "modern browser", "cross platform", "android", "ios", "local accounts",
     "needs admin", "server code",
     "cookies", "full system", "wifi", "bluetooth"}
)  # fmt: skip
"""Concepts that nobody refuses as such; a negation beside them says something else."""
_OF_CLIENTS = frozenset(
    {"browser only", "desktop only", "installed client", "native ios", "separate native", "swift",
     "one code base", "offline first", "online only", "android only", "ios only", "no javascript"}
)  # fmt: skip
"""Concepts that are about clients, so that naming one makes no part of its own."""
_CLIENTS = frozenset({"browser", "desktop", "client", "mobil", "devic", "phon", "tablet", "laptop"})
_SURROUNDINGS = frozenset(
    {"offline first", "works offline", "high availability", "synchronous external call",
     "site failure", "live check"}
)  # fmt: skip
"""Concepts that are told as a condition: what holds there, is to be possible there."""
_ENDS_OF = {"app": "app", "websit": "websit", "sit": "websit", "server": "server"}
"""Ends of one system: what the app needs says nothing about the website."""
_MANY_SERVERS = frozenset({"web", "application", "database", "backend", "production", "own"})
"""Before `server` these name no part of its own."""
_PLATFORMS = frozenset(
    {"ios", "android", "web", "iphon", "windows", "linux", "nativ", "mobil", "mobile"}
)


@cache
def _concepts(name: str) -> Phrases:
    table = cast("Mapping[str, list[object]]", document(name)["concepts"])
    return Phrases((concept, str(p)) for concept, found in table.items() for p in found)


@cache
def _patterns(name: str) -> Patterns:
    table = cast("Mapping[str, list[str]]", document(name)["patterns"])
    kinds = cast("Mapping[str, list[object]]", document("kinds")["kinds"])
    return Patterns(((concept, p) for concept, found in table.items() for p in found), kinds)


@cache
def _denials() -> Mapping[str, str]:
    """What is wished for where a wish is refused: who names nobody wants anonymity."""
    return cast("Mapping[str, str]", document("tensions")["denials"])


@cache
def _instead() -> Phrases:
    return Phrases(("instead", str(p)) for p in document("technologies")["instead"])


def read(clause: Clause) -> Iterator[Assertion]:
    """One assertion for each concept, of the technology matrix and of the tensions."""
    for name in ("technologies", "tensions"):
        yield from _around(clause, name)
        found = list(_every(name, clause.stems))
        inside = _inside_of(name, clause, found)
        for match in found:
            avoided = _avoided(clause, match)
            denied = _denials().get(match.label, "") if avoided and name == "tensions" else ""
            if avoided and (_inside(match, found) or match.label in _SITUATIONS):
                continue
            yield assertion(
                clause,
                "technology" if name == "technologies" else "wish",
                operator="avoid" if avoided and not denied else "use",
                value=denied or match.label,
                about=_parts(clause, found) - (_CLIENTS if match.label in _OF_CLIENTS else set()),
                subject=_named_part(clause, match)
                if name == "technologies"
                else _doer(clause, found),
                target=(clause.content | clause.condition) - inside,
                everywhere=clause.universal,
                shown=" ".join(t.text for t in clause.tokens[match.start : match.end]),
            )


def _around(clause: Clause, name: str) -> Iterator[Assertion]:
    """`It works where there is no network`: what surrounds it stands in the condition."""
    if not clause.condition or clause.negated:
        return
    around = [match for match in _every(name, clause.whole) if match.label in _SURROUNDINGS]
    told = {match.label for match in _every(name, clause.stems)} if around else set[str]()
    for match in around:
        if match.label not in told:
            yield assertion(
                clause, "technology" if name == "technologies" else "wish", operator="use",
                value=match.label, shown=" ".join(clause.whole[match.start : match.end]),
                target=clause.content,
            )  # fmt: skip


def _every(name: str, stems: Sequence[str]) -> Iterator[Match]:
    yield from _concepts(name).every(stems)
    yield from _patterns(name).every(stems)


@cache
def _vocabulary(name: str) -> Mapping[str, frozenset[str]]:
    """The stems of the phrases of each concept."""
    found: dict[str, set[str]] = {}
    for concept, listed in document(name)["concepts"].items():
        found[str(concept)] = {s for p in listed for s in stemmed(str(p))}
    for concept, stems in _patterns(name).vocabulary():
        found.setdefault(concept, set()).update(stems)
    return {concept: frozenset(stems) for concept, stems in found.items()}


def _inside_of(name: str, clause: Clause, found: Sequence[Match]) -> set[str]:
    """The words of the concepts, but for what stands in their gaps."""
    told = _vocabulary(name)
    kept = words("kinds", "told_of") | _circumstance(clause)
    span = {s for m in found for s in clause.stems[m.start : m.end] if s in told[m.label]}
    return span - kept


def _circumstance(clause: Clause) -> frozenset[str]:
    """`During each entry check the system calls ...`: what it happens at."""
    stems = clause.stems
    if stems[:1] not in _AT or stems[1:2] not in _ANY:
        return frozenset()
    end = next((at for at in range(2, len(stems)) if stems[at] in _DETERMINED), 2)
    return frozenset(stems[2:end])


def _inside(match: Match, found: Sequence[Match]) -> bool:
    """Whether it is part of a longer phrase that has its own meaning, as in `without a GPU`."""
    return any(
        other.start <= match.start and match.end <= other.end and other[:2] != match[:2]
        for other in found
    )


def _avoided(clause: Clause, match: Match) -> bool:
    stems = clause.stems
    first = max(0, match.start - _BEFORE)
    negators = words("words", "negator")
    count = sum(1 for stem in stems[first : match.start] if stem in negators)
    if match.end <= clause.verb:
        ends = [at for at, s in enumerate(stems) if s == "," and at >= match.end]
        end = ends[0] if ends else len(stems)
        count += sum(1 for at in clause.negations if match.end <= at < end)
    for found in _instead().find(stems[: match.start]):
        if match.start - found.end <= 2 and stems[found.start] not in negators:
            count = 1
    return count % 2 == 1


def _parts(clause: Clause, found: Sequence[Match]) -> frozenset[str]:
    """The parts of the system that the clause speaks of, apart from the concepts themselves."""
    inside = {at for m in found for at in range(m.start, m.end)}
    named = words("technologies", "parts")
    return frozenset(s for at, s in enumerate(clause.stems) if at not in inside and s in named)


def _doer(clause: Clause, found: Sequence[Match]) -> frozenset[str]:
    """The subject without the concepts themselves."""
    return clause.subject - {s for m in found for s in clause.stems[m.start : m.end]}


def _named_part(clause: Clause, match: Match) -> frozenset[str]:
    """The part that is the subject, without the noun that says it is one."""
    nouns = words("technologies", "part_nouns")
    head = next((s for s in reversed(clause.canon[: clause.verb]) if s), "")
    if not clause.subject and (run := _run(clause, match)):
        return run
    if head == "server" and len(clause.subject) > 1 and match.start > clause.verb:
        # `The file server` is one of several.
        return clause.subject - words("words", "whole") - _MANY_SERVERS - {head}
    if head not in nouns or match.start < clause.verb or clause.universal:
        # `Every action in the app` is about the whole of it.
        return frozenset()
    loose = words("words", "whole") | words("words", "project") | _CLIENTS | _PLATFORMS | {head}
    return clause.subject - loose or frozenset({_ENDS_OF.get(head, head)} & _ENDS_OF.keys())


def _run(clause: Clause, match: Match) -> frozenset[str]:
    """`We host the wiki on our own server`: what is run there."""
    runs = [at for at, s in enumerate(clause.stems) if s in words("technologies", "running")]
    if not runs or match.start <= runs[0]:
        return frozenset()
    said = frozenset(clause.stems[runs[0] + 1 : match.start]) & clause.content
    loose = words("words", "whole") | words("words", "project") | words("tensions", "anything")
    return said - loose - words("technologies", "making")


READER = Reader(read=read)
