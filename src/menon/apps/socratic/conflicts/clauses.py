"""A statement cut into clauses, each with its scope, condition, exception and quantities.

statement -> sentences -> clauses (at contrasts and new subjects) -> tokens, canonical stems
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Final

from menon.apps.socratic.conflicts.conditions import parted
from menon.apps.socratic.conflicts.cutting import acts, cut
from menon.apps.socratic.conflicts.frames import framed
from menon.apps.socratic.conflicts.lexicon import Match, canonical, known, phrases, rejoined, words
from menon.apps.socratic.conflicts.lists import headed
from menon.apps.socratic.conflicts.model import Modality, Statement
from menon.apps.socratic.conflicts.pronouns import dated, named, of_condition, resolved
from menon.apps.socratic.conflicts.quantities import Quantity, quantities
from menon.apps.socratic.conflicts.words import LONGEST, Token, sentences, tokens

_STOPS: Final = frozenset({"stop", "ban", "refus"})
"""These negate as verbs alone: `a stop` is a place."""
_NO_DENIAL: Final = (("only",), ("matter",), ("doubt",))
"""`Not only`, `no matter how` deny nothing."""
_STORES: Final = frozenset({"archive", "archives", "store", "stores"})
_DETERMINERS: Final = frozenset({"the", "a", "an", "our", "each", "every"})
_EDGES: Final = {
    "before": frozenset({"start", "begin", "open"}),
    "until": frozenset({"start", "begin", "open"}),
    "after": frozenset({"end", "finish", "complet", "over", "close"}),
    "once": frozenset({"end", "finish", "complet", "over", "close"}),
}
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
    trigger: str
    """The word that opens the condition, such as `if` or `before`."""
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
    whole: tuple[str, ...] = field(default=())
    """The stems with those of the condition and the exception."""
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
        when = {"before": "before ", "until": "before "}
        side = when.get(self.trigger, "")
        # `Before the exam starts` is before the exam.
        while_it = frozenset(f"if:during {stem}" for stem in self._during())
        named = self.condition - _EDGES.get(self.trigger, frozenset()) or self.condition
        return self.scope | while_it | frozenset(f"if:{side}{stem}" for stem in named)

    def _during(self) -> Iterator[str]:
        """What it lasts as long as: `during the trial`."""
        for at, stem in enumerate(self.canon):
            if stem == "during" and not self.scope:
                near = (s for s in self.canon[at + 1 : at + 4] if s in self.content)
                yield from islice(near, 1)


def clauses(statement: Statement, name: tuple[Token, ...] = ()) -> list[Clause]:
    """The clauses of a statement, in its order.

    Args:
        statement: of any text.
        name: what an `it` at its beginning stands for; told by the statement before.
    """
    found: list[Clause] = []
    for sentence in map(framed, sentences(headed(statement.text))):
        all_tokens = tokens(sentence) if len(sentence) <= 2_000 else tokens.__wrapped__(sentence)
        for begin in range(0, len(all_tokens), LONGEST):
            piece = all_tokens[begin : begin + LONGEST]
            lead: frozenset[str] = frozenset()
            day: tuple[Token, ...] = ()
            for part in cut(piece):
                read = resolved(dated(part, day), of_condition(part) or name)
                clause = _clause(statement, sentence, read, len(found), lead)
                lead = lead or _leading(part, clause)
                name = name_of(clause) or name
                day = _day_of(clause) or day
                found.append(clause)
    return found


def _day_of(clause: Clause) -> tuple[Token, ...]:
    """The last day that a clause names, for a `by then` in the next."""
    days = [q for q in clause.quantities if q.dim == "date"]
    return clause.tokens[days[-1].core : days[-1].end] if days else ()


def name_of(clause: Clause) -> tuple[Token, ...]:
    """The thing that a clause speaks of, for a pronoun in the next."""
    return named(clause.tokens, clause.content, clause.verb, clause.canon)


def _leading(part: Sequence[Token], clause: Clause) -> frozenset[str]:
    """The scope that a sentence opens with, which its later clauses share."""
    opens = bool(part) and part[0].stem in {"in", "for", "on", "at", "during", "initially", "later"}
    return clause.scope if opens else frozenset()


def _clause(
    statement: Statement,
    sentence: str,
    part: tuple[Token, ...],
    key: int,
    lead: frozenset[str],
) -> Clause:
    main, (trigger, condition), excepted = parted(part)
    stems = tuple(token.stem for token in main)
    scoped = [*_scoped(stems), *_numbered(main)]
    taken = frozenset(at for m in scoped for at in range(m.start, m.end))
    measured = tuple(quantities(main, taken))
    canon = _nouns_kept(rejoined(canonical(stems)), main)
    inside = {at for q in measured for at in range(q.start, q.end)}
    verb = _verb(stems, main, inside)
    kept = [(at, s) for at, s in enumerate(canon) if s and at not in taken and at not in inside]
    weak = _weak()
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
        content=frozenset(s for _, s in content if s not in negators)
        | _labels(main, inside | taken),
        subject=frozenset(s for at, s in content if at < verb and s not in negators),
        scope=scope,
        condition=condition,
        trigger=trigger,
        exception=frozenset(excepted),
        excepted=excepted,
        negations=negations,
        said=_said(part),
        modality=_modality(stems, negated=len(negations) % 2 == 1),
        universal=bool(set(stems) & words("words", "universal")),
        quantities=measured,
        stems=stems,
        whole=tuple(token.stem for token in part),
        verb=verb,
    )


@cache
def _weak() -> frozenset[str]:
    keys = ("stop", "modal", "weak", "light")
    return frozenset[str]().union(*(words("words", key) for key in keys))


@cache
def _loose() -> frozenset[str]:
    keys = ("stop", "modal", "negator")
    return frozenset[str]().union(*(words("words", key) for key in keys)) - _TELLING - _STOPS


def _labels(tokens: Sequence[Token], inside: set[int]) -> frozenset[str]:
    """Numbers that belong to a name, as in `work package 2`."""
    return frozenset(
        f"{tokens[at - 1].stem} {token.text}"
        for at, token in enumerate(tokens)
        if at and token.kind == "number" and at not in inside
        if tokens[at - 1].kind == "word" and tokens[at - 1].stem not in words("words", "stop")
    )


def _scoped(stems: Sequence[str]) -> list[Match]:
    """Phrases that say where, when or for whom; `no later than` is none."""
    return [
        match
        for match in phrases("scopes", "scopes").find(stems)
        if stems[match.start : match.end] != ("later",) or not _goes_on(stems, match.end)
    ]


def _goes_on(stems: Sequence[str], at: int) -> bool:
    """`Later than` and `later payments` put nothing off."""
    after = stems[at] if at < len(stems) else ""
    loose = words("words", "stop") | words("words", "modal")
    return after == "than" or (after.isalpha() and after not in loose)


def _nouns_kept(canon: tuple[str, ...], tokens: Sequence[Token]) -> tuple[str, ...]:
    """`The size of the archive`: a thing, and nothing is to be kept."""
    first = 1 if canon.count("keep") == 1 else 2
    if "keep" not in canon[first:]:
        return canon
    return tuple(
        tokens[at].stem if stem == "keep" and at >= first and _is_store(tokens, at) else stem
        for at, stem in enumerate(canon)
    )


def _is_store(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text in _STORES and tokens[at - 1].text in _DETERMINERS


def _numbered(tokens: Sequence[Token]) -> list[Match]:
    """`Lot 2`, `category B`: a part that is told from others by its number or letter."""
    numbered = words("scopes", "numbered")
    found: list[Match] = []
    for at, token in enumerate(tokens[:-1]):
        after = tokens[at + 1]
        letter = len(after.text) == 1 and after.text.isalpha() and (at == 0 or after.text != "a")
        if token.stem in numbered and (after.kind == "number" or letter):
            ends = at + 2 >= len(tokens) or not (letter and tokens[at + 2].kind == "number")
            if ends:
                found.append(Match(at, at + 2, f"part:{token.stem} {after.text}"))
    return found


def _negations(stems: Sequence[str], inside: set[int]) -> tuple[int, ...]:
    """Where the clause is negated; `not only` negates nothing."""
    negators = words("words", "negator")
    return tuple(
        at
        for at, stem in enumerate(stems)
        if stem in negators and at not in inside and stems[at + 1 : at + 2] not in _NO_DENIAL
        if stem not in _STOPS or not at or stems[at - 1] not in {"a", "the", "each", "every", "bus"}
    )


def _said(part: Sequence[Token]) -> frozenset[str]:
    """The words that tell two wordings apart; `before` and `after` do, `the` does not."""
    loose = _loose()
    canon = canonical([token.stem for token in part])
    return frozenset(s for s in canon if s and s not in loose and s.replace(" ", "").isalnum())


def _verb(stems: Sequence[str], tokens: Sequence[Token], inside: set[int]) -> int:
    aux, verbs = words("words", "aux"), words("words", "verb")
    for at, stem in enumerate(stems):
        if stem in aux and at not in inside:
            return at
    for at, stem in enumerate(stems):
        if at and stem in verbs and at not in inside and acts(tokens, at):
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
