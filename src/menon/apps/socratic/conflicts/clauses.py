"""A statement cut into clauses, each with its scope, condition, exception and quantities.

statement -> sentences -> clauses (at contrasts and new subjects) -> tokens, canonical stems
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from menon.apps.socratic.conflicts.lexicon import Match, canonical, document, known, phrases, words
from menon.apps.socratic.conflicts.model import Modality, Statement
from menon.apps.socratic.conflicts.quantities import Quantity, quantities
from menon.apps.socratic.conflicts.words import LONGEST, Token, sentences, tokens

_LOOK: Final = 8
"""How far behind `and` the verb of a new clause may stand."""


_BUT: Final = frozenset(
    {"not", "nobody", "none", "one", "everyone", "everybody", "anyone", "anybody", "all"}
)
"""After these, `but` excepts and does not contrast."""
_TELLING: Final = frozenset(
    {"before", "after", "until", "during", "over", "under", "within", "up", "out"}
)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """What a statement says in one go."""

    source: str
    role: str
    slot: str
    text: str
    key: int
    tokens: tuple[Token, ...]
    canon: tuple[str, ...]
    """A canonical stem for each token; empty inside a phrase that its first token stands for."""
    content: frozenset[str]
    """What remains without stop words, weak words, quantities and scope."""
    subject: frozenset[str]
    """The part of the content before the verb."""
    scope: frozenset[str]
    condition: frozenset[str]
    exception: frozenset[str]
    negations: tuple[int, ...]
    """Positions of the words that negate, but for those inside quantities."""
    excepted: tuple[str, ...]
    """The exception in its order."""
    said: frozenset[str]
    """The words of the whole clause, its condition and exception included; for comparing texts."""
    modality: Modality
    universal: bool
    quantities: tuple[Quantity, ...] = ()
    stems: tuple[str, ...] = field(default=())
    verb: int = 0
    """The position of the first verb; the number of tokens if there is none."""

    @property
    def negated(self) -> bool:
        """Whether an odd number of words negates."""
        return len(self.negations) % 2 == 1

    def has(self, *names: str) -> bool:
        """Whether one of these words, or a synonym, occurs."""
        return any(stem in self.canon for name in names for stem in known(name)[:1])

    @property
    def context(self) -> frozenset[str]:
        """Everything but the subject under which it holds."""
        return self.scope | frozenset(f"if:{stem}" for stem in self.condition)


def clauses(statement: Statement) -> list[Clause]:
    """The clauses of a statement, in its order."""
    found: list[Clause] = []
    for sentence in sentences(statement.text):
        all_tokens = tokens(sentence) if len(sentence) <= 2_000 else tokens.__wrapped__(sentence)
        for begin in range(0, len(all_tokens), LONGEST):
            piece = all_tokens[begin : begin + LONGEST]
            lead: frozenset[str] = frozenset()
            for part in _split(piece):
                clause = _clause(statement, sentence, part, len(found), lead)
                lead = lead or _leading(part, clause)
                found.append(clause)
    return found


def _leading(part: Sequence[Token], clause: Clause) -> frozenset[str]:
    """The scope that a sentence opens with, which its later clauses share."""
    opens = bool(part) and part[0].stem in {"in", "for", "on", "at", "during", "initially", "later"}
    return clause.scope if opens else frozenset()


def _split(piece: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    contrast, joins = words("words", "contrast"), {"and", ",", "or"}
    start = 0
    for at, token in enumerate(piece):
        if at == start:
            start += _reported(piece, start)
            continue
        if at < start:
            continue
        after = piece[at + 1].stem if at + 1 < len(piece) else ""
        parted = token.stem == "so" and piece[at - 1].text == "," and after != "that"
        parted |= token.stem in contrast and after != "not" and piece[at - 1].stem not in _BUT
        if parted or (token.stem in joins and _new_clause(piece, start, at)):
            yield tuple(piece[start:at])
            start = at + 1
    if start < len(piece):
        yield tuple(piece[start:])


def _reported(piece: Sequence[Token], start: int) -> int:
    """The length of what only tells who says it, as in `the vendor says that ...`."""
    verbs, aux = words("words", "report"), words("words", "aux")
    for at in range(start, min(start + 6, len(piece) - 2)):
        if piece[at].stem in aux or piece[at].kind != "word":
            return 0
        if at > start and piece[at].stem in verbs:
            if piece[at + 1].text == "that":
                return at + 2 - start
            plain = {"say", "think", "believ", "warn", "insist", "claim", "promis", "reckon"}
            return at + 1 - start if piece[at].stem in plain else 0
    return 0


def _new_clause(piece: Sequence[Token], start: int, at: int) -> bool:
    """Whether a clause with a verb of its own ends before this position and another follows."""
    aux = words("words", "aux")
    if piece[start].stem in words("words", "opens"):
        return False
    verbs = aux | words("words", "verb")
    if not any(token.stem in verbs for token in piece[start + 1 : at]):
        return False
    for place in range(at + 1, min(at + _LOOK, len(piece))):
        token = piece[place]
        if token.stem in aux:
            return place > at + 1
        if token.kind == "mark" or token.stem in {"and", "or", "that", "which", "who"}:
            return False
    return False


def _clause(
    statement: Statement,
    sentence: str,
    part: tuple[Token, ...],
    key: int,
    lead: frozenset[str],
) -> Clause:
    main, condition, excepted = _parts(part)
    stems = tuple(token.stem for token in main)
    scoped = _scoped(stems)
    taken = frozenset(at for m in scoped for at in range(m.start, m.end))
    measured = tuple(quantities(main, taken))
    canon = canonical(stems)
    inside = {at for q in measured for at in range(q.start, q.end)}
    verb = _verb(stems, inside)
    kept = [(at, s) for at, s in enumerate(canon) if s and at not in taken and at not in inside]
    loose = words("words", "stop") | words("words", "modal")
    weak = loose | words("words", "weak")
    content = [(at, s) for at, s in kept if s not in weak and main[at].kind == "word"]
    scope = frozenset(m.label for m in scoped if not m.label.endswith(":")) or lead
    negators = words("words", "negator")
    negations = _negations(stems, inside)
    return Clause(
        source=statement.id,
        role=statement.role,
        slot=statement.slot,
        text=sentence[:300],
        key=key,
        tokens=main,
        canon=canon,
        content=frozenset(s for _, s in content if s not in negators),
        subject=frozenset(s for at, s in content if at < verb and s not in negators),
        scope=scope,
        condition=condition,
        exception=frozenset(excepted),
        excepted=excepted,
        negations=negations,
        said=_said(part),
        modality=_modality(stems, negated=len(negations) % 2 == 1),
        universal=bool(set(stems) & words("words", "universal")),
        quantities=measured,
        stems=stems,
        verb=verb,
    )


def _scoped(stems: Sequence[str]) -> list[Match]:
    """Phrases that say where, when or for whom; `no later than` is none."""
    return [
        match
        for match in phrases("scopes", "scopes").find(stems)
        if stems[match.end : match.end + 1] != ("than",) or stems[match.start] != "later"
    ]


def _negations(stems: Sequence[str], inside: set[int]) -> tuple[int, ...]:
    """Where the clause is negated; `not only` negates nothing."""
    negators = words("words", "negator")
    return tuple(
        at
        for at, stem in enumerate(stems)
        if stem in negators and at not in inside and stems[at + 1 : at + 2] != ("only",)
    )


def _said(part: Sequence[Token]) -> frozenset[str]:
    """The words that tell two wordings apart; `before` and `after` do, `the` does not."""
    loose = (
        words("words", "stop") | words("words", "modal") | words("words", "negator")
    ) - _TELLING
    canon = canonical([token.stem for token in part])
    return frozenset(s for s in canon if s and s not in loose and s.replace(" ", "").isalnum())


def _verb(stems: Sequence[str], inside: set[int]) -> int:
    aux, verbs = words("words", "aux"), words("words", "verb")
    for at, stem in enumerate(stems):
        if stem in aux and at not in inside:
            return at
    for at, stem in enumerate(stems):
        if at and stem in verbs and at not in inside:
            return at
    return len(stems)


def _modality(stems: Sequence[str], *, negated: bool) -> Modality:
    said = set(stems)
    if negated:
        return Modality.NEVER
    for name, modality in (
        ("may", Modality.MAY), ("should", Modality.SHOULD), ("must", Modality.MUST)
    ):  # fmt: skip
        if said & words("words", name):
            return modality
    return Modality.FACT


def _parts(
    part: tuple[Token, ...],
) -> tuple[tuple[Token, ...], frozenset[str], tuple[str, ...]]:
    """The main tokens, the words of the condition and those of the exception."""
    stems = [token.stem for token in part]
    ends = {m.start: m.end for m in phrases("words", "no_exception").find(stems)}
    part = tuple(t for at, t in enumerate(part) if not any(s <= at < e for s, e in ends.items()))
    stems = [token.stem for token in part]
    for match in phrases("words", "reason").find(stems):
        if match.start > 1:
            part, stems = part[: match.start], stems[: match.start]
            break
    excepted, part = _cut(part, "exception")
    condition, part = _cut(part, "condition")
    return part, frozenset(condition), excepted


def _cut(part: tuple[Token, ...], name: str) -> tuple[tuple[str, ...], tuple[Token, ...]]:
    stems = [token.stem for token in part]
    for match in phrases("words", name).find(stems):
        if part[match.start].text in {"exclude", "excludes", "excluded"}:
            continue
        end = match.end
        ends = (
            words("words", "aux") if name == "exception" and match.start < 4 else frozenset[str]()
        )
        while end < len(part) and part[end].text != "," and part[end].stem not in ends:
            end += 1
        inner = part[match.end : end]
        before = {token.stem for token in part[: match.start]}
        if name == "condition" and before and before <= words("words", "evaluation"):
            return (), part[match.end :]
        if not inner or (name == "condition" and not _is_condition(part, match.start, inner)):
            continue
        skip = words("words", "stop") | words("words", "modal")
        canon = canonical([token.stem for token in inner])
        said = tuple(s for s in canon if s and (s not in skip or s in {"and", "or"}))
        if match.start == 0 and end >= len(part):
            return (), part
        if said:
            rest = end + 1 if end < len(part) and part[end].text == "," else end
            return said, part[: match.start] + part[rest:]
    return (), part


def _is_condition(part: tuple[Token, ...], at: int, inner: Sequence[Token]) -> bool:
    """`After 30 days` and `before March` bound a quantity; `at once` is none."""
    timed = part[at].stem in {"after", "before", "until"}
    if part[at].stem == "once" and (at and part[at - 1].stem == "at"):
        return False
    if not timed:
        return not (part[at].stem == "once" and inner[0].stem in {"a", "per", "every"})
    numbers = document("amounts")["numbers"]
    return not any(
        t.kind in {"number", "date"} or t.text in numbers or t.text in {"a", "an"}
        or t.stem in words("words", "month") or t.text in {"q1", "q2", "q3", "q4"}
        for t in inner[:7]
    )  # fmt: skip
