"""Extractive summaries: the sentences that say most of what the others say, in their own order.

sentences → TF-IDF vectors → cosine → PageRank with a preference for the beginning → the best ones,
each chosen for what the chosen ones do not say yet
"""

import math
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from menon.engine.analysis.text import Sentence, Text
from menon.engine.retrieval.words import stem
from menon.kit.text import shorten

ENGINE = "offline:centrality"


class Length(StrEnum):
    """How long a summary is."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


SENTENCES = {Length.SHORT: 2, Length.MEDIUM: 5, Length.LONG: 10}
"""At most; a text never loses less than a third, unless it has one sentence."""

_FEWEST_WORDS = 4
"""Shorter ones, headings and rows are taken only where there is nothing else."""
_CANDIDATES = 800
"""A square of them is compared: 800 take about 30 ms."""
_LONGEST = 1000
"""Characters of a sentence; a text without full stops is cut."""
_DAMPING = 0.85
_ROUNDS = 50
_NOVELTY = 0.6
"""How much of what is said already counts against a sentence."""
_SAME = 0.9
"""A sentence that is so alike a chosen one comes after all others."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of the text and where it stands."""

    text: str
    start: int
    end: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences of a text, in its order; nothing is rewritten."""

    text: str
    sentences: tuple[Quote, ...]
    of: int
    """How many sentences the text has."""
    length: Length
    engine: str = ENGINE


def summary(text: Text, length: Length = Length.MEDIUM) -> Summary:
    """The most central sentences of a text (Erkan and Radev, LexRank, 2004)."""
    whole = text.sentences
    full = [s for s in whole if s.prose and len(s.words) >= _FEWEST_WORDS] or list(whole)
    wanted = min(SENTENCES[length], max(1, math.ceil(len(full) * 2 / 3)))
    chosen = full if len(full) <= wanted else _central(full, text.stop_words, wanted)
    quotes = [
        Quote(text=shorten(one.text, _LONGEST), start=one.start, end=one.end) for one in chosen
    ]
    said = " ".join(quote.text for quote in quotes)
    return Summary(text=said, sentences=tuple(quotes), of=len(whole), length=length)


def _central(full: Sequence[Sentence], stops: frozenset[str], wanted: int) -> list[Sentence]:
    import numpy as np

    terms = [Counter(stem(w.text) for w in one.words if w.text not in stops) for one in full]
    seen_in = Counter(term for one in terms for term in one)
    rarity = {term: math.log(1 + len(full) / count) for term, count in seen_in.items()}
    kept = _candidates(terms, rarity)
    vectors = _vectors([terms[n] for n in kept], rarity)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, 0.0)
    scores = _ranked(alike)
    picked = _varied(scores, alike, wanted)
    return [full[kept[n]] for n in sorted(picked)]


def _candidates(terms: Sequence[Counter[str]], rarity: dict[str, float]) -> list[int]:
    """All of them, or those whose words weigh most where there are too many to compare."""
    if len(terms) <= _CANDIDATES:
        return list(range(len(terms)))
    weight = [sum(rarity[term] for term in one) / (1 + len(one)) ** 0.5 for one in terms]
    best = sorted(range(len(terms)), key=lambda n: (-weight[n], n))[:_CANDIDATES]
    return sorted(best)


def _vectors(terms: Sequence[Counter[str]], rarity: dict[str, float]) -> Any:
    """TF-IDF rows of length one, as float32 (sentences, terms)."""
    import numpy as np

    column = {term: n for n, term in enumerate(dict.fromkeys(t for one in terms for t in one))}
    rows = np.zeros((len(terms), len(column)), dtype=np.float32)
    for n, one in enumerate(terms):
        for term, count in one.items():
            rows[n, column[term]] = (1 + math.log(count)) * rarity[term]
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _ranked(alike: Any) -> Any:
    """PageRank over similarities, by iteration; the start of a text is preferred a little."""
    import numpy as np

    count = len(alike)
    first = 1.0 / (1.0 + np.arange(count) / 5.0)
    first /= first.sum()
    weight = alike.sum(axis=0)
    # A sentence that is like no other passes its rank on to all.
    links = np.where(weight > 0, alike / np.where(weight > 0, weight, 1.0), 1.0 / count)
    rank = np.full(count, 1.0 / count)
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) * first + _DAMPING * (links @ rank)
    return rank / rank.max()


def _varied(scores: Any, alike: Any, wanted: int) -> list[int]:
    """The best ones, where each counts less for what it repeats (Carbonell, Goldstein, 1998)."""
    import numpy as np

    picked: list[int] = []
    told = np.zeros(len(scores))
    for _ in range(wanted):
        worth = scores - np.where(told > _SAME, 2.0, _NOVELTY * told)
        worth[picked] = -np.inf
        best = int(worth.argmax())
        picked.append(best)
        told = np.maximum(told, alike[best])
    return picked
