"""Answers made of what the passages say: the sentences that answer a question, or none.

question → parts → each sentence scored by words, meaning, rank and kind of answer → quotes

Nothing is rewritten: a quote is a span of a passage. The weights and thresholds were found with the
120 questions of `examples/handbook`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from menon.engine.retrieval.answers import expected
from menon.engine.retrieval.candidates import Candidate, candidates
from menon.engine.retrieval.embed import Vectors
from menon.engine.retrieval.lexical import Corpus, rarity, terms
from menon.engine.retrieval.words import stems, unmentioned

Embed: TypeAlias = Callable[[Sequence[str]], Vectors]
Scores: TypeAlias = NDArray[np.float64]

_MEANING = 1.7
_RANK = 0.2
_KIND = 0.16
_KEY = 0.2
"""What it is worth to be the row of what the question names, among those that are quoted."""
_AROUND = (1.0, 0.7, 0.5, 0.4, 0.2)
"""What a word of the question is worth in the sentence, the title, the lead, before it, near it."""

_FITS, _SAME = 0.43, 0.56
"""Below this score, and this cosine, nothing is quoted: of 18 questions without an answer 4 pass,
and of 82 with one 69."""
_CLOSE = 0.75
"""Further quotes have at least this share of the best one's score."""

_CLAUSE = re.compile(
    r"[?;]\s+|,?\s+and\s+(?=(?:by|until|since)?\s*(?:how|what|when|where|which|who|whom|why)\b)"
)


class Readable(Protocol):
    """A passage that was found."""

    @property
    def title(self) -> str: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of a passage: `passages[passage].text[start:end]`."""

    passage: int
    start: int
    end: int
    text: str
    """The same words on one line; a row as `head: cell; head: cell`; code as it stands."""
    score: float
    """From 0 to 1."""


class _Placed(NamedTuple):
    """A candidate and the passage in which it stands."""

    passage: int
    title: str
    candidate: Candidate


def pick(
    question: str,
    passages: Sequence[Readable],
    *,
    corpus: Corpus | None = None,
    embed: Embed | None = None,
    limit: int = 4,
) -> list[Quote]:
    """The sentences that answer the question, best first; none where nothing fits.

    The passages come best first. With `embed` the meaning counts beside the words; with `corpus`
    words count by how rare they are there, otherwise by how rare they are in the passages.
    """
    placed = [
        _Placed(number, passage.title, candidate)
        for number, passage in enumerate(passages)
        for candidate in candidates(passage.text, passage.title)
    ]
    if not placed:
        return []
    parts = clauses(question)
    scores = _by_words(parts, placed, corpus)
    likeness = _by_meaning(parts, placed, embed) if embed else np.zeros_like(scores)
    beside = _beside(parts, placed, [f"{each.title}\n{each.text}" for each in passages])
    scores[beside], likeness[beside] = 0.0, 0.0
    whole = 1 + _RANK + _KIND + (_MEANING if embed else 0)
    scores = (scores + _MEANING * likeness) / whole
    names = _by_name(parts, placed) * _KEY / whole
    chosen: dict[int, float] = {}
    for part, row, alike, name in zip(parts, scores, likeness, names, strict=True):
        if max(row.max() / _FITS, alike.max() / _SAME) < 1:
            continue
        best = np.argsort(-row, kind="stable")[: max(limit // len(parts), 1)]
        close = [int(at) for at in best if row[at] >= _CLOSE * row.max()]
        for at in _telling(part, close, placed):
            chosen[at] = max(chosen.get(at, 0.0), min(1.0, float(row[at] + name[at])))
    return _quotes(chosen, placed)


def clauses(question: str) -> list[str]:
    """The parts of a question that asks for several things: each may stand elsewhere."""
    parts = [part for part in _CLAUSE.split(question) if len(part.split()) > 2]
    return parts if len(parts) > 1 else [question]


def _by_words(parts: Sequence[str], placed: Sequence[_Placed], corpus: Corpus | None) -> Scores:
    """Shape (parts, candidates): the question's words, the rank, the kind of answer."""
    around = [_surroundings(each) for each in placed]
    near: dict[int, set[str]] = {}
    for each, sets in zip(placed, around, strict=True):
        near.setdefault(each.passage, set()).update(sets[0])
    if corpus is None:
        corpus = _corpus([sets[0] for sets in around])
    scores = np.zeros((len(parts), len(placed)))
    for row, part in zip(scores, parts, strict=True):
        wanted = {term: rarity(term, corpus) for term in terms(part).indexed}
        fits = expected(part)
        for at, (each, sets) in enumerate(zip(placed, around, strict=True)):
            row[at] = _coverage(wanted, (*sets, near[each.passage])) + _RANK / (1 + each.passage)
            if fits:
                row[at] += _KIND if fits(each.candidate.text) else -_KIND
    return scores


def _by_name(parts: Sequence[str], placed: Sequence[_Placed]) -> Scores:
    """Shape (parts, candidates): 1 for the rows of what the question names, 0 for all else."""
    named = [set(stems(each.candidate.about)) for each in placed]
    asked = [set(terms(part).indexed) for part in parts]
    return np.array(
        [[bool(names) and names <= wanted for names in named] for wanted in asked], float
    )


def _beside(
    parts: Sequence[str], placed: Sequence[_Placed], texts: Sequence[str]
) -> NDArray[np.bool_]:
    """Shape (parts, candidates): rows, where the question names what no passage mentions.

    A question about Germany is not answered by the rows of Norway and Canada, however alike.
    """
    rows = np.array([each.candidate.kind == "row" for each in placed])
    return np.array([rows & bool(unmentioned(part, texts)) for part in parts])


def _telling(part: str, best: Sequence[int], placed: Sequence[_Placed]) -> list[int]:
    """Without rows that have only some of the words asked for that a better row has.

    A question about Norway is answered by Norway's row; Canada's has the same head and lacks it.
    """
    asked = set(terms(part).indexed)
    kept: list[tuple[int, set[str]]] = []
    for at in best:
        found = placed[at].candidate
        said = asked & set(stems(found.text))
        better = (words for other, words in kept if placed[other].candidate.kind == "row")
        if found.kind != "row" or not any(said < words for words in better):
            kept.append((at, said))
    return [at for at, _ in kept]


def _surroundings(placed: _Placed) -> tuple[set[str], ...]:
    found = placed.candidate
    return tuple(set(stems(text)) for text in (found.text, placed.title, found.lead, found.before))


def _coverage(wanted: Mapping[str, float], places: Sequence[set[str]]) -> float:
    """How much of the question's weight is found, each word where it counts most."""
    total = sum(wanted.values()) or 1.0
    found = 0.0
    for term, weight in wanted.items():
        found += weight * max(
            (worth for worth, place in zip(_AROUND, places, strict=True) if term in place),
            default=0.0,
        )
    return found / total


def _corpus(sentences: Sequence[set[str]]) -> Corpus:
    frequencies: dict[str, int] = {}
    for words in sentences:
        for word in words:
            frequencies[word] = frequencies.get(word, 0) + 1
    return Corpus(documents=len(sentences), tokens=0, frequencies=frequencies)


def _by_meaning(parts: Sequence[str], placed: Sequence[_Placed], embed: Embed) -> Scores:
    """Shape (parts, candidates): cosines of question and sentence under its title and lead."""
    texts = [
        "\n".join(dict.fromkeys((each.title, each.candidate.lead, each.candidate.text)))
        for each in placed
    ]
    vectors = embed([*parts, *texts])
    return np.asarray(vectors[: len(parts)] @ vectors[len(parts) :].T, np.float64)


def _quotes(chosen: Mapping[int, float], placed: Sequence[_Placed]) -> list[Quote]:
    """Chosen candidates as quotes, best first; sentences that follow one another become one."""
    quotes: list[Quote] = []
    last = -2
    for at in sorted(chosen):
        passage, _, found = placed[at]
        quote = Quote(
            passage=passage, start=found.start, end=found.end, text=found.text, score=chosen[at]
        )
        before = placed[last].candidate if last == at - 1 else None
        if before and before.prose and found.prose and quotes[-1].passage == passage:
            first = quotes.pop()
            quote = replace(
                first,
                end=found.end,
                text=f"{first.text} {found.text}",
                score=max(first.score, chosen[at]),
            )
        quotes.append(quote)
        last = at
    return sorted(quotes, key=lambda quote: -quote.score)
